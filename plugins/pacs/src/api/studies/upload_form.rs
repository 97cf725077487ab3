//! The form of an upload.

use ward_sdk::{File, Multipart, Part, PartContent, RejectionKind};

use crate::domain::{CentreId, Modality};
use crate::failure::Failure;
use crate::input::{Bool, Choice, Fields, Genders, Int, Number, Read, Text};
use crate::store::studies::NewStudy;

/// The fields that hold files; either name does.
const FILES: [&str; 2] = ["dicom_files", "files"];

/// An upload, read.
#[derive(Debug)]
pub struct Upload {
    /// What is told of the study.
    pub study: NewStudy,
    /// The centre that the form names.
    pub centre: Option<CentreId>,
    /// The files, in the order in which they were sent; at least one.
    pub files: Vec<File>,
}

struct Told {
    study: NewStudy,
    centre: Option<CentreId>,
}

impl Read for Told {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_name = fields.required("patient_name", &Text::line(255));
        let patient_age = fields.required("patient_age", &Int::between(0, 150));
        let patient_gender = fields.required("patient_gender", &Genders);
        let modality = fields.required("modality", &Choice::<Modality>::new());
        let study_type = fields.required("study_type", &Text::line(255));
        let study_description = fields.optional("study_description", &Text::lines(4000).or_blank());
        let is_urgent = fields.optional("is_urgent", &Bool);
        let centre = fields.optional("centre_id", &Number(CentreId));
        let study = NewStudy {
            patient_name: patient_name?,
            patient_age: patient_age?,
            patient_gender: patient_gender?,
            modality: modality?,
            study_type: study_type?,
            study_description: study_description?.unwrap_or_default(),
            is_urgent: is_urgent?.unwrap_or(false),
        };
        Some(Self { study, centre: centre? })
    }
}

impl Upload {
    /// Reads the form; files that are missing are reported under `name`.
    pub fn read(form: Multipart, name: &'static str) -> Result<Self, Failure> {
        let (mut texts, mut files, mut no_file) = (Vec::new(), Vec::new(), false);
        for part in form.parts {
            match part {
                Part { name, content: PartContent::Text(_) } if FILES.contains(&name.as_str()) => no_file = true,
                Part { name, content: PartContent::Text(text) } => texts.push((name, text)),
                Part { name, content: PartContent::File(file) } if FILES.contains(&name.as_str()) => files.push(file),
                Part { .. } => {}
            }
        }
        files.retain(|file| !is_nothing(file));
        let mut fields = Fields::form(texts);
        let told = Told::read(&mut fields);
        if no_file {
            fields.refuse(name, RejectionKind::rule("Expected UploadFile, received: <class 'str'>", "value_error"));
        } else if files.is_empty() {
            fields.refuse(name, RejectionKind::Missing);
        }
        let Told { study, centre } = fields.finish(told)?;
        Ok(Self { study, centre, files })
    }
}

/// What browsers send for a file field in which no file was chosen.
fn is_nothing(file: &File) -> bool {
    file.size == 0 && file.filename.as_deref().is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::Upload;
    use crate::domain::{CentreId, Gender, Modality};
    use crate::failure::Failure;
    use ward_sdk::blobs;
    use ward_sdk::{File, Multipart, Part, PartContent};

    fn text(name: &str, text: &str) -> Part {
        Part { name: name.to_owned(), content: PartContent::Text(text.to_owned()) }
    }

    fn file(name: &str, filename: &str, number: u32, size: u64) -> Part {
        let file = File {
            upload: blobs::Upload::new(number),
            filename: Some(filename.to_owned()),
            media_type: None,
            sniffed_type: None,
            size,
            sha256: String::new(),
        };
        Part { name: name.to_owned(), content: PartContent::File(file) }
    }

    fn fields() -> Vec<Part> {
        vec![
            text("patient_name", "张伟"),
            text("patient_age", "45"),
            text("patient_gender", "M"),
            text("modality", "ct"),
            text("study_type", "CT Scan - Chest"),
        ]
    }

    fn issues(parts: Vec<Part>) -> Vec<(String, String)> {
        let Err(Failure::Invalid(issues)) = Upload::read(Multipart { parts }, "dicom_files") else {
            panic!("should be refused");
        };
        let told = |issue: &ward_sdk::detail::Issue| {
            (serde_json::to_string(&issue.loc).expect("plain"), issue.kind.to_string())
        };
        issues.iter().map(told).collect()
    }

    #[test]
    fn a_whole_form_in_the_order_of_its_files() {
        let mut parts = fields();
        parts.insert(0, file("dicom_files", "b.dcm", 4, 9));
        parts.extend([
            file("files", "b.dcm", 7, 9),
            text("centre_id", "3"),
            text("is_urgent", "True"),
            text("other", "x"),
        ]);
        let upload = Upload::read(Multipart { parts }, "dicom_files").expect("complete");
        assert_eq!(upload.files.iter().map(|file| file.upload.number()).collect::<Vec<_>>(), [4, 7]);
        assert_eq!((upload.study.patient_gender, upload.study.modality), (Gender::M, Modality::Ct));
        assert_eq!((upload.centre, upload.study.is_urgent), (Some(CentreId(3)), true));
        assert_eq!(upload.study.study_description, "");
    }

    #[test]
    fn nothing_at_all_names_every_required_field() {
        assert_eq!(issues(vec![]).len(), 6);
        assert!(issues(vec![]).contains(&(r#"["body","dicom_files"]"#.to_owned(), "value_error.missing".to_owned())));
    }

    #[test]
    fn a_field_of_files_must_hold_files() {
        let with = |part: Part| {
            let mut parts = fields();
            parts.push(part);
            issues(parts)
        };
        let at = |kind: &str| vec![(r#"["body","dicom_files"]"#.to_owned(), kind.to_owned())];
        assert_eq!(with(file("dicom_files", "", 0, 0)), at("value_error.missing"));
        assert_eq!(with(file("other", "a.dcm", 0, 9)), at("value_error.missing"));
        assert_eq!(with(text("dicom_files", "a.dcm")), at("value_error"));
    }
}
