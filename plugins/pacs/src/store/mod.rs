//! The records, one module for each aggregate: the only places with SQL.

pub mod centres;
pub mod instances;
pub mod reports;
pub mod studies;
pub mod users;
