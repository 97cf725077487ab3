//! The rules of the registration API, one test each. `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod accounts;
mod areas;
mod clinics;
mod configuration;
mod departments;
mod doctor_accounts;
mod doctor_photos;
mod doctors;
mod files;
mod images;
mod persons;
mod policies;
mod prices;
mod schedule_lists;
mod schedules;
mod sign_in;
