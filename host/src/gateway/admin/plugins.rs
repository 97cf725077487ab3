//! The operations about plugins.

use axum::body::Body;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answers::{self, answer};
use super::{AdminCall, Refusal};
use crate::gateway::body::Reader;
use crate::gateway::failure::Failure;
use crate::life::{Arrival, Life, LifeError, MAX_BYTES};

/// The header that carries a signature.
const SIGNATURE: &str = "x-ward-signature";

type Answer = Result<Response<Body>, Refusal>;

pub(super) async fn list(life: &Life) -> Answer {
    let (mounts, packages) = (life.report().await?, life.packages().await?);
    let mounts: Vec<Value> = mounts.iter().map(answers::mount).collect();
    let packages: Vec<Value> = packages.iter().map(answers::package).collect();
    Ok(answer(StatusCode::OK, &json!({ "mounts": mounts, "packages": packages })))
}

pub(super) async fn install(call: &AdminCall<'_>, reader: &mut Reader) -> Answer {
    let signature = call.parts.headers.get(SIGNATURE).map(|value| value.to_str().map(str::to_owned));
    let signature = signature.transpose().map_err(|_| Failure::malformed("the signature is not Base64"))?;
    let arrival = receive(call, reader, signature).await?;
    let (package, inspected) = call.app.life.install(arrival).await?;
    Ok(answer(StatusCode::CREATED, &answers::inspected(&package, inspected)))
}

/// The component, in memory to be examined and in the object store to be kept.
async fn receive(call: &AdminCall<'_>, reader: &mut Reader, signature: Option<String>) -> Result<Arrival, Refusal> {
    reader.limit(MAX_BYTES).map_err(Failure::from)?;
    let mut stage = call.app.blobs.stage();
    let mut bytes = Vec::new();
    while let Some(piece) = reader.next().await.map_err(Failure::from)? {
        bytes.extend_from_slice(&piece);
        stage.write(piece).await.map_err(LifeError::from)?;
    }
    let staged = stage.finish().await.map_err(LifeError::from)?;
    Ok(Arrival { bytes: Bytes::from(bytes), staged, signature })
}

pub(super) async fn inspect(life: &Life, path: &str) -> Answer {
    let (name, version) = (segment(path, 1)?, segment(path, 3)?);
    let (package, inspected) = life.inspect(&name, &version).await?;
    Ok(answer(StatusCode::OK, &answers::inspected(&package, inspected)))
}

pub(super) async fn differences(life: &Life, path: &str, query: Option<&str>) -> Answer {
    let asked = Asked::read(query, &["domain"])?;
    let (name, version) = (segment(path, 1)?, segment(path, 3)?);
    let differences = life.differences(&name, &version, asked.domain.as_deref()).await?;
    Ok(answer(StatusCode::OK, &json!({ "differences": differences })))
}

pub(super) async fn activate(life: &Life, path: &str, query: Option<&str>) -> Answer {
    let asked = Asked::read(query, &["domain", "accept_breaking"])?;
    let (name, version) = (segment(path, 1)?, segment(path, 3)?);
    let activated = life.activate(&name, &version, asked.domain.as_deref(), asked.accept_breaking).await?;
    Ok(answer(StatusCode::OK, &answers::activated(&activated)))
}

pub(super) async fn rollback(life: &Life, path: &str, query: Option<&str>) -> Answer {
    let asked = Asked::read(query, &["domain"])?;
    let activated = life.rollback(&segment(path, 1)?, asked.domain.as_deref()).await?;
    Ok(answer(StatusCode::OK, &answers::activated(&activated)))
}

pub(super) async fn remove_version(life: &Life, path: &str) -> Answer {
    let removed = life.remove_version(&segment(path, 1)?, &segment(path, 3)?).await?;
    Ok(answer(StatusCode::OK, &json!({ "removed": [answers::package(&removed)] })))
}

pub(super) async fn remove(life: &Life, path: &str) -> Answer {
    let removed = life.remove(&segment(path, 1)?).await?;
    let removed: Vec<Value> = removed.iter().map(answers::package).collect();
    Ok(answer(StatusCode::OK, &json!({ "removed": removed })))
}

/// A segment of the path below `/_ward`, decoded: a `+` in a version may come as `%2B`.
pub(super) fn segment(path: &str, place: usize) -> Result<String, Failure> {
    let segment = path.split('/').filter(|part| !part.is_empty()).nth(place).unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(segment).decode_utf8();
    Ok(decoded.map_err(|_| Failure::malformed("the path is not UTF-8"))?.into_owned())
}

/// What the query says.
#[derive(Default)]
struct Asked {
    domain: Option<String>,
    accept_breaking: bool,
}

impl Asked {
    fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Failure> {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match (known.contains(&&*name), &*name, &*value) {
                (true, "domain", domain) => asked.domain = Some(domain.to_owned()),
                (true, "accept_breaking", "true") => asked.accept_breaking = true,
                (true, "accept_breaking", "false") => asked.accept_breaking = false,
                (true, ..) => return Err(Failure::malformed("`accept_breaking` is `true` or `false`")),
                (false, ..) => {
                    return Err(Failure::malformed("the query has a parameter that this operation does not have"));
                }
            }
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded() {
        let path = "/plugins/pacs/versions/1.0.0%2Bdev.1/activate";
        assert_eq!(segment(path, 1).unwrap(), "pacs");
        assert_eq!(segment(path, 3).unwrap(), "1.0.0+dev.1");
    }

    #[test]
    fn what_an_operation_does_not_ask_for_is_refused() {
        assert!(Asked::read(Some("accept_breaking=true"), &["accept_breaking"]).unwrap().accept_breaking);
        for query in ["accept_breaking=yes", "acept_breaking=true", "domain=x"] {
            assert!(Asked::read(Some(query), &["accept_breaking"]).is_err(), "{query}");
        }
    }
}
