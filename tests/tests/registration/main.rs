//! The rules of the registration API, one test each. `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod accounts;
mod add_slot;
mod anti_scalper;
mod areas;
mod attendance;
mod booking;
mod by_itself;
mod cancelling;
mod clinics;
mod configuration;
mod consultation;
mod departments;
mod doctor_accounts;
mod doctor_photos;
mod doctors;
mod documented;
mod files;
mod hospital;
mod images;
mod killed;
mod leave;
mod long;
mod never_oversold;
mod no_shows;
mod patient_detail;
mod persons;
mod policies;
mod prices;
mod records;
mod schedule_audits;
mod schedule_bookings;
mod schedule_lists;
mod schedules;
mod sign_in;
mod statistics;
mod timetable_import;
mod waitlist;
mod workbench;
