//! Guests that mean no good: each costs its own request and nothing else.
//!
//! One test for each behaviour of `tests/guests`; `every_guest_is_tested` fails when one has none.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod capabilities;
mod faults;
mod giants;
mod install;
mod neighbours;
mod services;
mod stage;

use std::collections::BTreeSet;

/// A guest without a test is a behaviour that nobody looks at.
#[test]
fn every_guest_is_tested() {
    let folder = ward_tests::artefacts::root().join("tests");
    let mut sources = String::new();
    for suite in ["tests/e2e", "tests/hostile", "tests/background", "tests/life"] {
        for file in std::fs::read_dir(folder.join(suite)).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(file).unwrap());
            }
        }
    }
    let mut guests: BTreeSet<String> = ward_guests::lying::names().unwrap().into_iter().collect();
    for file in std::fs::read_dir(folder.join("guests/examples")).unwrap().flatten() {
        guests.insert(file.path().file_stem().unwrap().to_string_lossy().into_owned());
    }
    guests.retain(|guest| !sources.contains(&format!("\"{}\"", guest.replace('_', "-"))));
    assert_eq!(guests, BTreeSet::new(), "guests without a test");
}
