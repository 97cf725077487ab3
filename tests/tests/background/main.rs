//! The rules of what runs beside the requests: jobs, schedules, events. One test each; `WARD_TEST_ENGINE` chooses the
//! database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod cancel;
mod client;
mod deliver;
mod hostile;
mod jobs;
mod kill;
mod nodes;
mod schedules;
mod server_sent;
mod stage;
mod swap;
mod websocket;
