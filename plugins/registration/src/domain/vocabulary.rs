//! The words that the API knows, one table for each enumeration.

use ward_sdk::{Word as _, words};

/// What a slot is sold as (号源类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotType {
    /// Normal.
    Normal,
    /// With an expert.
    Expert,
    /// Special needs.
    Special,
}

/// A part of the day (时间段).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Morning.
    Morning,
    /// Afternoon.
    Afternoon,
    /// Evening.
    Evening,
}

/// Whether a schedule is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleStatus {
    /// It is.
    Open,
    /// It is suspended.
    Suspended,
}

/// A person's gender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Other.
    Other,
}

impl Gender {
    /// The gender that a client's word means: the document's, or its English twin.
    #[must_use]
    pub fn understand(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "male" | "m" => Some(Self::Male),
            "female" | "f" => Some(Self::Female),
            "other" | "o" | "未知" => Some(Self::Other),
            _ => Self::parse(text),
        }
    }
}

/// What a patient is to the university.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatientType {
    /// Studies there.
    Student,
    /// Teaches there.
    Teacher,
    /// Works there.
    Staff,
    /// None of these.
    External,
}

/// What a ban forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BanKind {
    /// Booking.
    Register,
    /// Signing in.
    Login,
    /// Both.
    All,
}

impl BanKind {
    /// Whether it keeps the account from signing in.
    #[must_use]
    pub fn forbids_login(self) -> bool {
        matches!(self, Self::Login | Self::All)
    }

    /// Whether it keeps the account from booking.
    #[must_use]
    pub fn forbids_booking(self) -> bool {
        matches!(self, Self::Register | Self::All)
    }
}

words! {
    SlotType { Normal = "普通", Expert = "专家", Special = "特需" }
    Section { Morning = "上午", Afternoon = "下午", Evening = "晚上" }
    ScheduleStatus { Open = "正常", Suspended = "停诊" }
    Gender { Male = "男", Female = "女", Other = "其他" }
    PatientType { Student = "student", Teacher = "teacher", Staff = "staff", External = "external" }
    BanKind { Register = "register", Login = "login", All = "all" }
}

#[cfg(test)]
mod tests {
    use super::{BanKind, Gender, PatientType, ScheduleStatus, Section, SlotType};
    use ward_sdk::Word;
    use ward_sdk::sql::{FromValue, ToValue};

    fn round<T: Word + ToValue + FromValue + PartialEq + std::fmt::Debug>() {
        for (value, word) in T::WORDS {
            assert_eq!(value.word(), *word);
            assert_eq!(T::parse(word), Some(*value));
            assert_eq!(T::from_value(&value.to_value()), Some(*value));
        }
        assert_eq!(T::parse(""), None);
        assert_eq!(T::parse("汉字"), None);
    }

    #[test]
    fn every_word_reads_as_what_it_is_written_for() {
        round::<SlotType>();
        round::<Section>();
        round::<ScheduleStatus>();
        round::<Gender>();
        round::<PatientType>();
        round::<BanKind>();
    }

    #[test]
    fn genders_are_understood_in_english_too() {
        assert_eq!(Gender::understand("Female"), Some(Gender::Female));
        assert_eq!(Gender::understand("男"), Some(Gender::Male));
        assert_eq!(Gender::understand("x"), None);
    }

    #[test]
    fn a_ban_of_all_forbids_all() {
        assert!(BanKind::All.forbids_login() && BanKind::All.forbids_booking());
        assert!(BanKind::Login.forbids_login() && !BanKind::Login.forbids_booking());
        assert!(!BanKind::Register.forbids_login() && BanKind::Register.forbids_booking());
    }
}
