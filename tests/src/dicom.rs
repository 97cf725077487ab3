//! DICOM files, written byte by byte: what the tests send must not come out of the code they test.

const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";
const CT_IMAGE: &str = "1.2.840.10008.5.1.4.1.1.2";

/// A small CT image; each `number` gives another file.
pub fn image(number: u32) -> Vec<u8> {
    image_with_pixels(number, &[0x5a; 32])
}

/// An image of about `bytes` bytes.
pub fn image_of_size(number: u32, bytes: usize) -> Vec<u8> {
    let pixels: Vec<u8> =
        (0..bytes & !1).map(|place| (place as u64 * 31 + u64::from(number)).to_le_bytes()[0]).collect();
    image_with_pixels(number, &pixels)
}

fn image_with_pixels(number: u32, pixels: &[u8]) -> Vec<u8> {
    let mut file = Dataset::default();
    text(&mut file, (0x0008, 0x0005), *b"CS", "ISO_IR 192");
    text(&mut file, (0x0008, 0x0016), *b"UI", CT_IMAGE);
    text(&mut file, (0x0008, 0x0018), *b"UI", &format!("1.2.3.4.{number}"));
    text(&mut file, (0x0008, 0x0060), *b"CS", "CT");
    text(&mut file, (0x0010, 0x0010), *b"PN", "Doe^John");
    text(&mut file, (0x0010, 0x0020), *b"LO", "P-1");
    text(&mut file, (0x0020, 0x000d), *b"UI", "1.2.3.4");
    text(&mut file, (0x0020, 0x000e), *b"UI", "1.2.3.4.0");
    text(&mut file, (0x0020, 0x0013), *b"IS", &number.to_string());
    file.short((0x0028, 0x0002), *b"US", &1_u16.to_le_bytes());
    file.short((0x0028, 0x0010), *b"US", &4_u16.to_le_bytes());
    file.short((0x0028, 0x0011), *b"US", &4_u16.to_le_bytes());
    file.short((0x0028, 0x0100), *b"US", &16_u16.to_le_bytes());
    file.long((0x7fe0, 0x0010), *b"OW", pixels);
    part_ten(&file.0)
}

/// A file whose sequences are nested `levels` deep: 36 bytes a level.
pub fn nested(levels: usize) -> Vec<u8> {
    const UNDEFINED: u32 = u32::MAX;
    let mut file = Dataset::default();
    text(&mut file, (0x0008, 0x0016), *b"UI", CT_IMAGE);
    text(&mut file, (0x0008, 0x0018), *b"UI", "1.2.3.4.5");
    for _ in 0..levels {
        file.tag((0x0040, 0xa730));
        file.0.extend_from_slice(b"SQ\0\0");
        file.0.extend_from_slice(&UNDEFINED.to_le_bytes());
        file.tag((0xfffe, 0xe000));
        file.0.extend_from_slice(&UNDEFINED.to_le_bytes());
    }
    for _ in 0..levels {
        for end in [0xe00d, 0xe0dd] {
            file.tag((0xfffe, end));
            file.0.extend_from_slice(&0_u32.to_le_bytes());
        }
    }
    part_ten(&file.0)
}

/// A file whose element claims to have `claimed` bytes and has none.
pub fn lying_length(claimed: u32) -> Vec<u8> {
    let mut file = Dataset::default();
    text(&mut file, (0x0008, 0x0016), *b"UI", CT_IMAGE);
    file.tag((0x0009, 0x0010));
    file.0.extend_from_slice(b"OB\0\0");
    file.0.extend_from_slice(&claimed.to_le_bytes());
    part_ten(&file.0)
}

/// No DICOM file at all.
pub fn not_dicom() -> Vec<u8> {
    b"%PDF-1.4 this is something else".repeat(20)
}

/// Preamble, magic, file meta information, data set.
fn part_ten(dataset: &[u8]) -> Vec<u8> {
    let mut meta = Dataset::default();
    meta.long((0x0002, 0x0001), *b"OB", &[0, 1]);
    text(&mut meta, (0x0002, 0x0002), *b"UI", CT_IMAGE);
    text(&mut meta, (0x0002, 0x0003), *b"UI", "1.2.3.4.5");
    text(&mut meta, (0x0002, 0x0010), *b"UI", EXPLICIT_LITTLE_ENDIAN);
    text(&mut meta, (0x0002, 0x0012), *b"UI", "1.2.3.4.9");
    let mut group = Dataset::default();
    let length = u32::try_from(meta.0.len()).expect("small");
    group.short((0x0002, 0x0000), *b"UL", &length.to_le_bytes());
    [&[0; 128], b"DICM".as_slice(), &group.0, &meta.0, dataset].concat()
}

/// Elements in explicit VR, little endian.
#[derive(Default)]
struct Dataset(Vec<u8>);

impl Dataset {
    fn tag(&mut self, (group, element): (u16, u16)) {
        self.0.extend_from_slice(&group.to_le_bytes());
        self.0.extend_from_slice(&element.to_le_bytes());
    }

    /// An element whose length takes two bytes.
    fn short(&mut self, tag: (u16, u16), vr: [u8; 2], value: &[u8]) {
        self.tag(tag);
        self.0.extend_from_slice(&vr);
        self.0.extend_from_slice(&u16::try_from(value.len()).expect("short").to_le_bytes());
        self.0.extend_from_slice(value);
    }

    /// An element whose length takes four bytes.
    fn long(&mut self, tag: (u16, u16), vr: [u8; 2], value: &[u8]) {
        self.tag(tag);
        self.0.extend_from_slice(&vr);
        self.0.extend_from_slice(&[0, 0]);
        self.0.extend_from_slice(&u32::try_from(value.len()).expect("below 4 GiB").to_le_bytes());
        self.0.extend_from_slice(value);
    }
}

/// Texts have an even length: UIDs are padded with NUL, others with a space.
fn text(dataset: &mut Dataset, tag: (u16, u16), vr: [u8; 2], value: &str) {
    let mut bytes = value.as_bytes().to_vec();
    if bytes.len() % 2 == 1 {
        bytes.push(if vr == *b"UI" { 0 } else { b' ' });
    }
    dataset.short(tag, vr, &bytes);
}
