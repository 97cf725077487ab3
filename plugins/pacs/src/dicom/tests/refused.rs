//! Files that are no DICOM, or broken ones.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::files::{EXPLICIT, Encoding, file, image, meta, with_meta};
use super::{Failed, Refusal, read, verdict};

#[test]
fn other_files_are_no_dicom() {
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 500]].concat();
    let late = [&[0; 129][..], b"DICM"].concat();
    for other in [&b""[..], b"DIC", b"hello", &[0; 132], &png, &late, &[b' '; 4000]] {
        assert_eq!(verdict(other), Err(Refusal::NotDicom));
    }
}

#[test]
fn the_file_meta_information_must_be_there() {
    let magic = [&[0; 128][..], b"DICM"].concat();
    assert_eq!(verdict(b"DICM"), Err(Refusal::Meta));
    assert_eq!(verdict(&magic), Err(Refusal::Meta));
    assert_eq!(verdict(&[magic, Encoding::Explicit.image()].concat()), Err(Refusal::Meta));
    let without_syntax = with_meta(&Encoding::Explicit.element((0x0002, 0x0001), "OB", &[0, 1]), &[]);
    assert_eq!(verdict(&without_syntax), Err(Refusal::Meta));
}

#[test]
fn an_unknown_transfer_syntax_is_named_as_the_reason() {
    assert_eq!(verdict(&with_meta(&meta("1.2.3.4.5.6"), &[])), Err(Refusal::TransferSyntax));
}

#[test]
fn a_header_that_breaks_off_is_malformed() {
    let whole = image(EXPLICIT);
    let start = whole.len() - Encoding::Explicit.pixels(40).len() - Encoding::Explicit.image().len();
    // In the middle of the value of the first element.
    assert_eq!(verdict(&whole[..start + 12]), Err(Refusal::Malformed));
    // In the middle of its header.
    assert_eq!(verdict(&whole[..start + 6]), Err(Refusal::Malformed));
}

#[test]
fn text_behind_the_file_meta_information_is_malformed() {
    let text = file(EXPLICIT, "This is not a data set, whatever stands before it.".repeat(20).as_bytes());
    assert!(matches!(verdict(&text), Err(Refusal::Malformed | Refusal::TooLarge)));
}

/// A store that goes away after some bytes.
struct Failing(Cursor<Vec<u8>>, usize);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        self.1 = self.1.checked_sub(count).ok_or(io::ErrorKind::NotConnected)?;
        Ok(count)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_store_that_fails_is_not_the_files_fault() {
    for bytes in [0, 100, 140, 300, 700] {
        let failed = read(Failing(Cursor::new(image(EXPLICIT)), bytes)).expect_err("cannot be read");
        assert!(matches!(failed, Failed::Store(error) if error.kind() == io::ErrorKind::NotConnected), "{bytes}");
    }
}
