//! What is kept of a file's header.

use std::borrow::Cow;
use std::io::Read;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::file::ReadPreamble;
use dicom_object::{DefaultDicomObject, OpenFileOptions};

use super::Refusal;

/// The header is read up to here: all that is wanted stands in groups 0008 to 0028.
pub const END: Tag = Tag(0x0029, 0);

/// What is kept of a file's header; whatever is absent or nonsense there is absent here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Transfer Syntax UID.
    pub transfer_syntax: Option<String>,
    /// SOP Class UID: what kind of object it is.
    pub sop_class_uid: Option<String>,
    /// SOP Instance UID: which one.
    pub sop_instance_uid: Option<String>,
    /// Study Instance UID.
    pub study_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// Modality: `CT`, `MR`, ….
    pub modality: Option<String>,
    /// Pixels from top to bottom.
    pub rows: Option<u32>,
    /// Pixels from left to right.
    pub columns: Option<u32>,
    /// Frames.
    pub frames: Option<u32>,
}

/// Reads it from `DICM` on, where the reader stands. The file must have been walked.
pub fn read<R: Read>(reader: R) -> Result<Header, Refusal> {
    let options = OpenFileOptions::new().read_until(END).read_preamble(ReadPreamble::Never);
    let file = options.from_reader(reader).map_err(|_| Refusal::Malformed)?;
    let meta = file.meta();
    Ok(Header {
        transfer_syntax: uid(meta.transfer_syntax()),
        sop_class_uid: text(&file, tags::SOP_CLASS_UID)
            .and_then(|text| uid(&text))
            .or_else(|| uid(meta.media_storage_sop_class_uid())),
        sop_instance_uid: text(&file, tags::SOP_INSTANCE_UID)
            .and_then(|text| uid(&text))
            .or_else(|| uid(meta.media_storage_sop_instance_uid())),
        study_instance_uid: text(&file, tags::STUDY_INSTANCE_UID).and_then(|text| uid(&text)),
        series_instance_uid: text(&file, tags::SERIES_INSTANCE_UID).and_then(|text| uid(&text)),
        modality: text(&file, tags::MODALITY).and_then(|text| code(&text)),
        rows: number(&file, tags::ROWS),
        columns: number(&file, tags::COLUMNS),
        frames: number(&file, tags::NUMBER_OF_FRAMES),
    })
}

fn text(file: &DefaultDicomObject, tag: Tag) -> Option<String> {
    file.get(tag)?.to_str().ok().map(Cow::into_owned)
}

fn number(file: &DefaultDicomObject, tag: Tag) -> Option<u32> {
    file.get(tag)?.to_int().ok()
}

/// Digits and dots, 64 at most.
fn uid(text: &str) -> Option<String> {
    let text = text.trim_matches(['\0', ' ']);
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    fits.then(|| text.to_owned())
}

/// Capitals, digits, spaces and underscores, 16 at most.
fn code(text: &str) -> Option<String> {
    let text = text.trim_matches(['\0', ' ']);
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ' || byte == b'_';
    ((1..=16).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}
