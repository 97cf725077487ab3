//! An answer, read to its end.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Status, headers and body.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The request, for messages.
    pub request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{} answered {} with no JSON ({error}): {}", self.request, self.status, self.text())
        })
    }

    /// A JSON list.
    #[track_caller]
    pub fn list(&self) -> Vec<Value> {
        match self.json() {
            Value::Array(list) => list,
            other => panic!("{} answered with no list: {other}", self.request),
        }
    }

    /// The `id` of the JSON object in the body.
    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("{} has no id: {}", self.request, self.text()))
    }

    /// What an error says: the text of `detail`.
    #[track_caller]
    pub fn detail(&self) -> String {
        match &self.json()["detail"] {
            Value::String(detail) => detail.clone(),
            other => panic!("{} answered {} with no text as detail: {other}", self.request, self.status),
        }
    }

    /// The places that a 422 names, as `body.field`.
    #[track_caller]
    pub fn invalid_fields(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}: {}", self.request, self.text());
        let detail = self.json()["detail"].clone();
        let list = detail.as_array().unwrap_or_else(|| panic!("a 422 has a list: {detail}"));
        assert!(!list.is_empty(), "a 422 names something");
        list.iter()
            .map(|entry| {
                assert!(entry["msg"].is_string() && entry["type"].is_string(), "{entry} lacks msg or type");
                let place = entry["loc"].as_array().expect("loc is a list");
                place
                    .iter()
                    .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(".")
            })
            .collect()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(2_000)]).into_owned()
    }

    /// SHA-256 of the body, hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.body))
    }

    pub(crate) async fn read(request: String, response: reqwest::Response) -> reqwest::Result<Self> {
        let status: StatusCode = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await?;
        Ok(Self { request, status: status.as_u16(), headers, body })
    }
}
