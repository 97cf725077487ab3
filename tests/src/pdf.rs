//! The text that a reader of a PDF can select: enough of the format for files with one font, whose strings are
//! two-byte codes with a table that says which characters they are.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// The text, in the order in which it is drawn.
pub fn text(pdf: &[u8]) -> String {
    let streams: Vec<Vec<u8>> = streams(pdf).filter_map(inflated).collect();
    let holds = |stream: &&Vec<u8>, word: &[u8]| stream.windows(word.len()).any(|part| part == word);
    let table: BTreeMap<u16, String> =
        streams.iter().filter(|stream| holds(stream, b"beginbf")).flat_map(|stream| characters(stream)).collect();
    let pages = streams.iter().filter(|stream| holds(stream, b" Tf"));
    let codes = pages.flat_map(|page| strings(page)).flat_map(|string| codes(&string));
    codes.map(|code| table.get(&code).cloned().unwrap_or_else(|| '\u{FFFD}'.to_string())).collect()
}

fn streams(pdf: &[u8]) -> impl Iterator<Item = &[u8]> {
    const START: &[u8] = b"stream";
    let starts = pdf.windows(START.len()).enumerate().filter(|(_, part)| *part == START).map(|(at, _)| at);
    starts.filter(|at| !pdf[..*at].ends_with(b"end")).map(|at| pdf[at + START.len()..].trim_ascii_start())
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    ZlibDecoder::new(bytes).read_to_end(&mut plain).ok().filter(|_| !plain.is_empty())?;
    Some(plain)
}

/// The table of a font: lines `<code> <characters>`, and ranges `<first> <last> <characters of the first>`.
fn characters(table: &[u8]) -> Vec<(u16, String)> {
    let text = String::from_utf8_lossy(table).into_owned();
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('<')) {
        let parts: Vec<Vec<u8>> = line.split(['<', '>']).filter(|part| !part.trim().is_empty()).map(hex).collect();
        let units: Vec<Vec<u16>> = parts.iter().map(|part| codes(part)).collect();
        match units.as_slice() {
            [code, characters] if code.len() == 1 => found.push((code[0], String::from_utf16_lossy(characters))),
            [first, last, characters] if characters.len() == 1 => {
                let one = |code: u16| (code, String::from_utf16_lossy(&[characters[0] + (code - first[0])]));
                found.extend((first[0]..=last[0]).map(one));
            }
            _ => {}
        }
    }
    found
}

fn hex(digits: &str) -> Vec<u8> {
    hex::decode(digits.trim()).unwrap_or_default()
}

fn codes(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// The strings of a page, outside dictionaries.
fn strings(page: &[u8]) -> Vec<Vec<u8>> {
    let (mut found, mut at, mut depth) = (Vec::new(), 0, 0_u32);
    while at < page.len() {
        let rest = &page[at..];
        let (string, length) = match rest {
            [b'<', b'<', ..] | [b'>', b'>', ..] => {
                depth = if rest[0] == b'<' { depth + 1 } else { depth.saturating_sub(1) };
                (None, 2)
            }
            [b'<', ..] => {
                let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len() - 1);
                (Some(hex(&String::from_utf8_lossy(&rest[1..end]))), end + 1)
            }
            [b'(', ..] => literal(rest),
            _ => (None, 1),
        };
        found.extend(string.filter(|_| depth == 0));
        at += length;
    }
    found
}

/// A string in brackets, and how many bytes it takes.
fn literal(text: &[u8]) -> (Option<Vec<u8>>, usize) {
    let (mut string, mut at, mut open) = (Vec::new(), 1, 1);
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'\\' => at += escaped(&text[at..], &mut string),
            b')' if open == 1 => break,
            other => {
                open += i32::from(*other == b'(') - i32::from(*other == b')');
                string.push(*other);
            }
        }
    }
    (Some(string), at)
}

/// What stands behind a backslash, and how many bytes it takes.
fn escaped(text: &[u8], string: &mut Vec<u8>) -> usize {
    let digits = text.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
    if digits > 0 {
        string.push(text[..digits].iter().fold(0_u8, |code, digit| (code << 3) | (digit - b'0')));
        return digits;
    }
    match text.first() {
        Some(b'n') => string.push(b'\n'),
        Some(b'r') => string.push(b'\r'),
        Some(b't') => string.push(b'\t'),
        Some(b'b') => string.push(8),
        Some(b'f') => string.push(12),
        Some(b'\n') | None => {}
        Some(other) => string.push(*other),
    }
    1
}
