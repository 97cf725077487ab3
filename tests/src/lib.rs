//! What the end-to-end tests and the measurements share: the product started with a database of its
//! own, a client, DICOM files, and people of every role.
//!
//! A test that uses it reads like the rule it states:
//!
//! ```no_run
//! # async fn rule() {
//! use ward_tests::{Upload, Ward};
//!
//! let ward = Ward::start().await;
//! let technician = ward.admin().await.technician().await;
//! technician.upload(Upload::new()).await.expect(200);
//! # }
//! ```

#![expect(clippy::missing_panics_doc, reason = "this library fails tests, which is a panic")]

pub mod answer;
pub mod api;
pub mod artefacts;
pub mod catalogue;
pub mod database;
pub mod dicom;
pub mod fixtures;
pub mod hospital;
pub mod jwt;
pub mod log;
pub mod pdf;
pub mod people;
pub mod policy_table;
pub mod process;
pub mod raw;
pub mod registration;
pub mod shifting;
pub mod upload;
pub mod ward;

pub use answer::Answer;
pub use api::Api;
pub use process::WardProcess;
pub use upload::Upload;
pub use ward::{Builder, PASSWORD, Ward};
