//! Files that are accepted.

use std::cell::Cell;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::files::{BIG_ENDIAN, DEFLATED, EXPLICIT, Encoding, IMPLICIT, JPEG, RLE, file, image, meta, with_meta};
use super::{Header, read, verdict};

fn expected(syntax: &str) -> Header {
    let text = |text: &str| Some(text.to_owned());
    Header {
        transfer_syntax: text(syntax),
        sop_class_uid: text("1.2.840.10008.5.1.4.1.1.2"),
        sop_instance_uid: text("1.2.3.4"),
        study_instance_uid: text("1.2.3"),
        series_instance_uid: text("1.2.3.1"),
        modality: text("CT"),
        rows: Some(4),
        columns: Some(5),
        frames: Some(2),
    }
}

#[test]
fn every_transfer_syntax_is_read() {
    for syntax in [EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED, JPEG, RLE] {
        assert_eq!(verdict(&image(syntax)), Ok(expected(syntax)), "{syntax}");
    }
}

#[test]
fn the_preamble_may_be_missing() {
    assert_eq!(verdict(&image(EXPLICIT)[128..]), Ok(expected(EXPLICIT)));
}

#[test]
fn sequences_may_have_lengths() {
    for (syntax, encoding) in
        [(EXPLICIT, Encoding::Explicit), (IMPLICIT, Encoding::Implicit), (BIG_ENDIAN, Encoding::Big)]
    {
        let data_set =
            [encoding.nested_with_lengths(5, (0x0008, 0x1140)), encoding.number((0x0028, 0x0010), 4)].concat();
        assert_eq!(verdict(&file(syntax, &data_set)).expect("read").rows, Some(4), "{syntax}");
    }
}

#[test]
fn a_file_without_pixel_data_or_without_anything_is_read() {
    let encoding = Encoding::Explicit;
    let report = file(EXPLICIT, &[encoding.image(), encoding.nested(9, (0x0040, 0xA730))].concat());
    assert_eq!(verdict(&report), Ok(expected(EXPLICIT)));
    let empty = verdict(&file(EXPLICIT, &[])).expect("meta alone");
    assert_eq!((empty.sop_instance_uid.as_deref(), empty.rows), (Some("1.2.3.4"), None));
}

#[test]
fn damage_behind_the_header_does_not_matter() {
    let mut cut = image(EXPLICIT);
    cut.truncate(cut.len() - 30);
    assert_eq!(verdict(&cut), Ok(expected(EXPLICIT)));
    let trailing = [image(EXPLICIT), Encoding::Explicit.nested(2000, (0xFFFC, 0xFFFC))].concat();
    assert_eq!(verdict(&trailing), Ok(expected(EXPLICIT)));
}

#[test]
fn nonsense_in_the_header_is_left_out() {
    let encoding = Encoding::Explicit;
    let data_set = [
        encoding.element((0x0008, 0x0018), "UI", b"<script>"),
        encoding.element((0x0008, 0x0060), "CS", b"ct\0drop"),
        encoding.element((0x0020, 0x000D), "UI", &[b'1'; 200]),
        encoding.element((0x0028, 0x0010), "LO", b"many"),
    ]
    .concat();
    let header = verdict(&file(EXPLICIT, &data_set)).expect("read");
    assert_eq!(header.sop_instance_uid.as_deref(), Some("1.2.3.4"), "from the file meta information");
    assert_eq!((header.modality, header.study_instance_uid, header.rows), (None, None, None));
}

/// Counts what is fetched.
struct Counting(Cursor<Vec<u8>>, Rc<Cell<usize>>);

impl Read for Counting {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(into)?;
        self.1.set(self.1.get() + count);
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

fn fetched(file: Vec<u8>) -> usize {
    let count = Rc::new(Cell::new(0));
    read(Counting(Cursor::new(file), count.clone())).expect("read");
    count.get()
}

#[test]
fn only_the_header_is_fetched() {
    let encoding = Encoding::Explicit;
    let large = file(EXPLICIT, &[encoding.image(), encoding.pixels(10 << 20)].concat());
    assert!(fetched(large) < 64 << 10);
    // A document of 10 MB stands before the pixel data's place.
    let document = [encoding.image(), encoding.element((0x0042, 0x0011), "OB", &vec![7; 10 << 20]), encoding.pixels(2)];
    assert!(fetched(file(EXPLICIT, &document.concat())) < 64 << 10);
}

#[test]
fn an_unknown_element_of_the_file_meta_information_is_passed_over() {
    let unknown = Encoding::Explicit.element((0x0002, 0x0026), "UN", b"http://here");
    let file = with_meta(&[meta(EXPLICIT), unknown].concat(), &Encoding::Explicit.image());
    assert_eq!(verdict(&file), Ok(expected(EXPLICIT)));
}
