//! Versions of the guest `shifting`: each a component of its own, made by writing into the built one.

use serde_json::{Value, json};
use ward_guests::shifting::{BYTES, MARK};

use crate::artefacts;

/// The component that says this of itself (see `tests/guests/examples/shifting.rs`).
pub fn component(specification: &Value) -> Vec<u8> {
    let file = artefacts::guests().join("shifting.wasm");
    let mut bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mark = MARK.as_bytes();
    let room = |place: &usize| bytes[place + mark.len()..][..BYTES - mark.len()].iter().all(|byte| *byte == b' ');
    let places: Vec<usize> =
        bytes.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark).map(|(place, _)| place).collect();
    let place = places.into_iter().find(|place| room(place)).expect("the room behind the mark");
    let text = specification.to_string();
    assert!(mark.len() + text.len() <= BYTES, "the specification is too long");
    bytes[place + mark.len()..][..text.len()].copy_from_slice(text.as_bytes());
    bytes
}

/// A sound version with one table and these changes.
pub fn version(version: &str, changes: &Value) -> Vec<u8> {
    let mut specification = json!({ "version": version, "migrations": [NOTE] });
    for (key, value) in changes.as_object().into_iter().flatten() {
        specification[key] = value.clone();
    }
    component(&specification)
}

/// The first migration of every version.
pub const NOTE: &str = "CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT)";

/// The same component with so many bytes more, which mean nothing: a custom section.
pub fn padded(mut component: Vec<u8>, bytes: u32) -> Vec<u8> {
    let content = [vec![3], b"pad".to_vec(), vec![0; bytes as usize]].concat();
    component.push(0);
    let mut size = content.len();
    // LEB128.
    while size >= 0x80 {
        component.push(u8::try_from(size % 0x80).expect("seven bits") | 0x80);
        size /= 0x80;
    }
    component.push(u8::try_from(size).expect("seven bits"));
    component.extend(content);
    component
}
