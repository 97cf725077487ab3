//! The life of a plugin: installed, activated, rolled back and removed while requests are served.
//! `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod administrators;
mod away;
mod checkout;
mod command;
mod contract;
mod nodes;
mod refused;
mod schema;
mod signatures;
mod stage;
mod swap;
