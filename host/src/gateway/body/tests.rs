//! One rule, one test.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;

use super::*;
use crate::gateway::operations::BodyLimits;
use crate::runtime::{Part, PartContent};

const LIMITS: BodyLimits = BodyLimits { body_bytes: 100_000, file_bytes: 1_000, total_bytes: 1 << 20, files: 3 };

fn headers(content_type: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_str(content_type).expect("a header value"))])
}

fn accepts() -> Accepts {
    Accepts { json: true, multipart: true, ..Accepts::default() }
}

fn operation(accepts: Option<Accepts>) -> Operation {
    Operation { id: "x".into(), index: 0, limits: LIMITS, accepts, mark: None }
}

struct Store {
    _directory: tempfile::TempDir,
    blobs: BlobStore,
}

async fn store() -> Store {
    let directory = tempfile::tempdir().expect("a directory");
    let blobs = BlobStore::open("", directory.path()).await.expect("a blob store");
    Store { _directory: directory, blobs }
}

/// Receives a form that comes in pieces of `step` bytes.
async fn form(content: &[u8], step: usize) -> Result<Received, Failure> {
    let pieces: Vec<_> = content.chunks(step).map(|piece| std::io::Result::Ok(Bytes::copy_from_slice(piece))).collect();
    let mut reader = Reader::new(axum::body::Body::from_stream(stream::iter(pieces)), Duration::from_secs(1));
    let headers = headers("multipart/form-data; boundary=B");
    receive(&operation(Some(accepts())), &headers, &mut reader, &store().await.blobs).await
}

async fn refusal(content: &[u8]) -> (StatusCode, String) {
    let failure = form(content, 50).await.err().expect("a refusal");
    (failure.status, failure.detail.into_owned())
}

fn text(name: &str, value: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str, filename: &str, value: &str) -> String {
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"");
    format!("--B\r\n{disposition}\r\nContent-Type: text/plain\r\n\r\n{value}\r\n")
}

fn parts(received: &Received) -> &[Part] {
    match &received.body {
        Body::Form(parts) => parts,
        other => panic!("not a form: {other:?}"),
    }
}

async fn collected(accepts: Option<Accepts>, content_type: &str, content: &'static str) -> Result<Body, Failure> {
    let mut reader = Reader::new(content.into(), Duration::from_secs(1));
    let received = receive(&operation(accepts), &headers(content_type), &mut reader, &store().await.blobs).await?;
    Ok(received.body)
}

#[tokio::test]
async fn texts_and_files_keep_their_order_however_they_are_cut() {
    let content =
        text("a", "ä") + &file("f", "one.txt", "first") + &text("b", "") + &file("f", "two.txt", "") + "--B--\r\n";
    for step in [1, 7, 50, 10_000] {
        let received = form(content.as_bytes(), step).await.expect("a form");
        let names: Vec<&str> = parts(&received).iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["a", "f", "b", "f"], "in steps of {step}");
        assert!(matches!(&parts(&received)[0].content, PartContent::Text(text) if text == "ä"));
        assert!(matches!(&parts(&received)[3].content, PartContent::File(file) if file.upload == 1 && file.size == 0));
    }
}

#[tokio::test]
async fn a_file_is_staged_hashed_and_described() {
    let content = file("f", "note.txt", "hello") + "--B--";
    let received = form(content.as_bytes(), 10).await.expect("a form");
    let PartContent::File(file) = &parts(&received)[0].content else { panic!("not a file") };
    assert_eq!(
        (file.filename.as_deref(), file.media_type.as_deref(), file.size),
        (Some("note.txt"), Some("text/plain"), 5)
    );
    assert_eq!(file.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(&received.uploads[0].head[..], b"hello");
}

#[tokio::test]
async fn a_file_field_left_empty_is_no_file() {
    let received = form((file("f", "", "") + "--B--").as_bytes(), 50).await.expect("a form");
    assert!(parts(&received).is_empty() && received.uploads.is_empty());
}

#[tokio::test]
async fn limits_of_a_form_are_named() {
    let large = "x".repeat(1_001);
    let cases = [
        (file("f", "a", &large), "a file is larger than 1000 bytes"),
        (file("f", "a", "x").repeat(4), "the form has more than 3 files"),
        (text("t", &"x".repeat(64 * 1024 + 1)), "a text field is larger than 65536 bytes"),
        (text("t", &"x".repeat(60_000)).repeat(2), "the text fields are together larger than 100000 bytes"),
        (text("t", "x").repeat(1_001), "the form has more than 1000 fields"),
        (text("t", "x") + "--B--" + &" ".repeat(1 << 20), "the body is larger than 1048576 bytes"),
    ];
    for (content, detail) in cases {
        assert_eq!(refusal(content.as_bytes()).await, (StatusCode::PAYLOAD_TOO_LARGE, detail.into()));
    }
}

#[tokio::test]
async fn a_malformed_form_is_refused() {
    let cases = [
        ("no form at all".to_string(), "malformed or incomplete"),
        (file("f", "a", "cut"), "malformed or incomplete"),
        ("--B\r\nContent-Disposition: form-data; na".into(), "malformed or incomplete"),
        ("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--".into(), "has no name"),
        (format!("--B\r\nX: {}\r\n\r\nx\r\n--B--", "x".repeat(20_000)), "headers without end"),
        ("x".repeat(100_000), "headers without end"),
        (text(&"n".repeat(1_025), "x") + "--B--", "name that is too long"),
    ];
    for (content, detail) in cases {
        let (status, said) = refusal(content.as_bytes()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(said.contains(detail), "{said} should say {detail}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused() {
    let content = b"--B\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n\xff\xfe\r\n--B--";
    assert_eq!(refusal(content).await, (StatusCode::BAD_REQUEST, "a text field is not UTF-8".into()));
}

#[tokio::test]
async fn a_form_needs_a_boundary() {
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""]
    {
        let failure = collected(Some(accepts()), content_type, "--B--").await.expect_err(content_type);
        assert_eq!(failure.status, StatusCode::BAD_REQUEST, "{content_type}");
    }
}

#[tokio::test]
async fn bytes_are_collected_within_their_limit() {
    let json = || Some(Accepts { json: true, ..Accepts::default() });
    let body = collected(json(), "application/json; charset=utf-8", "{}").await.expect("a body");
    assert!(matches!(body, Body::Bytes(bytes) if bytes == b"{}"));
    let large: &'static str = "x".repeat(LIMITS.body_bytes + 1).leak();
    let failure = collected(json(), "application/json", large).await.expect_err("too large");
    assert_eq!(
        (failure.status, &*failure.detail),
        (StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 100000 bytes")
    );
}

#[tokio::test]
async fn an_empty_body_is_empty_whatever_its_type() {
    assert!(matches!(collected(Some(accepts()), "image/png", "").await, Ok(Body::Empty)));
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_is_ignored_but_bounded() {
    assert!(matches!(collected(None, "application/json", "{}").await, Ok(Body::Empty)));
    let large: &'static str = "x".repeat(LIMITS.body_bytes + 1).leak();
    let failure = collected(None, "application/json", large).await.expect_err("too large");
    assert_eq!(failure.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn unknown_kinds_are_unsupported() {
    let status = |headers: &HeaderMap| handling(Some(&accepts()), headers).err().map(|failure| failure.status);
    assert_eq!(status(&headers("image/png")), Some(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    let mut compressed = headers("application/json");
    assert_eq!(status(&compressed), None);
    compressed.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(status(&compressed), Some(StatusCode::UNSUPPORTED_MEDIA_TYPE));
}

#[test]
fn a_missing_content_type_means_json_where_json_is_taken() {
    let handled = |accepts: &Accepts| handling(Some(accepts), &HeaderMap::new()).ok();
    assert_eq!(handled(&accepts()), Some(Handling::Collect));
    assert_eq!(handled(&Accepts { multipart: true, ..Accepts::default() }), None);
}
