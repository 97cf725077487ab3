//! What changes in a schema, for one who writes by it or for one who reads by it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Note;
use super::document::{Document, fields};

/// Schemas within schemas that are looked at.
const MAX_DEPTH: usize = 64;

/// Who keeps to the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Clients write by it: everything that was taken must be taken.
    Request,
    /// Clients read by it: nothing may come that could not come before.
    Response,
}

/// The comparison of two schemas.
pub(super) struct Comparison<'c, 'n, 'd> {
    old: Document<'d>,
    new: Document<'d>,
    direction: Direction,
    note: &'c mut Note<'n>,
    /// Pairs that are being compared: schemas may contain themselves.
    seen: BTreeSet<(*const Value, *const Value)>,
}

impl<'c, 'n, 'd> Comparison<'c, 'n, 'd> {
    pub(super) fn new(old: Document<'d>, new: Document<'d>, direction: Direction, note: &'c mut Note<'n>) -> Self {
        Self { old, new, direction, note, seen: BTreeSet::new() }
    }

    /// Notes what changes from `old` to `new`, which are called `what`.
    pub(super) fn schemas(&mut self, what: &str, old: &'d Value, new: &'d Value) {
        let (old, new) = (self.old.resolve(old), self.new.resolve(new));
        if self.seen.len() > MAX_DEPTH * MAX_DEPTH
            || !self.seen.insert((std::ptr::from_ref(old), std::ptr::from_ref(new)))
        {
            return;
        }
        let (before, after) = (alternatives(self.old, old), alternatives(self.new, new));
        match (before.as_slice(), after.as_slice()) {
            ([one], [other]) => self.single(what, one, other),
            _ => self.several(what, &before, &after),
        }
    }

    /// Each alternative on the side that binds must have one on the other that fits.
    fn several(&mut self, what: &str, before: &[Shape<'d>], after: &[Shape<'d>]) {
        let (bound, free) = match self.direction {
            Direction::Request => (before, after),
            Direction::Response => (after, before),
        };
        for shape in bound {
            let fits = |other: &&Shape<'d>| match self.direction {
                Direction::Request => self.fits(shape, other),
                Direction::Response => self.fits(other, shape),
            };
            if free.iter().any(|other| fits(&other)) {
                continue;
            }
            // One of the same type that changed: say how.
            let Some(other) = free.iter().find(|other| other.kind == shape.kind && shape.kind.is_some()) else {
                let kind = shape.kind.unwrap_or("any value");
                let change = match self.direction {
                    Direction::Request => format!("{what} can be no {kind} any more"),
                    Direction::Response => format!("{what} can be {kind} now"),
                };
                (self.note)(true, change);
                continue;
            };
            match self.direction {
                Direction::Request => self.single(what, shape, other),
                Direction::Response => self.single(what, other, shape),
            }
        }
    }

    /// Whether nothing breaks between two alternatives.
    fn fits(&self, old: &Shape<'d>, new: &Shape<'d>) -> bool {
        let mut breaks = false;
        let mut note = |breaking: bool, _: String| breaks |= breaking;
        let mut trial = Comparison {
            old: self.old,
            new: self.new,
            direction: self.direction,
            note: &mut note,
            seen: self.seen.clone(),
        };
        trial.single("", old, new);
        !breaks
    }

    fn single(&mut self, what: &str, old: &Shape<'d>, new: &Shape<'d>) {
        if !self.kinds(what, old.kind, new.kind) {
            return;
        }
        self.values(what, old, new);
        self.bounds(what, old, new);
        self.properties(what, old, new);
        let items = |shape: &Shape<'d>| shape.get("items");
        if let (Some(before), Some(after)) = (items(old), items(new)) {
            self.schemas(&format!("an item of {what}"), before, after);
        }
        if let (Some(before), Some(after)) = (old.get("additionalProperties"), new.get("additionalProperties"))
            && before.is_object()
            && after.is_object()
        {
            self.schemas(&format!("a further field of {what}"), before, after);
        }
    }

    /// Whether the types allow to look further.
    fn kinds(&mut self, what: &str, old: Option<&str>, new: Option<&str>) -> bool {
        let widened = match self.direction {
            Direction::Request => (old, new),
            Direction::Response => (new, old),
        };
        let sound = old == new || widened.1.is_none() || widened == (Some("integer"), Some("number"));
        if !sound {
            let (old, new) = (old.unwrap_or("any value"), new.unwrap_or("any value"));
            (self.note)(true, format!("{what} was {old} and is {new}"));
        }
        sound
    }

    fn values(&mut self, what: &str, old: &Shape<'d>, new: &Shape<'d>) {
        let (before, after) = (old.values(), new.values());
        let (bound, free, verb) = match self.direction {
            Direction::Request => (before, after, "can no longer be"),
            Direction::Response => (after, before, "can now be"),
        };
        match (bound, free) {
            (Some(bound), Some(free)) => {
                for value in bound.iter().filter(|value| !free.contains(value)) {
                    (self.note)(true, format!("{what} {verb} {value}"));
                }
            }
            (None, Some(_)) => {
                let change = if self.direction == Direction::Request {
                    "is one of few values now"
                } else {
                    "is no longer one of few values"
                };
                (self.note)(true, format!("{what} {change}"));
            }
            _ => {}
        }
    }

    fn bounds(&mut self, what: &str, old: &Shape<'d>, new: &Shape<'d>) {
        let text = |shape: &Shape<'d>, key| shape.get(key).and_then(Value::as_str);
        let (before, after) = (text(old, "format"), text(new, "format"));
        let binding = if self.direction == Direction::Request { after } else { before };
        if before != after && binding.is_some() {
            let name =
                |format: Option<&str>| format.map_or("no format".to_owned(), |format| format!("the format {format}"));
            (self.note)(true, format!("{what} had {} and has {}", name(before), name(after)));
        }
        if self.direction == Direction::Response {
            return;
        }
        for (key, upper) in LIMITS {
            let number = |shape: &Shape<'d>| shape.get(key).and_then(Value::as_f64);
            let narrower = match (number(old), number(new)) {
                (_, None) => false,
                // No lower bound of a length is one of 0.
                (None, Some(limit)) => upper || limit > 0.0 || key.ends_with("inimum"),
                (Some(before), Some(after)) => {
                    if upper {
                        after < before
                    } else {
                        after > before
                    }
                }
            };
            if narrower {
                (self.note)(true, format!("{what} has a narrower `{key}`"));
            }
        }
        if text(new, "pattern").is_some() && text(old, "pattern") != text(new, "pattern") {
            (self.note)(true, format!("{what} has another `pattern`"));
        }
    }

    fn properties(&mut self, what: &str, old: &Shape<'d>, new: &Shape<'d>) {
        let called = |name: &str| if what.is_empty() { format!("`{name}`") } else { format!("`{name}` of {what}") };
        for (name, before) in &old.properties {
            let Some(after) = new.properties.get(name) else {
                (self.note)(true, format!("{} is gone", called(name)));
                continue;
            };
            let (was, is) = (old.required.contains(name), new.required.contains(name));
            match self.direction {
                Direction::Request if is && !was => (self.note)(true, format!("{} is required now", called(name))),
                Direction::Response if was && !is => (self.note)(true, format!("{} may be missing now", called(name))),
                _ => {}
            }
            self.schemas(&called(name), before, after);
        }
        for name in new.properties.keys().filter(|name| !old.properties.contains_key(*name)) {
            let breaking = self.direction == Direction::Request && new.required.contains(name);
            (self.note)(breaking, format!("{} is new{}", called(name), if breaking { " and required" } else { "" }));
        }
    }
}

/// Bounds of what may be sent, and whether they are upper ones.
const LIMITS: [(&str, bool); 10] = [
    ("maximum", true),
    ("exclusiveMaximum", true),
    ("maxLength", true),
    ("maxItems", true),
    ("maxProperties", true),
    ("minimum", false),
    ("exclusiveMinimum", false),
    ("minLength", false),
    ("minItems", false),
    ("minProperties", false),
];

/// One alternative of a schema: of one type, with what `allOf` brings together.
struct Shape<'d> {
    kind: Option<&'d str>,
    parts: Vec<&'d Map<String, Value>>,
    properties: std::collections::BTreeMap<&'d str, &'d Value>,
    required: BTreeSet<&'d str>,
}

impl<'d> Shape<'d> {
    fn get(&self, key: &str) -> Option<&'d Value> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    /// The values of an enumeration, or of a constant.
    fn values(&self) -> Option<Vec<&'d Value>> {
        let listed = self.get("enum").and_then(Value::as_array).map(|values| values.iter().collect());
        listed.or_else(|| self.get("const").map(|value| vec![value]))
    }
}

/// The alternatives of a schema: those of `oneOf` and `anyOf`, and one for each type of a list of types.
fn alternatives<'d>(document: Document<'d>, schema: &'d Value) -> Vec<Shape<'d>> {
    let mut shapes = Vec::new();
    collect(document, schema, &mut Vec::new(), 0, &mut shapes);
    shapes
}

fn collect<'d>(
    document: Document<'d>,
    schema: &'d Value,
    around: &mut Vec<&'d Map<String, Value>>,
    depth: usize,
    shapes: &mut Vec<Shape<'d>>,
) {
    let schema = document.resolve(schema);
    let branches: Vec<&Value> =
        ["oneOf", "anyOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten().collect();
    if depth < MAX_DEPTH && !branches.is_empty() {
        around.extend(schema.as_object());
        for branch in branches {
            collect(document, branch, around, depth + 1, shapes);
        }
        around.truncate(around.len().saturating_sub(usize::from(schema.is_object())));
        return;
    }
    let mut parts = around.clone();
    merge(document, schema, depth, &mut parts);
    let kinds: Vec<Option<&str>> = match parts.iter().find_map(|part| part.get("type")) {
        Some(Value::String(kind)) => vec![Some(kind)],
        Some(Value::Array(kinds)) => kinds.iter().map(Value::as_str).collect(),
        _ if parts.iter().any(|part| part.contains_key("properties")) => vec![Some("object")],
        _ => vec![None],
    };
    shapes.extend(kinds.into_iter().map(|kind| shape(kind, &parts)));
}

/// A schema and everything that its `allOf` adds.
fn merge<'d>(document: Document<'d>, schema: &'d Value, depth: usize, parts: &mut Vec<&'d Map<String, Value>>) {
    let schema = document.resolve(schema);
    parts.extend(schema.as_object());
    if depth < MAX_DEPTH {
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            merge(document, part, depth + 1, parts);
        }
    }
}

fn shape<'d>(kind: Option<&'d str>, parts: &[&'d Map<String, Value>]) -> Shape<'d> {
    let properties =
        parts.iter().flat_map(|part| fields(part.get("properties"))).map(|(name, value)| (name.as_str(), value));
    let required = parts.iter().filter_map(|part| part.get("required")?.as_array()).flatten().filter_map(Value::as_str);
    Shape { kind, parts: parts.to_vec(), properties: properties.collect(), required: required.collect() }
}
