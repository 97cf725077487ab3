//! The hospital's round seal (印章): a red ring, a star, the hospital's name along the ring.

use super::emblem::star;
use super::font::Face;
use super::record::RED;
use super::sheet::{Ink, Line, Mark, Sheet, circle, polygon};

/// Radius of the ring.
pub const RADIUS: f32 = 50.0;

/// What the seal is for.
const PURPOSE: &str = "病历专用章";

/// Sizes of the name and the purpose.
const NAME: f32 = 11.0;
const BELOW: f32 = 9.0;

const INK: Ink = RED.faded(0.7);

/// Stamps it around a centre.
pub fn stamp(sheet: &mut Sheet, face: &Face, hospital: &str, centre: (f32, f32)) {
    let (x, y) = centre;
    sheet.draw(INK, 2.4, circle(centre, RADIUS));
    sheet.fill(INK, polygon(star((x, y - 2.0), 14.0)));
    around(sheet, face, hospital, centre);
    let width = face.line_width(PURPOSE, BELOW);
    sheet.line(PURPOSE, (x - width / 2.0, y + 30.0), BELOW, INK);
}

/// The name along the upper part of the ring, a character at a time, from left to right; a long one closer
/// together, over at most 240 degrees.
fn around(sheet: &mut Sheet, face: &Face, name: &str, (x, y): (f32, f32)) {
    let base = RADIUS - 6.0 - NAME;
    let widths: Vec<f32> = name.chars().map(|character| face.width(character) * NAME * 1.35).collect();
    let natural = (widths.iter().sum::<f32>() / base).to_degrees();
    let squeeze = (240.0 / natural.max(1.0)).min(1.0);
    let mut angle = -natural * squeeze / 2.0;
    for (character, width) in name.chars().zip(widths) {
        let step = (width / base).to_degrees() * squeeze;
        let turn = angle + step / 2.0;
        angle += step;
        // The middle of the character's base line lies on the circle of radius `base`.
        let half = face.width(character) * NAME / 2.0;
        let (sine, cosine) = turn.to_radians().sin_cos();
        let at = (x + base * sine - half * cosine, y - base * cosine - half * sine);
        let line = Line { text: character.to_string(), at, size: NAME, ink: INK, strong: false, turn };
        sheet.put(Mark::Line(line));
    }
}
