//! Multipart forms: text fields inline, files straight into the blob store's staging area.

use multer::Field;

use super::feed::{Form, FormError};
use super::reader::Reader;
use super::sniff;
use crate::gateway::failure::Failure;
use crate::gateway::operations::BodyLimits;
use crate::runtime::{File, Part, PartContent};
use crate::storage::{BlobError, BlobStore, Staged};

/// Bytes of one text field.
const MAX_TEXT: usize = 64 << 10;
/// Parts of a form that are not files.
const MAX_FIELDS: usize = 1_000;
/// Bytes of a field's name, and of a file's.
const MAX_NAME: usize = 1_024;

/// Reads a form. Files that were staged are gone again when this fails.
pub async fn read(
    reader: &mut Reader,
    boundary: &str,
    limits: &BodyLimits,
    blobs: &BlobStore,
) -> Result<(Vec<Part>, Vec<Staged>), Failure> {
    let mut receiver = Receiver { limits, blobs, parts: Vec::new(), uploads: Vec::new(), text: 0, nameless: 0 };
    let mut form = Form::new(reader, boundary);
    while let Some(field) = form.part().await? {
        receiver.part(&form, field).await?;
    }
    Ok((receiver.parts, receiver.uploads))
}

struct Receiver<'a> {
    limits: &'a BodyLimits,
    blobs: &'a BlobStore,
    parts: Vec<Part>,
    uploads: Vec<Staged>,
    /// Bytes of text so far.
    text: usize,
    /// Files without name and content so far.
    nameless: usize,
}

impl Receiver<'_> {
    async fn part<'r>(&mut self, form: &Form<'r>, mut field: Field<'r>) -> Result<(), Failure> {
        let name = field.name().ok_or_else(|| Failure::malformed("a part of the form has no name"))?.to_owned();
        let filename = field.file_name().map(str::to_owned);
        if name.len() > MAX_NAME || filename.as_ref().is_some_and(|name| name.len() > MAX_NAME) {
            return Err(Failure::malformed("a part of the form has a name that is too long"));
        }
        let content = match filename {
            Some(filename) => match self.file(form, &mut field, filename).await? {
                Some(file) => PartContent::File(file),
                None => return Ok(()),
            },
            None => PartContent::Text(self.text(form, &mut field).await?),
        };
        self.parts.push(Part { name, content });
        Ok(())
    }

    async fn text<'r>(&mut self, form: &Form<'r>, field: &mut Field<'r>) -> Result<String, Failure> {
        if self.parts.len() - self.uploads.len() >= MAX_FIELDS {
            return Err(Failure::too_large(format!("the form has more than {MAX_FIELDS} fields")));
        }
        let mut text = Vec::new();
        while let Some(bytes) = form.bytes(field).await? {
            self.text += bytes.len();
            if text.len() + bytes.len() > MAX_TEXT {
                return Err(Failure::too_large(format!("a text field is larger than {MAX_TEXT} bytes")));
            }
            if self.text > self.limits.body_bytes {
                let most = self.limits.body_bytes;
                return Err(Failure::too_large(format!("the text fields are together larger than {most} bytes")));
            }
            text.extend_from_slice(&bytes);
        }
        String::from_utf8(text).map_err(|_| Failure::malformed("a text field is not UTF-8"))
    }

    /// Stages a file. What a browser sends for a file field left empty is no file.
    async fn file<'r>(
        &mut self,
        form: &Form<'r>,
        field: &mut Field<'r>,
        filename: String,
    ) -> Result<Option<File>, Failure> {
        let media_type = field.content_type().map(ToString::to_string);
        let mut next = form.bytes(field).await?;
        if filename.is_empty() && next.is_none() {
            self.nameless += 1;
            let tolerable = self.nameless <= MAX_FIELDS;
            return if tolerable { Ok(None) } else { Err(Failure::malformed("the form has too many empty files")) };
        }
        if self.uploads.len() >= self.limits.files {
            return Err(Failure::too_large(format!("the form has more than {} files", self.limits.files)));
        }
        let mut writer = self.blobs.stage();
        let mut size = 0;
        while let Some(bytes) = next {
            size += bytes.len() as u64;
            if size > self.limits.file_bytes {
                return Err(Failure::too_large(format!("a file is larger than {} bytes", self.limits.file_bytes)));
            }
            writer.write(bytes).await.map_err(|error| not_stored(&error))?;
            next = form.bytes(field).await?;
        }
        let staged = writer.finish().await.map_err(|error| not_stored(&error))?;
        let upload =
            u32::try_from(self.uploads.len()).map_err(|_| Failure::too_large("the form has too many files"))?;
        let file = File {
            upload,
            filename: Some(filename),
            media_type,
            sniffed_type: sniff::media_type(&staged.head).map(str::to_owned),
            size: staged.size,
            sha256: staged.sha256.clone(),
        };
        self.uploads.push(staged);
        Ok(Some(file))
    }
}

fn not_stored(error: &BlobError) -> Failure {
    tracing::error!(%error, "an upload could not be staged");
    Failure::unavailable("the upload cannot be stored now", 5)
}

impl From<FormError> for Failure {
    fn from(error: FormError) -> Self {
        match error {
            FormError::Body(error) => error.into(),
            FormError::Headers => Self::malformed("a part of the form has headers without end"),
            FormError::Syntax => Self::malformed("the multipart form is malformed or incomplete"),
        }
    }
}
