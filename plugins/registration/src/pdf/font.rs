//! The font of printed records: which glyph a character has, and how wide it is.

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _};

use super::Error;

/// A part of Noto Sans CJK SC; `fonts/README.md` says which.
pub static BYTES: &[u8] = include_bytes!("../../fonts/NotoSansCJKsc-subset.otf");

/// Units of the font's square.
const UNITS: f32 = 1000.0;

/// The font, ready to measure and to draw with.
pub struct Face {
    glyphs: Charmap<'static>,
    widths: GlyphMetrics<'static>,
}

impl Face {
    /// Reads the font.
    pub fn load() -> Result<Self, Error> {
        let tables = FontRef::new(BYTES).map_err(|_| Error("the font's tables"))?;
        let widths = tables.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { glyphs: tables.charmap(), widths })
    }

    /// How wide a character is, in parts of the size. A character that the font lacks is a box.
    pub fn width(&self, character: char) -> f32 {
        self.widths.advance_width(self.glyph(character).into()).unwrap_or(UNITS) / UNITS
    }

    /// How wide a line is at a size.
    pub fn line_width(&self, line: &str, size: f32) -> f32 {
        line.chars().map(|character| self.width(character)).sum::<f32>() * size
    }

    /// The number of a character's glyph; 0, a box, where the font has none.
    pub fn glyph(&self, character: char) -> u32 {
        self.glyphs.map(character).unwrap_or_default().to_u32()
    }
}

#[cfg(test)]
mod tests {
    use super::Face;

    fn has(face: &Face, character: char) -> bool {
        face.glyph(character) != 0
    }

    #[test]
    fn names_and_diagnoses_have_their_characters() {
        let face = Face::load().expect("the font is there");
        for text in
            ["急性上呼吸道感染，咳嗽3天；阿莫西林胶囊 0.5g tid po", "张玥喆堃", "㎎℃≥±μ①【】“”、。Ⅱ", "陳國華醫師"]
        {
            for character in text.chars() {
                assert!(has(&face, character), "{character}");
            }
        }
        assert!(!has(&face, '\u{1F600}'));
    }

    #[test]
    fn chinese_characters_are_square_and_latin_ones_are_not() {
        let face = Face::load().expect("the font is there");
        assert!((face.width('汉') - 1.0).abs() < f32::EPSILON);
        assert!(face.width('i') < 0.5);
        assert!((face.line_width("汉字", 12.0) - 24.0).abs() < 0.001);
    }
}
