//! The file meta information (group 0002), before dicom-object believes its lengths.

use std::io::{self, Read, Seek, SeekFrom};

use dicom_encoding::decode::{Decode, file_header_decoder};

use super::{Refusal, limits};

/// Where the reader's data begins: at `DICM`, behind the preamble if there is one.
pub fn locate<R: Read + Seek>(reader: &mut R) -> Result<u64, Refusal> {
    for start in [128, 0] {
        let mut magic = [0; 4];
        reader.seek(SeekFrom::Start(start)).map_err(|_| Refusal::NotDicom)?;
        if reader.read_exact(&mut magic).is_ok() && magic == *b"DICM" {
            return Ok(start);
        }
    }
    Err(Refusal::NotDicom)
}

/// Checks the elements behind `DICM`, where the reader stands: each within its limit, all of them there.
///
/// dicom-object takes the group's length at its word and makes room for each element before it reads it.
pub fn check<R: Read + Seek>(reader: &mut R) -> Result<(), Refusal> {
    let (_, length) = header(reader)?;
    if length != 4 {
        return Err(Refusal::Meta);
    }
    let group = u64::from(u32::from_le_bytes(array(reader)?));
    if group > limits::META {
        return Err(Refusal::Meta);
    }
    let mut read = 0;
    while read < group {
        let (bytes, length) = header(reader)?;
        if length > limits::META_ELEMENT || read > limits::META {
            return Err(Refusal::Meta);
        }
        let passed = io::copy(&mut reader.by_ref().take(length), &mut io::sink()).map_err(|_| Refusal::Meta)?;
        if passed != length {
            return Err(Refusal::Meta);
        }
        read += bytes + length;
    }
    Ok(())
}

/// An element's header: its own length and that of the value.
fn header<R: Read>(reader: &mut R) -> Result<(u64, u64), Refusal> {
    let (header, bytes) = file_header_decoder().decode_header(reader).map_err(|_| Refusal::Meta)?;
    let length = header.len.get().ok_or(Refusal::Meta)?;
    Ok((bytes as u64, u64::from(length)))
}

fn array<const N: usize>(reader: &mut impl Read) -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes).map_err(|_| Refusal::Meta)?;
    Ok(bytes)
}
