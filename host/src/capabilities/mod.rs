//! What a plugin may be given: one folder for each interface of the contract.

pub mod audit;
pub mod blobs;
pub mod config;
pub mod events;
pub mod identity;
pub mod jobs;
pub mod log;
pub mod policy;
pub mod services;
pub mod sql;
