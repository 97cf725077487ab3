//! Lines in the host's log. Never a value that a patient could be known by: kinds, counts and ids only.

pub use crate::bindings::ward::plugin::log::{Level, write};

pub use crate::{log_debug as debug, log_error as error, log_info as info, log_warn as warn};

/// Writes a debug line: `log::debug!("…")`.
#[macro_export]
macro_rules! log_debug {
    ($($format:tt)+) => { $crate::log::write($crate::log::Level::Debug, &::std::format!($($format)+)) };
}

/// Writes an information line: `log::info!("…")`.
#[macro_export]
macro_rules! log_info {
    ($($format:tt)+) => { $crate::log::write($crate::log::Level::Info, &::std::format!($($format)+)) };
}

/// Writes a warning: `log::warn!("…")`.
#[macro_export]
macro_rules! log_warn {
    ($($format:tt)+) => { $crate::log::write($crate::log::Level::Warn, &::std::format!($($format)+)) };
}

/// Writes an error: `log::error!("…")`.
#[macro_export]
macro_rules! log_error {
    ($($format:tt)+) => { $crate::log::write($crate::log::Level::Error, &::std::format!($($format)+)) };
}
