//! The rules of what operators see and do. One test each; `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod backup;
mod doctor;
mod health;
mod jobs;
mod metrics;
mod stage;
mod terminal;
mod traces;
