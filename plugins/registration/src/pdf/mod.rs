//! Printed medical records (病历单): one PDF with selectable Chinese text.
//!
//! A record is first laid out on sheets, then painted. Everything on the paper is text in the font
//! that this crate carries, or shapes drawn here: the hospital's two emblems and its seal.
//!
//! Painting is part of the component alone: the crate that writes PDFs would otherwise set features of crates
//! that the host is built with.

mod emblem;
mod font;
#[cfg(target_family = "wasm")]
mod paint;
mod record;
mod seal;
mod sheet;
mod wrap;

pub use record::MedicalRecord;

/// The font could not be read, or the PDF not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PDF cannot be made: {0}")]
pub struct Error(&'static str);

/// Makes the PDF.
pub fn render(record: &MedicalRecord) -> Result<Vec<u8>, Error> {
    let face = font::Face::load()?;
    let laid = record::lay_out(record, &face);
    write(laid, &face)
}

#[cfg(target_family = "wasm")]
fn write(laid: record::Laid, face: &font::Face) -> Result<Vec<u8>, Error> {
    paint::write(laid.title, &laid.sheets, face)
}

#[cfg(not(target_family = "wasm"))]
fn write(_: record::Laid, _: &font::Face) -> Result<Vec<u8>, Error> {
    Err(Error("only the component writes files"))
}
