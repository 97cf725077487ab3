//! How much of a file's header is put up with.

/// Sequences within each other. Real files have fewer than ten; dicom-object's stack holds some hundreds.
pub const DEPTH: usize = 64;

/// Bytes of one element of the file meta information.
pub const META_ELEMENT: u64 = 64 << 10;

/// Bytes of the file meta information.
pub const META: u64 = 256 << 10;

/// Bytes of the part that dicom-object holds in memory: all up to group 0028. A byte there costs up to 24 of memory.
pub const HEADER: u64 = 4 << 20;

/// Tokens of that part: a token costs some hundred bytes of memory.
pub const HEADER_TOKENS: u64 = 200_000;

/// Tokens before the pixel data. An enhanced multi-frame file has some fifty for each frame.
pub const TOKENS: u64 = 4_000_000;

/// Bytes before the pixel data that have to be inflated to be read, of a deflated file.
pub const INFLATED: u64 = 128 << 20;

/// Bytes of a value from which on it is passed over instead of read.
pub const LARGE_VALUE: u32 = 16 << 10;
