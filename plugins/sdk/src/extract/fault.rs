//! A deserialiser's error that keeps what went wrong as data, not as a sentence.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Expected, Unexpected};

use crate::failure::{Location, Rejection, RejectionKind, Segment};

/// What a type refused, and the field where the type itself names one.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: RejectionKind,
    field: Option<String>,
}

impl Fault {
    pub(crate) fn of(kind: RejectionKind) -> Self {
        Self { kind, field: None }
    }

    fn at(field: &str, kind: RejectionKind) -> Self {
        Self { kind, field: Some(field.to_owned()) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the value was refused")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::of(RejectionKind::Value(message.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = name(&unexpected);
        Self::of(RejectionKind::WrongType { expected: expected.to_string(), found })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of(RejectionKind::Value(format!("expected {expected}")))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::of(RejectionKind::Value(format!("expected {expected}")))
    }

    fn unknown_variant(_: &str, allowed: &'static [&'static str]) -> Self {
        Self::of(RejectionKind::UnknownVariant { allowed })
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::at(field, RejectionKind::UnknownField)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::at(field, RejectionKind::Missing)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::at(field, RejectionKind::Value("given more than once".to_owned()))
    }
}

fn name(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "number",
        Unexpected::Seq => "list",
        Unexpected::Map => "object",
        _ => "string",
    }
}

/// Deserialises, and turns a fault into a rejection with the way to its field.
pub(crate) fn decode<'de, T, D>(deserializer: D, location: Location) -> Result<T, Rejection>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = Fault>,
{
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let mut path: Vec<Segment> = error.path().iter().filter_map(segment).collect();
        let Fault { kind, field } = error.into_inner();
        if let Some(field) = field.map(Segment::Key)
            && path.last() != Some(&field)
        {
            path.push(field);
        }
        Rejection { location, path, kind }
    })
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<Segment> {
    use serde_path_to_error::Segment as Step;
    match segment {
        Step::Seq { index } => Some(Segment::Index(*index)),
        Step::Map { key } => Some(Segment::Key(key.clone())),
        Step::Enum { variant } => Some(Segment::Key(variant.clone())),
        Step::Unknown => None,
    }
}
