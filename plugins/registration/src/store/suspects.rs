//! Accounts with their risk, and what they did.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{AccountId, BanKind, Page, Role, Timestamp};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number.
    pub id: AccountId,
    /// The name it is shown by.
    pub username: String,
    /// Its role.
    pub role: Role,
}
from_row!(Member { id, username, role });

/// An account that is not deleted.
pub fn member(id: AccountId, within: &impl Connection) -> Result<Option<Member>, sql::Error> {
    within.query_optional("SELECT id, username, role FROM member WHERE id = $1 AND deleted_at IS NULL", &params![id])
}

/// An account with its risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Its number.
    pub id: AccountId,
    /// The name it is shown by.
    pub username: String,
    /// What counts against it.
    pub points: i64,
    /// What a ban in force forbids.
    pub ban_kind: Option<BanKind>,
    /// Until when.
    pub ban_until: Option<Timestamp>,
}
from_row!(Suspect { id, username, points, ban_kind, ban_until });

/// Which accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// With points from the first and below the second.
    Scores(i64, i64),
    /// With a ban in force.
    Banned,
}

const FROM: &str = "FROM member m \
     LEFT JOIN (SELECT account, CAST(SUM(points) AS BIGINT) AS points FROM risk_event WHERE at > $1 GROUP BY account) r \
       ON r.account = m.id \
     LEFT JOIN ban b ON b.account = m.id AND b.deactivated_at IS NULL AND (b.until IS NULL OR b.until > $2) \
     WHERE m.deleted_at IS NULL AND COALESCE(r.points, 0) >= $3 AND COALESCE(r.points, 0) < $4";

/// How many there are, and a page of them, the riskiest first. Points count from `since` on.
pub fn page(
    which: Which,
    since: Timestamp,
    now: Timestamp,
    page: Page,
    within: &impl Connection,
) -> Result<(i64, Vec<Suspect>), sql::Error> {
    let (least, below, banned) = match which {
        Which::Scores(least, below) => (least, below, ""),
        Which::Banned => (i64::MIN, i64::MAX, " AND b.id IS NOT NULL"),
    };
    let count = format!("SELECT COUNT(*) {FROM}{banned}");
    let (total,) = within.query_one(&count, &params![since, now, least, below])?;
    let list = format!(
        "SELECT m.id AS id, m.username AS username, COALESCE(r.points, 0) AS points, b.kind AS ban_kind, \
         b.until AS ban_until {FROM}{banned} ORDER BY COALESCE(r.points, 0) DESC, m.id LIMIT $5 OFFSET $6"
    );
    let found = within.query(&list, &params![since, now, least, below, page.limit(), page.offset()])?;
    Ok((total, found))
}

/// What an account did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behavior {
    /// Orders made.
    pub orders: i64,
    /// Of these, called off.
    pub cancelled: i64,
    /// Seen.
    pub completed: i64,
    /// Nobody came.
    pub no_show: i64,
    /// Checked in or called.
    pub confirmed: i64,
    /// Booked.
    pub pending: i64,
    /// Waiting for a slot.
    pub waitlist: i64,
    /// Sign-ins.
    pub logins: i64,
}
from_row!(Behavior { orders, cancelled, completed, no_show, confirmed, pending, waitlist, logins });

/// What an account did from one moment until before another.
pub fn behavior(
    account: AccountId,
    from: Timestamp,
    until: Timestamp,
    within: &impl Connection,
) -> Result<Behavior, sql::Error> {
    within.query_one(
        "SELECT COUNT(*) AS orders, COUNT(CASE status WHEN 'cancelled' THEN 1 END) AS cancelled, \
         COUNT(CASE status WHEN 'completed' THEN 1 END) AS completed, \
         COUNT(CASE status WHEN 'no_show' THEN 1 END) AS no_show, \
         COUNT(CASE status WHEN 'confirmed' THEN 1 END) AS confirmed, \
         COUNT(CASE status WHEN 'pending' THEN 1 END) AS pending, \
         COUNT(CASE status WHEN 'waitlist' THEN 1 END) AS waitlist, \
         (SELECT COUNT(*) FROM sign_in WHERE account = $1 AND at >= $2 AND at < $3) AS logins \
         FROM appointment WHERE account = $1 AND created_at >= $2 AND created_at < $3",
        &params![account, from, until],
    )
}
