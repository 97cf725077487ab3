//! Reads the header of a DICOM file that a client sent.
//!
//! Nothing is believed. `walk` goes through the data elements first, with dicom-parser's reader, which
//! does not recurse and here never holds a large value; it refuses what dicom-object could not stand:
//! sequences nested too deeply (it recurses once for each level), lengths that lie, too much of
//! everything. Only then [`Header`] is read with dicom-object, and only up to what is wanted of it. Both
//! stop before the pixel data, and both read by ranges: the rest of the file stays where it is.
//!
//! A file is accepted if it begins with `DICM`, with or without the preamble of 128 bytes, and its header
//! can be read in its transfer syntax: little or big endian, explicit or implicit, deflated, any of the
//! encapsulated ones. The pixel data itself may be damaged; it is kept as it is.

mod filename;
mod header;
mod limits;
mod meta;
mod skim;
mod source;
#[cfg(test)]
mod tests;
mod walk;

pub use filename::{shown, stored};
pub use header::Header;
pub use source::Tracked;

use std::io::{Read, Seek, SeekFrom};

/// Why a file is refused. The sentences complete "the file …" and hold nothing from the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No `DICM` where it has to be.
    #[error("is not a DICOM file")]
    NotDicom,
    /// The file meta information cannot be read.
    #[error("has malformed file meta information")]
    Meta,
    /// No reader for its transfer syntax.
    #[error("has a transfer syntax that is not supported")]
    TransferSyntax,
    /// The data elements cannot be read.
    #[error("has malformed data elements")]
    Malformed,
    /// Sequences within sequences within …
    #[error("nests its sequences too deeply")]
    TooDeep,
    /// More elements, or more bytes before the pixel data, than any real file has.
    #[error("has too large a header")]
    TooLarge,
}

/// Why a file was not read.
#[derive(Debug)]
pub enum Failed {
    /// Its content is at fault.
    Refused(Refusal),
    /// It could not be fetched: the store is at fault.
    Store(std::io::Error),
}

/// Reads the header of the file behind `reader`.
pub fn read<R: Read + Seek>(reader: R) -> Result<Header, Failed> {
    let mut reader = Tracked::new(reader);
    let result = read_tracked(&mut reader);
    match reader.into_failure() {
        Some(error) => Err(Failed::Store(error)),
        None => result.map_err(Failed::Refused),
    }
}

fn read_tracked<R: Read + Seek>(reader: &mut Tracked<R>) -> Result<Header, Refusal> {
    let start = meta::locate(reader)?;
    meta::check(reader)?;
    rewind(reader, start)?;
    walk::walk(reader)?;
    rewind(reader, start)?;
    header::read(reader)
}

fn rewind<R: Seek>(reader: &mut R, start: u64) -> Result<(), Refusal> {
    reader.seek(SeekFrom::Start(start)).map(|_| ()).map_err(|_| Refusal::NotDicom)
}
