//! The PACS API: users, diagnostic centres, studies with their DICOM files, and reports.
//!
//! # How the document is read
//!
//! Where the API's document leaves a choice, this is what was chosen.
//!
//! - **Lists**: users and centres come in the order of their numbers, studies and reports the newest
//!   first. A `limit` above 1,000 is answered as 1,000, a negative one is refused (422). An empty filter
//!   (`?status=`) is none. Capitals in words (`CT`) make no difference; answers have the document's.
//! - **Creating** answers 200, as FastAPI does, with the record.
//! - **Fields**: unknown ones are ignored. A number may come as text. `null` is as good as absent.
//! - **Scope**: administrators and radiologists see all studies and reports; a technician and a
//!   diagnostic_centre user those of their centre. What one may not see is 404, what one may not do is 403
//!   (see [`access`]).
//! - **Users**: a centre's users see that centre's users and all radiologists, whom they assign to.
//!   Registration: administrators any user, a diagnostic_centre user technicians of its own centre (the
//!   default there for `centre_id`). Changing and deactivating is the administrators'. Nobody
//!   deactivates the own account.
//! - **References** in a body: a centre, study or radiologist that does not exist is 404; one that exists
//!   and does not do (a deactivated centre, a user who is no radiologist) is 400.
//! - **Uploads** are for administrators, technicians and diagnostic_centre users. An administrator names
//!   the centre (`centre_id`) or gets the first active one; others may name only their own. Genders may
//!   be written out and come back as letters.
//! - **Life cycle**: see [`domain::status`]. A study is assigned once. A radiologist who opens a study
//!   assigned to that very radiologist takes it into review. A report may be written from `uploaded` on
//!   and there is one for each study; verified, it cannot be changed.
//! - **File addresses** (`/studies/1/instance/0`) are relative to the API's base address.
//! - **Health** is reported with this plugin's own version.

pub mod access;
pub mod api;
pub mod dicom;
pub mod domain;
pub mod failure;
pub mod input;
pub mod store;
#[cfg(test)]
mod tests;

use ward_sdk::{RateLimit, RateScope, Role};

ward_sdk::plugin! {
    name: "pacs",
    version: env!("CARGO_PKG_VERSION"),
    capabilities: [Sql, Blobs, Identity, Policy, Log, Audit],
    router: api::router,
    migrations: ward_sdk::migrations!("pacs": "0001_start"),
    schema: include_str!("../../../policies/pacs.cedarschema"),
    policies: include_str!("../../../policies/pacs.cedar"),
    roles: &ROLES,
    rate_limits: &RATE_LIMITS,
    envelope: failure::envelope,
}

const ROLES: [Role; 4] = [
    Role {
        name: "admin",
        description: "Manages all users and centres, and may do all that others may.",
        administrator: true,
    },
    Role { name: "radiologist", description: "Sees all studies, writes and verifies reports.", administrator: false },
    Role { name: "technician", description: "Uploads and sees the studies of its centre.", administrator: false },
    Role {
        name: "diagnostic_centre",
        description: "Registers the technicians of its centre, uploads and sees its studies.",
        administrator: false,
    },
];

const RATE_LIMITS: [RateLimit; 3] = [
    RateLimit { name: "address", scope: RateScope::Address, operations: &[], requests: 100, seconds: 60 },
    RateLimit { name: "account", scope: RateScope::Account, operations: &[], requests: 1000, seconds: 3600 },
    RateLimit {
        name: "uploads",
        scope: RateScope::Account,
        operations: &["upload_study", "create_study"],
        requests: 10,
        seconds: 60,
    },
];
