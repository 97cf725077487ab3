//! One rule, one test.

use http::Method;
use http_body_util::BodyExt;

use super::*;

fn answer_of(status: u16, body: ResponseBody) -> runtime::Response {
    runtime::Response { status, headers: vec![("content-type".into(), "text/plain".into())], body }
}

async fn sent(answer: runtime::Response) -> Result<Response<Body>, Unanswerable> {
    let asked = Asked { method: &Method::GET, headers: &HeaderMap::new() };
    super::answer(&asked, answer, None, 10).await
}

#[tokio::test]
async fn bytes_are_passed_on() {
    let response = sent(answer_of(201, ResponseBody::Bytes(b"made".to_vec()))).await.expect("an answer");
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::CREATED, &"text/plain".parse().expect("a value"))
    );
    assert_eq!(&response.into_body().collect().await.expect("a body").to_bytes()[..], b"made");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_invalid() {
    assert!(matches!(sent(answer_of(200, ResponseBody::Bytes(vec![0; 11]))).await, Err(Unanswerable::Invalid(_))));
}

#[tokio::test]
async fn a_status_that_is_none_is_invalid() {
    for status in [0, 99, 101, 199, 600, 65_535] {
        assert!(
            matches!(sent(answer_of(status, ResponseBody::Empty)).await, Err(Unanswerable::Invalid(_))),
            "{status}"
        );
    }
}

#[tokio::test]
async fn statuses_without_a_body_get_none() {
    for status in [204, 304] {
        let response = sent(answer_of(status, ResponseBody::Bytes(b"x".to_vec()))).await.expect("an answer");
        assert!(response.into_body().collect().await.expect("a body").to_bytes().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_blob_without_the_grant_is_invalid() {
    let blob = runtime::BlobBody { blob: "x".into(), filename: None };
    assert!(matches!(sent(answer_of(200, ResponseBody::Blob(blob))).await, Err(Unanswerable::Invalid(_))));
}

#[test]
fn head_keeps_the_length() {
    let mut response = Response::new(Body::from("four"));
    without_body(&mut response);
    assert_eq!(response.headers()[header::CONTENT_LENGTH], "4");
}
