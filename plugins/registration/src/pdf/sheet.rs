//! Pages as lists of what stands on them.

/// A4, in points.
pub const WIDTH: f32 = 595.28;
/// A4, in points.
pub const HEIGHT: f32 = 841.89;

/// A colour and how opaque it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// 0 to 1.
    pub opacity: f32,
}

impl Ink {
    /// An opaque colour, written as in CSS: `0x1e3a8a`.
    pub const fn rgb(code: u32) -> Self {
        let [_, red, green, blue] = code.to_be_bytes();
        Self { rgb: [red, green, blue], opacity: 1.0 }
    }

    /// The same colour, translucent.
    pub const fn faded(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// A line of text.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Left end of its base line.
    pub at: (f32, f32),
    /// Size, in points.
    pub size: f32,
    /// Colour.
    pub ink: Ink,
    /// Whether it is drawn stronger.
    pub strong: bool,
    /// Degrees by which it is turned clockwise around `at`.
    pub turn: f32,
}

/// What stands on a page.
#[derive(Debug)]
pub enum Mark {
    /// Text.
    Line(Line),
    /// A filled shape.
    Filled(Outline, Ink),
    /// An outline, with its width.
    Drawn(Outline, Ink, f32),
}

/// A step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// To where a part of it begins.
    Move((f32, f32)),
    /// A straight line to.
    Line((f32, f32)),
    /// A curve by way of two control points to.
    Curve((f32, f32), (f32, f32), (f32, f32)),
    /// Back to where the part began.
    Close,
}

/// A shape.
pub type Outline = Vec<Step>;

/// A page.
#[derive(Debug, Default)]
pub struct Sheet {
    marks: Vec<Mark>,
}

impl Sheet {
    /// Puts a line of text.
    pub fn line(&mut self, text: impl Into<String>, at: (f32, f32), size: f32, ink: Ink) {
        self.put(Mark::Line(Line { text: text.into(), at, size, ink, strong: false, turn: 0.0 }));
    }

    /// Puts a line of strong text.
    pub fn strong(&mut self, text: impl Into<String>, at: (f32, f32), size: f32, ink: Ink) {
        self.put(Mark::Line(Line { text: text.into(), at, size, ink, strong: true, turn: 0.0 }));
    }

    /// Puts a filled rectangle: left, top, width, height.
    pub fn block(&mut self, (left, top, width, height): (f32, f32, f32, f32), ink: Ink) {
        let (right, bottom) = (left + width, top + height);
        self.fill(ink, polygon([(left, top), (right, top), (right, bottom), (left, bottom)]));
    }

    /// Puts a filled shape.
    pub fn fill(&mut self, ink: Ink, shape: Outline) {
        self.put(Mark::Filled(shape, ink));
    }

    /// Puts an outline.
    pub fn draw(&mut self, ink: Ink, width: f32, shape: Outline) {
        self.put(Mark::Drawn(shape, ink, width));
    }

    /// Puts anything.
    pub fn put(&mut self, mark: Mark) {
        self.marks.push(mark);
    }

    /// What stands on it.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }
}

/// A circle, as four curves.
pub fn circle((x, y): (f32, f32), radius: f32) -> Outline {
    // How far a quarter's control points lie from its ends.
    let bend = radius * 0.552_285;
    let at = |across: f32, down: f32| (x + across, y + down);
    vec![
        Step::Move(at(radius, 0.0)),
        Step::Curve(at(radius, bend), at(bend, radius), at(0.0, radius)),
        Step::Curve(at(-bend, radius), at(-radius, bend), at(-radius, 0.0)),
        Step::Curve(at(-radius, -bend), at(-bend, -radius), at(0.0, -radius)),
        Step::Curve(at(bend, -radius), at(radius, -bend), at(radius, 0.0)),
        Step::Close,
    ]
}

/// Straight lines from point to point.
pub fn path(points: impl IntoIterator<Item = (f32, f32)>) -> Outline {
    let step = |(index, point)| if index == 0 { Step::Move(point) } else { Step::Line(point) };
    points.into_iter().enumerate().map(step).collect()
}

/// The same, closed.
pub fn polygon(points: impl IntoIterator<Item = (f32, f32)>) -> Outline {
    let mut outline = path(points);
    outline.push(Step::Close);
    outline
}
