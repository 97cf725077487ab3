//! The records, one module for each aggregate: the only places with SQL.

pub mod invoices;
pub mod prices;
