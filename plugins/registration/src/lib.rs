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
//! - **Deleted** areas, departments, clinics and doctors are gone for every list and every change; orders,
//!   records and statistics of the past still name them. A department whose clinics have shifts to come stays.
//! - **Names** of areas and major departments are given once, those of minor departments once in their major one.
//! - **Schedules** belong to the department of their clinic, also after the doctor has moved. One on which
//!   anything was ever booked is stopped (停诊), not deleted. A deleted doctor's shifts to come are stopped.
//! - **Paths** that exist with and without a prefix are one operation: see [`alias`].
//! - **Booking**: 1001 where no slot is free; 1003 where the patient has booked as much as may be (twice in one
//!   schedule, the period's limit, too near in one department, too many no-shows); 99 where the schedule cannot
//!   be booked (停诊, over, too far ahead, after the day's deadline); 1006 too late to call off. The period's
//!   limit counts the orders made in the last days, whatever they are for; no-shows count for 90 days. What
//!   was called off counts for nothing. A slot that an administrator or doctor adds has none of these limits.
//! - **Queue**: by priority, then those passed over less often, then by number. One patient is seen at a time:
//!   calling again answers with the same one. One who is being seen when the shift ends is no no-show.
//! - **Desk**: checks in on the day of the visit, takes payment, calls off until the shift ends:
//!   `/admin/appointments`.
//! - **Risk**: 30 points for a no-show (not of one who had checked in), 10 for calling off within 24 hours of the
//!   shift, 20 for a burst (five bookings in ten minutes, five cancellations in a day); they count for 90 days.
//!   LOW from 30, MEDIUM from 60, HIGH from 80; at 100 booking is banned for 30 days. A ban on signing in ends
//!   all tokens.
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
pub mod jobs;
pub mod mask;
pub mod orders;
#[cfg_attr(not(target_family = "wasm"), expect(dead_code, reason = "only the component paints what is laid out"))]
pub mod pdf;
pub mod risk;
pub mod store;
pub mod sweep;
#[cfg(test)]
mod tests;

use ward_sdk::{Role, Tokens};

ward_sdk::plugin! {
    name: "registration",
    version: env!("CARGO_PKG_VERSION"),
    capabilities: [Sql, Blobs, Identity, Config, Log, Audit, Jobs],
    router: api::router,
    migrations: ward_sdk::migrations!(
        "registration": "0001_accounts", "0002_catalogue", "0003_appointments", "0004_care", "0005_statistics"
    ),
    schema: include_str!("../../../policies/registration.cedarschema"),
    policies: include_str!("../../../policies/registration.cedar"),
    roles: &ROLES,
    tokens: Tokens { access_seconds: 60 * 60, refresh_seconds: 7 * 24 * 60 * 60 },
    envelope: failure::envelope,
    jobs: &jobs::HANDLERS,
    schedules: &jobs::SCHEDULES,
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
