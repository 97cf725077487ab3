//! Multipart forms: text fields, and files that the host has already received.

use axum::extract::{FromRequest, Request};

use crate::bindings::exports::ward::plugin::http as wit;
use crate::blobs::{self, BlobInfo, Reader, Upload};
use crate::failure::{Location, Rejection, RejectionKind};
use crate::sql::Transaction;

/// A multipart form, its parts in the order they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Multipart {
    /// All parts.
    pub parts: Vec<Part>,
}

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// What it holds.
    pub content: PartContent,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// A text field.
    Text(String),
    /// A file.
    File(File),
}

/// A file that the host has stored for this request. It is gone afterwards unless kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What [`blobs`] knows it by.
    pub upload: Upload,
    /// As the client sent it: not a path, not to be trusted.
    pub filename: Option<String>,
    /// As the client sent it.
    pub media_type: Option<String>,
    /// What its first bytes say, where they say anything.
    pub sniffed_type: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

impl File {
    /// Reads it; what is not read never leaves the host.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::of_upload(self.upload, self.size)
    }

    /// Keeps it as a blob, if and when the transaction commits.
    pub fn keep(&self, media_type: &str, within: &Transaction) -> Result<BlobInfo, blobs::Error> {
        self.upload.keep(media_type, within)
    }
}

impl Multipart {
    /// The text of the first field of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.parts.iter().filter(|part| part.name == name).find_map(|part| match &part.content {
            PartContent::Text(text) => Some(text.as_str()),
            PartContent::File(_) => None,
        })
    }

    /// The files of this name, in the order they were sent.
    pub fn files(&self, name: &str) -> impl Iterator<Item = &File> {
        self.parts.iter().filter(move |part| part.name == name).filter_map(|part| match &part.content {
            PartContent::File(file) => Some(file),
            PartContent::Text(_) => None,
        })
    }

    /// The text of a field that must be there.
    pub fn required_text(&self, name: &str) -> Result<&str, Rejection> {
        let missing = || Rejection::field(Location::Body, name, RejectionKind::Missing);
        self.text(name).ok_or_else(missing)
    }

    /// The first of the files of a name that must be there.
    pub fn required_file(&self, name: &str) -> Result<&File, Rejection> {
        let missing = || Rejection::field(Location::Body, name, RejectionKind::Missing);
        self.files(name).next().ok_or_else(missing)
    }
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Rejection;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Rejection> {
        match request.extensions_mut().remove::<FormParts>() {
            Some(FormParts(parts)) => Ok(Self { parts }),
            None => Err(Rejection {
                location: Location::Body,
                path: Vec::new(),
                kind: RejectionKind::Syntax { reason: "expected multipart/form-data".to_owned(), offset: None },
            }),
        }
    }
}

/// The form that the host received, on its way to an extractor.
#[derive(Clone, Debug)]
pub(crate) struct FormParts(Vec<Part>);

impl FormParts {
    /// Names and texts of the text fields.
    pub(crate) fn into_texts(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter().filter_map(|part| match part.content {
            PartContent::Text(text) => Some((part.name, text)),
            PartContent::File(_) => None,
        })
    }
}

impl From<Vec<wit::Part>> for FormParts {
    fn from(parts: Vec<wit::Part>) -> Self {
        let part = |part: wit::Part| Part {
            name: part.name,
            content: match part.content {
                wit::PartContent::Text(text) => PartContent::Text(text),
                wit::PartContent::File(file) => PartContent::File(File {
                    upload: Upload::new(file.upload),
                    filename: file.filename,
                    media_type: file.media_type,
                    sniffed_type: file.sniffed_type,
                    size: file.size,
                    sha256: file.sha256,
                }),
            },
        };
        Self(parts.into_iter().map(part).collect())
    }
}

impl Multipart {
    /// Makes the form the body of `request`, for native tests of handlers.
    pub fn into_extension(self, request: &mut Request) {
        request.extensions_mut().insert(FormParts(self.parts));
    }
}
