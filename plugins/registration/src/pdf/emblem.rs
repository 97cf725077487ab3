//! The two emblems at the head of a record, drawn for this project: a book in a ring for the university, a
//! cross over a heartbeat for its hospital.

use super::record::{BLUE, RED};
use super::sheet::{Ink, Sheet, circle, path, polygon};

/// Radius of both.
pub const RADIUS: f32 = 26.0;

const WHITE: Ink = Ink::rgb(0x00ff_ffff);

/// The university's, around a centre.
pub fn university(sheet: &mut Sheet, centre: (f32, f32)) {
    let (x, y) = centre;
    sheet.draw(BLUE, 2.0, circle(centre, RADIUS - 1.0));
    sheet.fill(BLUE, circle(centre, RADIUS - 4.5));
    // An open book: two pages that rise to the sides.
    for side in [-1.0, 1.0] {
        let at = |across: f32, down: f32| (x + side * across, y + down);
        sheet.fill(WHITE, polygon([at(0.8, -5.0), at(14.0, -9.0), at(14.0, 6.0), at(0.8, 10.0)]));
        for row in [-3.5, 0.0, 3.5] {
            let row = row + 0.5;
            sheet.fill(BLUE, polygon([at(3.0, row), at(12.0, row - 2.7), at(12.0, row - 1.7), at(3.0, row + 1.0)]));
        }
    }
    sheet.fill(RED, polygon(star((x, y - 14.0), 4.0)));
}

/// The hospital's, around a centre.
pub fn hospital(sheet: &mut Sheet, centre: (f32, f32)) {
    let (x, y) = centre;
    sheet.draw(RED, 2.0, circle(centre, RADIUS - 1.0));
    sheet.fill(RED, circle(centre, RADIUS - 4.5));
    let (long, short) = (13.0, 4.6);
    sheet.block((x - long, y - short, 2.0 * long, 2.0 * short), WHITE);
    sheet.block((x - short, y - long, 2.0 * short, 2.0 * long), WHITE);
    let beat = [(-12.0, 0.0), (-5.0, 0.0), (-2.5, -3.6), (1.0, 4.0), (3.5, 0.0), (12.0, 0.0)];
    sheet.draw(BLUE, 1.4, path(beat.map(|(across, down)| (x + across, y + down))));
}

/// The ten corners of a star with five points, one of them up.
pub fn star((x, y): (f32, f32), radius: f32) -> impl Iterator<Item = (f32, f32)> {
    // What the inner corners of a regular star have of the outer radius.
    const INNER: f32 = 0.381_966;
    (0..10_u8).map(move |corner| {
        let angle = (f32::from(corner) * 36.0 - 90.0).to_radians();
        let reach = if corner % 2 == 0 { radius } else { radius * INNER };
        (x + reach * angle.cos(), y + reach * angle.sin())
    })
}
