//! Answers with a giant body (`/run?bytes=`), giant headers (`headers=` of 1 KiB each) or both. The host must
//! refuse what is over its limits, with the guest's own 500.
#![cfg(target_family = "wasm")]

use serde::Deserialize;
use ward_sdk::http::HeaderName;
use ward_sdk::prelude::*;

#[derive(Deserialize, IntoParams)]
struct Size {
    #[serde(default)]
    bytes: usize,
    #[serde(default)]
    headers: usize,
}

#[utoipa::path(get, path = "/run", operation_id = "run", params(Size), responses((status = 200)))]
async fn run(Query(size): Query<Size>) -> Response {
    let mut response = vec![b'x'; size.bytes].into_response();
    for number in 0..size.headers {
        let name = HeaderName::try_from(format!("x-giant-{number}")).expect("a name");
        response.headers_mut().insert(name, "x".repeat(1024).try_into().expect("a value"));
    }
    response
}

ward_guests::guest!("giant-response", [], OpenApiRouter::new().routes(routes!(run)));
