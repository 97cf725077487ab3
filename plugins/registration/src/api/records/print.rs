//! From a visit to a PDF.

use ward_sdk::{config, log};

use crate::api::visits::shape::{Person, VisitRecord, minutes};
use crate::clock::Now;
use crate::failure::Failure;
use crate::pdf::{self, MedicalRecord};
use crate::store::patients::Patient;
use crate::store::visits::Visit;

/// What stands at the head of a record, by setting and without one.
const UNIVERSITY: (&str, &str) = ("university_name", "北京交通大学");
const HOSPITAL: (&str, &str) = ("hospital_name", "北京交通大学校医院");

/// A printed record.
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// What it should be saved as: `病历单_张三_2025-11-12.pdf`.
    pub name: String,
}

/// Prints a visit.
pub fn print(visit: Visit, patient: &Patient, now: &Now) -> Result<Printed, Failure> {
    let day = now.day_of(visit.visited_at);
    let name = format!("病历单_{}_{day}.pdf", file_name(&patient.name));
    let record = MedicalRecord {
        university: setting(UNIVERSITY),
        hospital: setting(HOSPITAL),
        person: Person::of(patient, now),
        visit: VisitRecord::of(visit, now),
        printed_at: minutes(now, now.at),
    };
    let bytes = pdf::render(&record).map_err(|error| {
        log::error!("{error}");
        Failure::internal()
    })?;
    Ok(Printed { bytes, name })
}

fn setting((name, default): (&str, &str)) -> String {
    config::setting(name).filter(|text| !text.trim().is_empty()).unwrap_or_else(|| default.to_owned())
}

/// A person's name as part of a file's name: letters, digits, dots in the middle of names.
fn file_name(name: &str) -> String {
    let kept = |character: char| if character.is_alphanumeric() || character == '·' { character } else { '_' };
    name.chars().take(40).map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(file_name("张三"), "张三");
        assert_eq!(file_name("阿依古丽·买买提"), "阿依古丽·买买提");
        assert_eq!(file_name("../a b\"\r\n"), "___a_b___");
        assert_eq!(file_name(&"长".repeat(100)).chars().count(), 40);
    }
}
