//! Receiving a request's body: nothing, bytes, or a multipart form whose files are staged.

mod feed;
mod multipart;
mod reader;
mod sniff;

use http::{HeaderMap, HeaderValue, header};

use super::failure::Failure;
use super::operations::{Accepts, Operation};
use crate::runtime::{Body, ProblemKind};
use crate::storage::{BlobStore, Staged};

pub use reader::{BodyError, Reader};

/// What a plugin gets of a body.
pub struct Received {
    /// As the contract has it.
    pub body: Body,
    /// The files of a form, by the numbers that `body` gives them.
    pub uploads: Vec<Staged>,
}

/// What to do with a body.
#[derive(Debug, PartialEq, Eq)]
enum Handling {
    /// Read and forget it.
    Discard,
    /// Collect it.
    Collect,
    /// Read it as a form with this boundary.
    Form(String),
}

/// Receives the body of a request for `operation`, within its limits.
pub async fn receive(
    operation: &Operation,
    headers: &HeaderMap,
    reader: &mut Reader,
    blobs: &BlobStore,
) -> Result<Received, Failure> {
    if reader.is_empty() {
        return Ok(Received { body: Body::Empty, uploads: Vec::new() });
    }
    let limits = &operation.limits;
    match handling(operation.accepts.as_ref(), headers)? {
        Handling::Discard => {
            reader.limit(limits.body_bytes as u64)?;
            while reader.next().await?.is_some() {}
            Ok(Received { body: Body::Empty, uploads: Vec::new() })
        }
        Handling::Collect => {
            reader.limit(limits.body_bytes as u64)?;
            Ok(Received { body: collect(reader).await?, uploads: Vec::new() })
        }
        Handling::Form(boundary) => {
            reader.limit(limits.total_bytes)?;
            let (parts, uploads) = multipart::read(reader, &boundary, limits, blobs).await?;
            // What stands behind the last boundary means nothing, but it must end.
            while reader.next().await?.is_some() {}
            Ok(Received { body: Body::Form(parts), uploads })
        }
    }
}

async fn collect(reader: &mut Reader) -> Result<Body, BodyError> {
    /// A client's announcement is not believed beyond this; the rest is allocated as it comes.
    const FIRST: u64 = 64 << 10;
    let announced = reader.announced().unwrap_or_default().min(FIRST);
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    while let Some(piece) = reader.next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(if bytes.is_empty() { Body::Empty } else { Body::Bytes(bytes) })
}

/// Compares the body's media type with those that the operation takes.
fn handling(accepts: Option<&Accepts>, headers: &HeaderMap) -> Result<Handling, Failure> {
    let Some(accepts) = accepts else { return Ok(Handling::Discard) };
    let unsupported = |detail| Failure::new(ProblemKind::UnsupportedMediaType, detail);
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(unsupported("a compressed body is not taken"));
    }
    let Some(content_type) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else {
        let guess = accepts.json || accepts.any;
        return if guess { Ok(Handling::Collect) } else { Err(unsupported("the body has no content type")) };
    };
    let content_type = content_type.map_err(|_| Failure::malformed("the content type is malformed"))?;
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "multipart/form-data" && accepts.multipart {
        return boundary(content_type).map(Handling::Form);
    }
    if accepts.takes_bytes(&essence) {
        return Ok(Handling::Collect);
    }
    Err(unsupported("the operation does not take a body of this content type"))
}

fn boundary(content_type: &str) -> Result<String, Failure> {
    /// Twice what RFC 2046 allows.
    const LONGEST: usize = 140;
    let boundary = multer::parse_boundary(content_type).unwrap_or_default();
    if boundary.is_empty() || boundary.len() > LONGEST {
        return Err(Failure::malformed("the multipart form has no usable boundary"));
    }
    Ok(boundary)
}

#[cfg(test)]
mod tests;
