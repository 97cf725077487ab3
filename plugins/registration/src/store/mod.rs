//! What the database and the host's accounts hold, one module for each table.

pub mod accounts;
pub mod areas;
pub mod bans;
pub mod clinics;
pub mod conditions;
pub mod config;
pub mod departments;
pub mod doctors;
pub mod files;
pub mod members;
pub mod patients;
pub mod prices;
pub mod schedules;
