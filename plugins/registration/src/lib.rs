//! The outpatient registration API (挂号): accounts, departments and clinics, doctors, prices, schedules,
//! orders, the consultation queue, audits, attendance, risks, statistics, visit and medical records.
//!
//! # How the document is read
//!
//! Where the API's document leaves a choice, this is what was chosen.
//!
//! - **Statuses**: what is wrong with a request is 400 with code 99; no token 401 (105), no right 403 (102),
//!   nothing there 404 (106, users 103). Unknown paths, methods and the like are code 98.
//! - **Lists** come page by page where the document shows `total`; at most 10,000 rows at once.
//! - **Times** are the hospital's (setting `time_zone`), written without a zone.
//! - **Money** is in yuan with two decimals; `null` inherits; 0 or less looks the price up.
//! - **Paths** that exist with and without a prefix are one operation: see [`alias`].
//! - **Patients** (就诊人) belong to the account that added them, even where two accounts add the same
//!   person: an account never reaches another's records by naming an identity card.

pub mod access;
pub mod alias;
pub mod answer;
pub mod api;
pub mod clock;
pub mod domain;
pub mod failure;
pub mod imports;
pub mod input;
pub mod mask;
pub mod orders;
pub mod risk;
pub mod store;
pub mod sweep;
#[cfg(test)]
mod tests;

use ward_sdk::{Role, Tokens};

ward_sdk::plugin! {
    name: "registration",
    version: env!("CARGO_PKG_VERSION"),
    capabilities: [Sql, Blobs, Identity, Config, Log],
    router: api::router,
    migrations: ward_sdk::migrations!("registration": "0001_accounts", "0002_catalogue", "0003_appointments", "0004_care"),
    schema: include_str!("../../../policies/registration.cedarschema"),
    policies: include_str!("../../../policies/registration.cedar"),
    roles: &ROLES,
    tokens: Tokens { access_seconds: 60 * 60, refresh_seconds: 7 * 24 * 60 * 60 },
    envelope: failure::envelope,
}

const ROLES: [Role; 3] = [
    Role {
        name: "admin",
        description: "Manages departments, doctors, schedules, prices, users and audits.",
        administrator: true,
    },
    Role {
        name: "doctor",
        description: "Sees its own schedules and patients; a department's head also those of the department.",
        administrator: false,
    },
    Role { name: "patient", description: "Books for its own persons and sees their records.", administrator: false },
];
