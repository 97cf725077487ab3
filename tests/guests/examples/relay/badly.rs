//! Answers that a caller must survive.

use serde::Deserialize;
use ward_sdk::prelude::*;

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(trap)).routes(routes!(hang)).routes(routes!(big)).routes(routes!(stream))
}

/// Traps.
#[utoipa::path(get, path = "/trap", operation_id = "trap", responses((status = 200)))]
async fn trap() -> StatusCode {
    panic!("as ordered");
}

/// Never ends.
#[utoipa::path(get, path = "/hang", operation_id = "hang", responses((status = 200)))]
async fn hang() -> StatusCode {
    loop {
        std::hint::spin_loop();
    }
}

#[derive(Deserialize, IntoParams)]
struct Size {
    bytes: usize,
}

/// So many bytes.
#[utoipa::path(get, path = "/big", operation_id = "big", params(Size), responses((status = 200)))]
async fn big(Query(size): Query<Size>) -> Vec<u8> {
    vec![b'x'; size.bytes]
}

/// Events without an end.
#[utoipa::path(get, path = "/stream", operation_id = "stream", responses((status = 200)))]
async fn stream() -> EventStream {
    EventStream::of(["told"])
}
