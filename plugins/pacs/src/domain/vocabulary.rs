//! The words that the API knows: one trait for all of its enumerations, one table for each.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use ward_sdk::sql::{FromValue, ToValue, Value};

use super::{Role, Status};

/// An enumeration whose values are words of the API.
pub trait Word: Copy + Sized + 'static {
    /// All values with their words, in the order in which they are named to clients.
    const WORDS: &'static [(Self, &'static str)];

    /// The word.
    fn word(self) -> &'static str;

    /// The value that a word means; capitals make no difference.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(value, _)| *value)
    }
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$variant, $word)),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
                into.serialize_str(self.word())
            }
        }

        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Text(self.word().to_owned())
            }
        }

        impl FromValue for $type {
            const EXPECTED: &'static str = concat!("a word of ", stringify!($type));

            fn from_value(value: &Value) -> Option<Self> {
                String::from_value(value).and_then(|text| Self::parse(&text))
            }
        }
    )+};
}

/// How a study was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Modality {
    /// CT scan.
    Ct,
    /// X-ray.
    Xray,
    /// MRI.
    Mri,
    /// Ultrasound.
    Ultrasound,
    /// PET scan.
    Pet,
}

/// A patient's gender. Written out (`male`, `female`, `other`) it is understood, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub enum Gender {
    /// Male.
    M,
    /// Female.
    F,
    /// Other.
    O,
}

impl Gender {
    /// The gender that a client's word means: a letter, or the word written out.
    #[must_use]
    pub fn understand(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "male" => Some(Self::M),
            "female" => Some(Self::F),
            "other" => Some(Self::O),
            _ => Self::parse(text),
        }
    }
}

words! {
    Modality { Ct = "ct", Xray = "xray", Mri = "mri", Ultrasound = "ultrasound", Pet = "pet" }
    Gender { M = "M", F = "F", O = "O" }
    Role { Admin = "admin", Radiologist = "radiologist", Technician = "technician", DiagnosticCentre = "diagnostic_centre" }
    Status {
        Uploaded = "uploaded",
        Assigned = "assigned",
        InReview = "in_review",
        ReportGenerated = "report_generated",
        Verified = "verified",
    }
}

#[cfg(test)]
mod tests {
    use super::{FromValue, Gender, Modality, Role, Status, ToValue, Word};

    fn round<T: Word + ToValue + FromValue + PartialEq + std::fmt::Debug>() {
        for (value, word) in T::WORDS {
            assert_eq!(value.word(), *word);
            assert_eq!(T::parse(word), Some(*value));
            assert_eq!(T::parse(&word.to_uppercase()), Some(*value));
            assert_eq!(T::from_value(&value.to_value()), Some(*value));
        }
        assert_eq!(T::parse(""), None);
        assert_eq!(T::parse("汉字"), None);
    }

    #[test]
    fn every_word_reads_as_what_it_is_written_for() {
        round::<Modality>();
        round::<Gender>();
        round::<Role>();
        round::<Status>();
    }

    #[test]
    fn genders_may_be_written_out() {
        assert_eq!(Gender::understand("Female"), Some(Gender::F));
        assert_eq!(Gender::understand("m"), Some(Gender::M));
        assert_eq!(Gender::understand("x"), None);
    }
}
