//! The billing API beside PACS: prices for each centre and modality, and invoices for studies.
//!
//! # How the document is read
//!
//! Where the API's document leaves a choice, this is what was chosen.
//!
//! - **Accounts** are those of PACS, with their roles and centres: a token of the one is valid at the other.
//! - **Money** is exact: hundredths of a unit inside, a number with at most two decimals outside. It may come as
//!   text. There is none below 0.
//! - **A price** exists once for each centre and modality, and its centre must exist and be active. Changing it
//!   changes no invoice.
//! - **An invoice** is made by an administrator for a study that PACS knows; nothing makes one by itself. Without
//!   an `amount` it is of the price of the study's centre and modality. Its currency is the price's; where there is
//!   no price, amount and currency must be given.
//! - **A study** has one invoice, unless that was cancelled.
//! - **Numbers** have the document's shape: `INV`, the last two digits of the year of `invoice_date` (UTC), and a
//!   running number of at least six digits. It runs through all centres, starts at 1 in each year, and has no gaps:
//!   a number is given in the transaction that writes the invoice, and a cancelled invoice keeps its own.
//! - **Status**: a pending invoice is paid or cancelled; a paid one may become pending again (the payment came
//!   back) or be cancelled; a cancelled one stays so. The status that it has is no change.
//! - **Scope**: administrators and radiologists see all; a technician and a diagnostic_centre user what is their
//!   centre's. What one may not see is 404.
//! - **Lists**: prices in the order of their numbers, invoices the newest first; `skip` and `limit` as in PACS.

pub mod access;
pub mod api;
pub mod domain;
pub mod pacs;
pub mod store;
#[cfg(test)]
mod tests;

use ward_sdk::{RateLimit, RateScope, Role};

ward_sdk::plugin! {
    name: "billing",
    version: env!("CARGO_PKG_VERSION"),
    capabilities: [Sql, Policy, Log, Services],
    router: api::router,
    migrations: ward_sdk::migrations!("billing": "0001_start"),
    schema: include_str!("../../../policies/billing.cedarschema"),
    policies: include_str!("../../../policies/billing.cedar"),
    roles: &ROLES,
    rate_limits: &RATE_LIMITS,
    envelope: ward_sdk::detail::envelope,
}

/// As PACS has them.
const ROLES: [Role; 4] = [
    Role { name: "admin", description: "Sets prices, makes and settles invoices.", administrator: true },
    Role { name: "radiologist", description: "Sees all prices and invoices.", administrator: false },
    Role { name: "technician", description: "Sees the prices and invoices of its centre.", administrator: false },
    Role {
        name: "diagnostic_centre",
        description: "Sees the prices and invoices of its centre.",
        administrator: false,
    },
];

const RATE_LIMITS: [RateLimit; 2] = [
    RateLimit { name: "address", scope: RateScope::Address, operations: &[], requests: 100, seconds: 60 },
    RateLimit { name: "account", scope: RateScope::Account, operations: &[], requests: 1000, seconds: 3600 },
];
