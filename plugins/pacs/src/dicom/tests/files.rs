//! Writes DICOM files, also such as no software would write.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use dicom_encoding::{Codec, TransferSyntaxIndex};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

pub const IMPLICIT: &str = "1.2.840.10008.1.2";
pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
pub const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
pub const JPEG: &str = "1.2.840.10008.1.2.4.50";
pub const RLE: &str = "1.2.840.10008.1.2.5";

/// A length that is not told.
pub const UNDEFINED: u32 = 0xFFFF_FFFF;

/// How elements are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Implicit,
    Explicit,
    Big,
}

use Encoding::{Big, Explicit, Implicit};

impl Encoding {
    pub fn of(syntax: &str) -> Self {
        match syntax {
            IMPLICIT => Implicit,
            BIG_ENDIAN => Big,
            _ => Explicit,
        }
    }

    fn short(self, number: u16) -> [u8; 2] {
        if self == Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn long(self, number: u32) -> [u8; 4] {
        if self == Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    /// The header of an element, with whatever length it is to claim.
    pub fn head(self, tag: (u16, u16), vr: &str, length: u32) -> Vec<u8> {
        let mut bytes = [self.short(tag.0), self.short(tag.1)].concat();
        if self == Implicit {
            bytes.extend(self.long(length));
        } else if matches!(vr, "OB" | "OW" | "SQ" | "UN" | "UT") {
            bytes.extend(vr.bytes());
            bytes.extend([0, 0]);
            bytes.extend(self.long(length));
        } else {
            bytes.extend(vr.bytes());
            bytes.extend(self.short(u16::try_from(length).expect("a short length")));
        }
        bytes
    }

    /// A whole element.
    pub fn element(self, tag: (u16, u16), vr: &str, value: &[u8]) -> Vec<u8> {
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(if vr == "UI" { 0 } else { b' ' });
        }
        let mut bytes = self.head(tag, vr, u32::try_from(value.len()).expect("a small value"));
        bytes.extend(value);
        bytes
    }

    pub fn number(self, tag: (u16, u16), number: u16) -> Vec<u8> {
        self.element(tag, "US", &self.short(number))
    }

    /// The beginning or end of an item or sequence.
    pub fn mark(self, element: u16, length: u32) -> Vec<u8> {
        [self.short(0xFFFE).to_vec(), self.short(element).to_vec(), self.long(length).to_vec()].concat()
    }

    /// What an ordinary image says of itself, up to the pixel data.
    pub fn image(self) -> Vec<u8> {
        [
            self.element((0x0008, 0x0005), "CS", b"ISO_IR 192"),
            self.element((0x0008, 0x0016), "UI", b"1.2.840.10008.5.1.4.1.1.2"),
            self.element((0x0008, 0x0018), "UI", b"1.2.3.4"),
            self.element((0x0008, 0x0060), "CS", b"CT"),
            self.element((0x0010, 0x0010), "PN", "张^伟".as_bytes()),
            self.nested(3, (0x0008, 0x1140)),
            self.element((0x0020, 0x000D), "UI", b"1.2.3"),
            self.element((0x0020, 0x000E), "UI", b"1.2.3.1"),
            self.element((0x0028, 0x0008), "IS", b"2"),
            self.number((0x0028, 0x0010), 4),
            self.number((0x0028, 0x0011), 5),
            self.number((0x0028, 0x0103), 0),
        ]
        .concat()
    }

    /// Sequences within each other, each of one item, none with a length.
    pub fn nested(self, depth: usize, tag: (u16, u16)) -> Vec<u8> {
        let open = [self.head(tag, "SQ", UNDEFINED), self.mark(0xE000, UNDEFINED)].concat();
        let close = [self.mark(0xE00D, 0), self.mark(0xE0DD, 0)].concat();
        [open.repeat(depth), close.repeat(depth)].concat()
    }

    /// The same, each with its length.
    pub fn nested_with_lengths(self, depth: usize, tag: (u16, u16)) -> Vec<u8> {
        let mut inner = Vec::new();
        for _ in 0..depth {
            let length = u32::try_from(inner.len()).expect("small");
            let item = [self.mark(0xE000, length), inner].concat();
            let length = u32::try_from(item.len()).expect("small");
            inner = [self.head(tag, "SQ", length), item].concat();
        }
        inner
    }

    /// Native pixel data.
    pub fn pixels(self, bytes: usize) -> Vec<u8> {
        self.element((0x7FE0, 0x0010), "OW", &vec![7; bytes])
    }
}

/// Encapsulated pixel data of two fragments.
pub fn fragments() -> Vec<u8> {
    [
        Explicit.head((0x7FE0, 0x0010), "OB", UNDEFINED),
        Explicit.mark(0xE000, 0),
        Explicit.mark(0xE000, 4),
        vec![1, 2, 3, 4],
        Explicit.mark(0xE000, 2),
        vec![5, 6],
        Explicit.mark(0xE0DD, 0),
    ]
    .concat()
}

/// Preamble, `DICM`, and the group of these elements.
pub fn with_meta(elements: &[u8], data_set: &[u8]) -> Vec<u8> {
    let length = u32::try_from(elements.len()).expect("small").to_le_bytes();
    let group = Explicit.element((0x0002, 0x0000), "UL", &length);
    [&[0; 128], &b"DICM"[..], &group, elements, data_set].concat()
}

/// The file meta information of a transfer syntax.
pub fn meta(syntax: &str) -> Vec<u8> {
    [
        Explicit.element((0x0002, 0x0001), "OB", &[0, 1]),
        Explicit.element((0x0002, 0x0002), "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        Explicit.element((0x0002, 0x0003), "UI", b"1.2.3.4"),
        Explicit.element((0x0002, 0x0010), "UI", syntax.as_bytes()),
        Explicit.element((0x0002, 0x0012), "UI", b"1.2.3.5"),
    ]
    .concat()
}

/// A file in a transfer syntax.
pub fn file(syntax: &str, data_set: &[u8]) -> Vec<u8> {
    if syntax == DEFLATED { with_meta(&meta(syntax), &deflate(data_set)) } else { with_meta(&meta(syntax), data_set) }
}

/// An ordinary image in a transfer syntax.
pub fn image(syntax: &str) -> Vec<u8> {
    let encoding = Encoding::of(syntax);
    let pixels = if matches!(syntax, JPEG | RLE) { fragments() } else { encoding.pixels(40) };
    file(syntax, &[encoding.image(), pixels].concat())
}

#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Deflated with the adapter that reads it.
pub fn deflate(data_set: &[u8]) -> Vec<u8> {
    let syntax = TransferSyntaxRegistry.get(DEFLATED).expect("registered");
    let Codec::Dataset(Some(adapter)) = syntax.codec() else { panic!("deflates") };
    let sink = Sink::default();
    adapter.adapt_writer(Box::new(sink.clone())).write_all(data_set).expect("memory");
    sink.0.take()
}
