//! Paints pages with krilla, which writes the PDF and embeds what of the font is used.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document};

use super::Error;
use super::font::{BYTES, Face};
use super::sheet::{HEIGHT, Ink, Line, Mark, Sheet, Step, WIDTH, polygon};

/// Writes the pages as a PDF.
pub fn write(title: String, sheets: &[Sheet], face: &Face) -> Result<Vec<u8>, Error> {
    let painter = Painter { face, font: Font::new(Data::from(BYTES), 0).ok_or(Error("the font"))? };
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title).language("zh-CN".to_owned()));
    for sheet in sheets {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(Error("the page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in sheet.marks() {
            painter.paint(mark, &mut surface);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| Error("the file"))
}

struct Painter<'a> {
    face: &'a Face,
    font: Font,
}

impl Painter<'_> {
    fn paint(&self, mark: &Mark, surface: &mut Surface<'_>) {
        match mark {
            Mark::Line(line) => self.write(line, surface),
            Mark::Filled(outline, ink) => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*ink)));
                if let Some(path) = path(outline) {
                    surface.draw_path(&path);
                }
            }
            Mark::Drawn(outline, ink, width) => {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*ink, *width)));
                if let Some(path) = path(outline) {
                    surface.draw_path(&path);
                }
            }
        }
    }

    fn write(&self, line: &Line, surface: &mut Surface<'_>) {
        let (x, y) = line.at;
        surface.set_fill(Some(fill(line.ink)));
        surface.set_stroke(line.strong.then(|| stroke(line.ink, line.size * 0.03)));
        surface.push_transform(&Transform::from_rotate_at(line.turn, x, y));
        let glyphs = self.glyphs(&line.text);
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, self.font.clone(), &line.text, line.size, false);
        self.boxes(line, surface);
        surface.pop();
    }

    /// A box for each character that the font lacks, so that the paper does not hide that there was one.
    fn boxes(&self, line: &Line, surface: &mut Surface<'_>) {
        let (mut left, base) = line.at;
        surface.set_fill(None);
        surface.set_stroke(Some(stroke(line.ink, line.size * 0.05)));
        for character in line.text.chars() {
            let width = self.face.width(character) * line.size;
            if self.face.lacks(character) {
                let (inset, top, bottom) = (width * 0.12, base - line.size * 0.78, base + line.size * 0.06);
                let (from, to) = (left + inset, left + width - inset);
                if let Some(path) = path(&polygon([(from, top), (to, top), (to, bottom), (from, bottom)])) {
                    surface.draw_path(&path);
                }
            }
            left += width;
        }
    }

    /// The glyphs of a line, each with the text it stands for: that is what makes it selectable.
    fn glyphs(&self, line: &str) -> Vec<KrillaGlyph> {
        let glyph = |(start, character): (usize, char)| KrillaGlyph {
            glyph_id: GlyphId::new(self.face.glyph(character)),
            text_range: start..start + character.len_utf8(),
            x_advance: self.face.width(character),
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        line.char_indices().map(glyph).collect()
    }
}

fn path(outline: &[Step]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for step in outline {
        match *step {
            Step::Move((x, y)) => builder.move_to(x, y),
            Step::Line((x, y)) => builder.line_to(x, y),
            Step::Curve((x1, y1), (x2, y2), (x, y)) => builder.cubic_to(x1, y1, x2, y2, x, y),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

fn color(ink: Ink) -> rgb::Color {
    let [red, green, blue] = ink.rgb;
    rgb::Color::new(red, green, blue)
}

fn opacity(ink: Ink) -> NormalizedF32 {
    NormalizedF32::new(ink.opacity).unwrap_or(NormalizedF32::ONE)
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: color(ink).into(), opacity: opacity(ink), ..Fill::default() }
}

fn stroke(ink: Ink, width: f32) -> Stroke {
    Stroke { paint: color(ink).into(), opacity: opacity(ink), width, ..Stroke::default() }
}
