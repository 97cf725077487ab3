//! What the first bytes of a file say that it is.

/// Formats whose mark does not stand where the `infer` crate looks: offset, mark, media type.
const MARKS: [(usize, &[u8], &str); 1] = [(128, b"DICM", "application/dicom")];

/// The media type, where the bytes say one.
pub fn media_type(head: &[u8]) -> Option<&'static str> {
    let marked = |&(offset, mark, media_type): &(usize, &[u8], &'static str)| {
        head.get(offset..)?.starts_with(mark).then_some(media_type)
    };
    MARKS.iter().find_map(marked).or_else(|| infer::get(head).map(|kind| kind.mime_type()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_marks_are_found() {
        let mut dicom = vec![0; 128];
        dicom.extend_from_slice(b"DICM");
        assert_eq!(media_type(&dicom), Some("application/dicom"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
    }

    #[test]
    fn text_short_and_empty_heads_say_nothing() {
        for head in [&b"plain words"[..], b"", &[0; 130]] {
            assert_eq!(media_type(head), None);
        }
    }
}
