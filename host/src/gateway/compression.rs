//! Which answers are compressed: text of some length that is not a blob.

use http::{Response, header};
use http_body::Body;
use tower_http::compression::predicate::Predicate;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use super::response::Verbatim;

/// Bytes below which compression costs more than it saves.
const SMALLEST: u64 = 1024;

/// The layer: gzip, for clients that take it.
pub fn layer() -> CompressionLayer<Worthwhile> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Worthwhile)
}

/// Text of at least [`SMALLEST`] bytes. Blobs are sent as they are: their tags and ranges are of the
/// bytes that were stored.
#[derive(Clone, Copy, Debug)]
pub struct Worthwhile;

impl Predicate for Worthwhile {
    fn should_compress<B: Body>(&self, response: &Response<B>) -> bool {
        response.body().size_hint().lower() >= SMALLEST
            && response.extensions().get::<Verbatim>().is_none()
            && response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_text)
    }
}

fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/") || ["json", "xml", "javascript"].iter().any(|suffix| essence.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    fn compressed(media_type: &str, bytes: usize, verbatim: bool) -> bool {
        let body = Full::new(bytes::Bytes::from(vec![b' '; bytes]));
        let mut response = Response::builder().header(header::CONTENT_TYPE, media_type).body(body).expect("a response");
        if verbatim {
            response.extensions_mut().insert(Verbatim);
        }
        Worthwhile.should_compress(&response)
    }

    #[test]
    fn long_text_is_compressed() {
        for media_type in ["application/json", "text/html; charset=utf-8", "application/problem+json"] {
            assert!(compressed(media_type, 2_000, false), "{media_type}");
        }
    }

    #[test]
    fn short_answers_blobs_and_other_types_are_not() {
        assert!(!compressed("application/json", 100, false));
        assert!(!compressed("application/json", 2_000, true));
        assert!(!compressed("image/png", 2_000, false));
    }
}
