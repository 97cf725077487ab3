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

    /// How wide a character is, in parts of the size.
    pub fn width(&self, character: char) -> f32 {
        match self.glyph(character) {
            0 if is_invisible(character) => 0.0,
            glyph => self.widths.advance_width(glyph.into()).unwrap_or(UNITS) / UNITS,
        }
    }

    /// Whether a character would have to be seen and cannot: it is drawn as a box.
    #[cfg_attr(not(any(test, target_family = "wasm")), expect(dead_code, reason = "only the component paints"))]
    pub fn lacks(&self, character: char) -> bool {
        self.glyph(character) == 0 && !is_invisible(character)
    }

    /// How wide a line is at a size.
    pub fn line_width(&self, line: &str, size: f32) -> f32 {
        line.chars().map(|character| self.width(character)).sum::<f32>() * size
    }

    /// The number of a character's glyph, or of that of one that says the same; 0 where the font has neither.
    pub fn glyph(&self, character: char) -> u32 {
        let glyph = self.glyphs.map(character).or_else(|| self.glyphs.map(stand_in(character)?));
        glyph.unwrap_or_default().to_u32()
    }
}

/// A character that says the same: of raised and lowered digits (SpO₂, m²) the digit, of any space the space.
fn stand_in(character: char) -> Option<char> {
    let from_zero = |zero: char| char::from_digit(u32::from(character) - u32::from(zero), 10);
    match character {
        '\u{2070}' | '\u{2074}'..='\u{2079}' => from_zero('\u{2070}'),
        '\u{2080}'..='\u{2089}' => from_zero('\u{2080}'),
        '\u{207A}' | '\u{208A}' => Some('+'),
        '\u{207B}' | '\u{208B}' | '\u{2010}'..='\u{2012}' | '\u{2212}' => Some('-'),
        other if other.is_whitespace() => Some(' '),
        _ => None,
    }
}

/// Joiners and variation selectors: they shape their neighbours and are nothing themselves.
fn is_invisible(character: char) -> bool {
    matches!(u32::from(character), 0xAD | 0x200B..=0x200F | 0x2060..=0x2064 | 0xFE00..=0xFE0F | 0xFEFF | 0xE0100..=0xE01EF)
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
        assert!(!has(&face, '\u{1F600}') && face.lacks('\u{1F600}'));
    }

    #[test]
    fn what_measures_are_written_with_is_seen() {
        let face = Face::load().expect("the font is there");
        for character in "SpO₂ 10⁹/L Na⁺ HCO₃⁻ CO₂ m² ‑−\u{2009}\u{a0}".chars() {
            assert!(has(&face, character), "{character}");
        }
        assert_eq!(face.glyph('₂'), face.glyph('2'));
        for character in ['\u{FE0F}', '\u{200D}', '\u{FEFF}'] {
            assert!(!face.lacks(character) && face.width(character).abs() < 1.0);
        }
    }

    #[test]
    fn chinese_characters_are_square_and_latin_ones_are_not() {
        let face = Face::load().expect("the font is there");
        assert!((face.width('汉') - 1.0).abs() < f32::EPSILON);
        assert!(face.width('i') < 0.5);
        assert!((face.line_width("汉字", 12.0) - 24.0).abs() < 0.001);
    }
}
