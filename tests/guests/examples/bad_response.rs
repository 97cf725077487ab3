//! Answers with what HTTP cannot carry: `/run?how=` 0 a status of 0, 1 a status of 999, 2 a status of 101, 3 a
//! header that is no token, 4 a header value with a line break, 5 a header that frames the message, 6 a blob
//! id that is a path, 7 a file name with a line break. The host must answer with the guest's own 500, or
//! leave the header out; a client must never see two messages.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, BlobBody, Description, Raw, Request, Response, ResponseBody};

struct Guest;

fn with(name: &str, value: &str) -> Response {
    let mut response = raw::text(200, "fine");
    response.headers.push((name.to_owned(), value.to_owned()));
    response
}

fn blob(id: &str, filename: &str) -> Response {
    let body = BlobBody { blob: id.to_owned(), filename: Some(filename.to_owned()) };
    Response { body: ResponseBody::Blob(body), ..raw::text(200, "") }
}

impl Raw for Guest {
    fn describe() -> Description {
        raw::description("bad-response")
    }

    fn handle(request: Request) -> Response {
        match raw::number(&request.query, "how") {
            0 => raw::text(0, "status"),
            1 => raw::text(999, "status"),
            2 => raw::text(101, "status"),
            3 => with("no token", "value"),
            4 => with("x-split", "one\r\nx-injected: two"),
            5 => with("transfer-encoding", "chunked"),
            6 => blob("../../keys/signing.pem", "key.pem"),
            _ => blob("unknown", "a\r\nx-injected: two.txt"),
        }
    }
}

ward_guests::raw!(Guest);
