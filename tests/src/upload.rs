//! The form of an upload.

use reqwest::multipart::{Form, Part};

use crate::{Answer, Api, dicom};

/// A study to upload: the document's example with one file, unless changed.
#[derive(Clone, Debug)]
pub struct Upload {
    fields: Vec<(String, String)>,
    files: Vec<(String, Vec<u8>)>,
    file_field: &'static str,
}

impl Default for Upload {
    fn default() -> Self {
        Self::new()
    }
}

impl Upload {
    /// The document's example. It has one small image until a file is added.
    pub fn new() -> Self {
        let fields = [
            ("patient_name", "John Doe"),
            ("patient_age", "45"),
            ("patient_gender", "M"),
            ("modality", "ct"),
            ("study_type", "CT Scan - Chest"),
            ("study_description", "Routine chest examination"),
            ("is_urgent", "false"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { fields, files: Vec::new(), file_field: "dicom_files" }
    }

    /// Sets a field.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts are written alike, without a `&`")]
    pub fn field(mut self, name: &str, value: impl ToString) -> Self {
        self = self.without(name);
        self.fields.push((name.to_owned(), value.to_string()));
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// Names the field of the files.
    #[must_use]
    pub fn files_as(mut self, field: &'static str) -> Self {
        self.file_field = field;
        self
    }

    /// The form.
    pub fn form(mut self) -> Form {
        if self.files.is_empty() {
            self.files.push(("file1.dcm".to_owned(), dicom::image(1)));
        }
        self.form_as_is()
    }

    /// The form without the default file.
    pub fn form_as_is(self) -> Form {
        let mut form = Form::new();
        for (name, value) in self.fields {
            form = form.text(name, value);
        }
        for (name, bytes) in self.files {
            let part = Part::bytes(bytes).file_name(name).mime_str("application/dicom").expect("a media type");
            form = form.part(self.file_field, part);
        }
        form
    }
}

impl Api {
    /// `POST /studies/upload`.
    pub async fn upload(&self, upload: Upload) -> Answer {
        self.post_multipart("/studies/upload", upload.form()).await
    }

    /// Uploads a study and gives its number.
    pub async fn study(&self, upload: Upload) -> i64 {
        self.upload(upload).await.expect(200).id()
    }
}
