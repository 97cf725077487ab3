//! The rules of the registration API, one test each. `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod accounts;
mod configuration;
mod files;
mod persons;
mod policies;
mod prices;
mod sign_in;
