//! Every operation of every mounted API is tried without a token.

use http::Method;
use ward_tests::Ward;

/// What anybody may call. This list may only shrink. (`POST /auth/refresh` is public, too, but answers 401
/// without a refresh token.)
const EXEMPT: [&str; 2] = ["GET /pacs/health", "POST /pacs/auth/token"];

#[tokio::test]
async fn no_operation_but_the_exempt_ones_answers_without_a_token() {
    let ward = Ward::start().await;
    let api = ward.at("");
    let document = api.get("/openapi.json").await.expect(200).json();
    let (mut tried, mut exempt) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let name = format!("{method} {path}");
            let answer = api.send(api.request(method, &filled(path))).await;
            if EXEMPT.contains(&name.as_str()) {
                assert_ne!(answer.status, 401, "{name} needs a token: take it off the list");
                exempt.push(name);
            } else if path.starts_with("/pacs") {
                assert_eq!(answer.status, 401, "{name} answers without a token: {}", answer.text());
                tried += 1;
            }
        }
    }
    assert!(tried >= 25, "only {tried} operations were tried");
    exempt.sort();
    let mut expected = EXEMPT.to_vec();
    expected.sort_unstable();
    assert_eq!(exempt, expected, "an exemption without an operation");
}

/// The path with something for each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
