//! Deserialises names with texts (a query, a form, a path's parameters) with [`Fault`] as the error.

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use crate::failure::RejectionKind;

/// Names in the order they first came in, each with all of its texts.
#[derive(Debug, Default)]
pub(crate) struct Pairs(Vec<(String, Vec<String>)>);

impl Pairs {
    /// The name of the pair at `index`.
    pub(crate) fn name(&self, index: usize) -> Option<&str> {
        self.0.get(index).map(|(name, _)| name.as_str())
    }
}

impl<N: AsRef<str>, T: Into<String>> FromIterator<(N, T)> for Pairs {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        let mut places = std::collections::HashMap::<String, usize>::new();
        for (name, text) in pairs {
            if let Some(&place) = places.get(name.as_ref()) {
                all[place].1.push(text.into());
            } else {
                places.insert(name.as_ref().to_owned(), all.len());
                all.push((name.as_ref().to_owned(), vec![text.into()]));
            }
        }
        Self(all)
    }
}

impl<'de> Pairs {
    fn only(&'de self, expected: &'static str) -> Result<Texts<'de>, Fault> {
        match self.0.as_slice() {
            [(_, texts)] => Ok(Texts(texts)),
            _ => Err(Fault::of(RejectionKind::WrongType { expected: expected.to_owned(), found: "object" })),
        }
    }
}

/// One value where there is exactly one pair: `Path<i64>`.
macro_rules! only {
    ($($method:ident $expected:literal)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.only($expected)?.$method(visitor)
        }
    )*};
}

/// A tuple is a sequence, and a newtype is what it wraps.
macro_rules! tuples_and_newtypes {
    () => {
        fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
            self.deserialize_seq(visitor)
        }

        fn deserialize_tuple_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: usize,
            visitor: V,
        ) -> Result<V::Value, Fault> {
            self.deserialize_seq(visitor)
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
            visitor.visit_newtype_struct(self)
        }
    };
}

impl<'de> Deserializer<'de> for &'de Pairs {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = self.0.iter().map(|(name, texts)| (name.as_str(), Texts(texts)));
        let mut map = MapDeserializer::new(entries);
        let value = visitor.visit_map(&mut map)?;
        map.end()?;
        Ok(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut sequence = SeqDeserializer::new(self.0.iter().map(|(_, texts)| Texts(texts)));
        let value = visitor.visit_seq(&mut sequence)?;
        sequence.end()?;
        Ok(value)
    }

    tuples_and_newtypes!();

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.only("a string")?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    only! {
        deserialize_bool "a boolean"
        deserialize_i8 "i8" deserialize_i16 "i16" deserialize_i32 "i32" deserialize_i64 "i64"
        deserialize_u8 "u8" deserialize_u16 "u16" deserialize_u32 "u32" deserialize_u64 "u64"
        deserialize_f32 "f32" deserialize_f64 "f64"
        deserialize_char "a character" deserialize_str "a string" deserialize_string "a string"
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit_struct map struct identifier ignored_any
    }
}

/// All texts that came under one name. Where one is wanted, the last counts.
#[derive(Clone, Copy)]
struct Texts<'a>(&'a [String]);

impl<'de> Texts<'de> {
    fn text(self) -> &'de str {
        self.0.last().map_or("", String::as_str)
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Texts<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn wrong(expected: &str) -> Fault {
    Fault::of(RejectionKind::WrongType { expected: expected.to_owned(), found: "string" })
}

/// Whole numbers: too large for the type is a refused value, anything else another type.
macro_rules! integers {
    ($($method:ident $visit:ident $type:ty)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.text().parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) if self.text().parse::<i128>().is_ok() => {
                    Err(Fault::custom(concat!("expected ", stringify!($type))))
                }
                Err(_) => Err(wrong(stringify!($type))),
            }
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $visit:ident $type:ty)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.text().parse::<$type>() {
                Ok(value) if value.is_finite() => visitor.$visit(value),
                _ => Err(wrong(stringify!($type))),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Texts<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.text().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => visitor.visit_bool(true),
            "false" | "0" | "no" | "off" => visitor.visit_bool(false),
            _ => Err(wrong("a boolean")),
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
    }

    floats! {
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let each = self.0.chunks(1).map(Texts);
        let mut sequence = SeqDeserializer::new(each);
        let value = visitor.visit_seq(&mut sequence)?;
        sequence.end()?;
        Ok(value)
    }

    tuples_and_newtypes!();

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.text().into_deserializer())
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit_struct map struct identifier ignored_any
    }
}
