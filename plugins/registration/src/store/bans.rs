//! Bans: what an account may not do, and until when.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{AccountId, BanKind, Timestamp};

/// A ban.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// What it forbids.
    pub kind: BanKind,
    /// When it ends; without an end never.
    pub until: Option<Timestamp>,
}

from_row!(Ban { kind, until });

/// The ban of an account that holds at `now`.
pub fn active(id: AccountId, now: Timestamp, within: &impl Connection) -> Result<Option<Ban>, sql::Error> {
    within.query_optional(
        "SELECT kind, until FROM ban WHERE account = $1 AND deactivated_at IS NULL AND (until IS NULL OR until > $2)",
        &params![id, now],
    )
}
