//! The words that the API knows, one table for each enumeration.

use ward_sdk::{Word, words};

use super::{Role, Status};

/// How a study was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// How a study was made.
    Modality { Ct = "ct", Xray = "xray", Mri = "mri", Ultrasound = "ultrasound", Pet = "pet" }
    /// A patient's gender. Written out (`male`, `female`, `other`) it is understood, too.
    Gender { M = "M", F = "F", O = "O" }
    /// What an account may do here. An account has one of them; of several, the first of this order counts.
    Role { Admin = "admin", Radiologist = "radiologist", Technician = "technician", DiagnosticCentre = "diagnostic_centre" }
    /// Where a study stands.
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
    use super::{Gender, Modality, Role, Status, Word};
    use ward_sdk::sql::{FromValue, ToValue};

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
