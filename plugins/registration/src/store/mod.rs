//! What the database and the host's accounts hold, one module for each table.

pub mod accounts;
pub mod add_slots;
pub mod areas;
pub mod bans;
pub mod clinics;
pub mod conditions;
pub mod config;
pub mod departments;
pub mod doctors;
pub mod files;
pub mod leaves;
pub mod listing;
pub mod members;
pub mod notices;
pub mod offers;
pub mod orders;
pub mod overdue;
pub mod patients;
pub mod prices;
pub mod queue;
pub mod risks;
pub mod schedules;
pub mod slots;
pub mod suspects;
pub mod visits;
