//! Failures as answers: in the plugin's own envelope where a mount was found, in the host's otherwise.

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;

use super::failure::{self, Failure};
use super::mounted::Mounted;
use super::response::{self, Asked};
use crate::runtime::Problem;

/// Asks the plugin to put the failure into its envelope; does it itself if the plugin cannot.
pub async fn of_plugin(
    mounted: &Mounted,
    operation: Option<&str>,
    request_id: &str,
    failure: &Failure,
) -> Response<Body> {
    let mut response = match shaped(mounted, operation, request_id, failure).await {
        Some(response) => response,
        None => plain(request_id, failure),
    };
    decorate(&mut response, failure);
    response
}

/// The failure in the host's own envelope.
pub fn of_host(request_id: &str, failure: &Failure) -> Response<Body> {
    let mut response = plain(request_id, failure);
    decorate(&mut response, failure);
    response
}

async fn shaped(
    mounted: &Mounted,
    operation: Option<&str>,
    request_id: &str,
    failure: &Failure,
) -> Option<Response<Body>> {
    let _permit = mounted.room.problems.try_acquire().ok()?;
    let problem = Problem {
        kind: failure.kind,
        status: failure.status.as_u16(),
        detail: failure.detail.to_string(),
        operation: operation.map(str::to_owned),
        request_id: request_id.to_owned(),
        retry_after_seconds: failure.retry_after,
    };
    let asked = Asked { method: &Method::GET, headers: &HeaderMap::new() };
    // A fault has been logged where it happened.
    let answer = mounted.plugin.problem(problem).await.ok()?;
    let answer = response::answer(&asked, answer, None, mounted.limits.response_bytes).await;
    answer.inspect_err(|error| tracing::warn!(plugin = mounted.name, %error, "a plugin could not shape a problem")).ok()
}

fn plain(request_id: &str, failure: &Failure) -> Response<Body> {
    let kind = failure::name(failure.kind);
    let text = json!({ "error": { "kind": kind, "detail": failure.detail, "request_id": request_id } }).to_string();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = failure.status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response::defaults(response.headers_mut());
    response
}

/// Headers that belong to the status, whoever wrote the body.
fn decorate(response: &mut Response<Body>, failure: &Failure) {
    let challenged = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    if challenged && !headers.contains_key(header::WWW_AUTHENTICATE) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(allow) = &failure.allow {
        headers.insert(header::ALLOW, allow.clone());
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn the_hosts_envelope_says_what_and_which_request() {
        let response = of_host("r-1", &Failure::not_found());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(
            body,
            json!({ "error": { "kind": "not-found", "detail": "there is no such operation", "request_id": "r-1" } })
        );
    }

    #[test]
    fn headers_belong_to_the_status() {
        let header = |failure: &Failure, name| of_host("r", failure).headers().get(name).cloned();
        assert_eq!(
            header(&Failure::unauthenticated("x"), header::WWW_AUTHENTICATE),
            Some(HeaderValue::from_static("Bearer"))
        );
        assert_eq!(header(&Failure::too_many_requests(7), header::RETRY_AFTER), Some(HeaderValue::from(7)));
        let allow = HeaderValue::from_static("GET");
        assert_eq!(header(&Failure::method_not_allowed(&allow), header::ALLOW), Some(allow));
    }
}
