//! What the database and the host's accounts hold, one module for each table.

pub mod accounts;
pub mod bans;
pub mod conditions;
pub mod config;
pub mod files;
pub mod members;
pub mod patients;
pub mod prices;
