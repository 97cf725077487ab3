//! Rust's types and the portable ones.

use chrono::{DateTime, Utc};

use super::Value;

/// What can be a parameter.
pub trait ToValue {
    /// The portable value.
    fn to_value(&self) -> Value;
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// For the sentence of an error.
    const EXPECTED: &'static str;

    /// The value as this type, unless it is another.
    fn from_value(value: &Value) -> Option<Self>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl FromValue for Value {
    const EXPECTED: &'static str = "any value";

    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

/// Booleans come back as whole numbers from an expression on an engine without them.
impl FromValue for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Boolean(value) => Some(*value),
            Value::Int64(0) => Some(false),
            Value::Int64(1) => Some(true),
            _ => None,
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Boolean(*self)
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Int64(i64::from(*self))
            }
        }

        impl FromValue for $type {
            const EXPECTED: &'static str = stringify!($type);

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Int64(value) => Self::try_from(*value).ok(),
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32);

/// A sum over whole numbers is one, too, where an engine makes it a float.
impl FromValue for f64 {
    const EXPECTED: &'static str = "f64";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float64(value) => Some(*value),
            #[expect(clippy::cast_precision_loss, reason = "asked for as a float")]
            Value::Int64(value) => Some(*value as f64),
            _ => None,
        }
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Value {
        Value::Float64(*self)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "text";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(value) => Some(value.clone()),
            _ => None,
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Blob(self.to_vec())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Blob(self.clone())
    }
}

impl FromValue for Vec<u8> {
    const EXPECTED: &'static str = "bytes";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(value) => Some(value.clone()),
            _ => None,
        }
    }
}

/// A `BIGINT` of milliseconds since 1970.
impl ToValue for DateTime<Utc> {
    fn to_value(&self) -> Value {
        Value::Int64(self.timestamp_millis())
    }
}

/// A `BIGINT` of milliseconds since 1970.
impl FromValue for DateTime<Utc> {
    const EXPECTED: &'static str = "milliseconds since 1970";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int64(value) => DateTime::from_timestamp_millis(*value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FromValue, ToValue, Value};
    use chrono::{DateTime, Utc};

    #[test]
    fn values_come_back_as_they_went() {
        fn same<T: ToValue + FromValue + PartialEq + std::fmt::Debug>(value: T) {
            assert_eq!(T::from_value(&value.to_value()), Some(value));
        }
        same(true);
        same(i64::MIN);
        same(7_u32);
        same(1.5);
        same("汉字 𠮷".to_owned());
        same(vec![0_u8, 255]);
        same(None::<String>);
        same(Some(3_i32));
        same(DateTime::<Utc>::from_timestamp_millis(1_700_000_000_123).unwrap());
    }

    #[test]
    fn another_type_or_range_is_refused() {
        assert_eq!(u8::from_value(&Value::Int64(256)), None);
        assert_eq!(i64::from_value(&Value::Text("7".to_owned())), None);
        assert_eq!(bool::from_value(&Value::Int64(2)), None);
        assert_eq!(String::from_value(&Value::Null), None);
    }
}
