//! Notices: what the hospital tells an account, such as an order that it called off.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{AccountId, Page, Timestamp};

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// What it is about, in one word.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub body: String,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

from_row!(Notice { id, kind, title, body, created_at, read_at });

/// Number of a notice.
pub type NoticeId = i64;

/// How many notices there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// In all.
    pub total: i64,
    /// Not read.
    pub unread: i64,
}

from_row!(Counts { total, unread });

/// Sends an account a notice, if and when `within` commits.
pub fn send(
    account: AccountId,
    kind: &str,
    title: &str,
    body: &str,
    at: Timestamp,
    within: &impl Connection,
) -> Result<(), sql::Error> {
    within.execute(
        "INSERT INTO notice (account, kind, title, body, created_at) VALUES ($1, $2, $3, $4, $5)",
        &params![account, kind, title, body, at],
    )?;
    Ok(())
}

/// An account's notices, the newest first, and how many there are.
pub fn list(
    account: AccountId,
    unread: bool,
    page: Page,
    within: &impl Connection,
) -> Result<(Counts, Vec<Notice>), sql::Error> {
    let counts = within.query_one(
        "SELECT COUNT(*) AS total, COUNT(*) - COUNT(read_at) AS unread FROM notice WHERE account = $1",
        &params![account],
    )?;
    let only = if unread { "AND read_at IS NULL" } else { "" };
    let statement = format!(
        "SELECT id, kind, title, body, created_at, read_at FROM notice WHERE account = $1 {only} \
         ORDER BY id DESC LIMIT $2 OFFSET $3"
    );
    Ok((counts, within.query(&statement, &params![account, page.limit(), page.offset()])?))
}

/// Marks an account's notice as read, the first time; tells whether there is such a notice.
pub fn read(id: NoticeId, account: AccountId, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE notice SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND account = $2",
        &params![id, account, now],
    )?;
    Ok(changed == 1)
}
