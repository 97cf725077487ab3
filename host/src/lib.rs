//! Ward hosts the API of a hospital as a set of sandboxed WebAssembly components.
//!
//! The host knows nothing about medicine; a plugin can touch nothing it was not given. See
//! `ARCHITECTURE.md` for the map.

pub mod app;
pub mod assembly;
pub mod audit;
pub mod background;
pub mod backup;
pub mod capabilities;
pub mod cli;
pub mod clock;
pub mod contract;
pub mod doctor;
pub mod events;
pub mod examine;
pub mod gateway;
pub mod identity;
pub mod jobs;
pub mod life;
pub mod metrics;
pub mod policy;
pub mod runtime;
pub mod signature;
pub mod storage;
pub mod telemetry;

pub use app::App;
