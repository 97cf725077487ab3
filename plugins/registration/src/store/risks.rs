//! Risk: what counted against accounts, and bans.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::risk::{Behavior, Level};
use crate::domain::{AccountId, BanKind, OrderId, Timestamp};

/// Points of an account since a moment.
pub fn points(account: AccountId, since: Timestamp, within: &impl Connection) -> Result<i64, sql::Error> {
    let (points,) = within.query_one(
        "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM risk_event WHERE account = $1 AND at > $2",
        &params![account, since],
    )?;
    Ok(points)
}

/// Whether a behaviour of an account was noted since a moment.
pub fn noted(
    account: AccountId,
    behavior: Behavior,
    since: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT 1 FROM risk_event WHERE account = $1 AND behavior_type = $2 AND at > $3 LIMIT 1",
        &params![account, behavior, since],
    )?;
    Ok(found.is_some())
}

/// Something that counts against an account.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The account.
    pub account: AccountId,
    /// What it did.
    pub behavior: Behavior,
    /// The score with it.
    pub score: i64,
    /// By which order.
    pub order: Option<OrderId>,
}

/// Adds it.
pub fn insert(new: &NewEvent, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "INSERT INTO risk_event (account, behavior_type, points, description, score, level, order_id, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![
            new.account,
            new.behavior,
            new.behavior.points(),
            new.behavior.description(),
            new.score,
            Level::of(new.score),
            new.order,
            now
        ],
    )?;
    Ok(())
}

/// An entry of an account's log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number.
    pub id: i64,
    /// The score with it.
    pub score: i64,
    /// The level with it.
    pub level: Level,
    /// What the account did.
    pub behavior_type: Behavior,
    /// In a sentence.
    pub description: String,
    /// When.
    pub at: Timestamp,
}
from_row!(Event { id, score, level, behavior_type, description, at });

/// Most entries that an answer lists.
const MOST: i64 = 200;

/// An account's log, the newest first.
pub fn events(account: AccountId, within: &impl Connection) -> Result<Vec<Event>, sql::Error> {
    within.query(
        "SELECT id, score, level, behavior_type, description, at FROM risk_event \
         WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2",
        &params![account, MOST],
    )
}

/// When the account's order before the last `back` ones was called off by itself, and when a burst of that
/// was last noted.
pub fn cancellations(
    account: AccountId,
    back: u32,
    within: &impl Connection,
) -> Result<(Option<Timestamp>, Option<Timestamp>), sql::Error> {
    within.query_one(
        "SELECT (SELECT cancelled_at FROM appointment WHERE account = $1 AND cancel_reason = 'patient' \
           ORDER BY cancelled_at DESC LIMIT 1 OFFSET $2), \
         (SELECT MAX(at) FROM risk_event WHERE account = $1 AND behavior_type = 'cancel_burst')",
        &params![account, i64::from(back)],
    )
}

/// A ban, in force or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Its number.
    pub id: i64,
    /// What it forbids.
    pub kind: BanKind,
    /// Until when; for ever if that is not said.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub banned_at: Timestamp,
    /// When it was lifted.
    pub deactivated_at: Option<Timestamp>,
}
from_row!(Ban { id, kind, until, reason, banned_at, deactivated_at });

impl Ban {
    /// Whether it is in force.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.deactivated_at.is_none() && self.until.is_none_or(|until| until > now)
    }

    /// When it ended, if it has.
    #[must_use]
    pub fn ended_at(&self, now: Timestamp) -> Option<Timestamp> {
        let expired = self.until.filter(|until| *until <= now);
        match (self.deactivated_at, expired) {
            (Some(lifted), Some(expired)) => Some(lifted.min(expired)),
            (lifted, expired) => lifted.or(expired),
        }
    }
}

/// An account's bans, the newest first.
pub fn bans(account: AccountId, within: &impl Connection) -> Result<Vec<Ban>, sql::Error> {
    within.query(
        "SELECT id, kind, until, reason, banned_at, deactivated_at FROM ban \
         WHERE account = $1 ORDER BY id DESC LIMIT $2",
        &params![account, MOST],
    )
}

/// A ban to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBan {
    /// Whom.
    pub account: AccountId,
    /// What it forbids.
    pub kind: BanKind,
    /// Until when; for ever if that is not said.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Who decided; nobody if the score did.
    pub by: Option<AccountId>,
}

/// Bans an account: changes the ban that is in force, or adds one.
pub fn ban(new: &NewBan, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    // One that ran out is closed at the moment it did.
    within.execute(
        "UPDATE ban SET deactivated_at = until WHERE account = $1 AND deactivated_at IS NULL AND until <= $2",
        &params![new.account, now],
    )?;
    let changed = within.execute(
        "UPDATE ban SET kind = $2, until = $3, reason = $4, banned_by = $5 \
         WHERE account = $1 AND deactivated_at IS NULL",
        &params![new.account, new.kind, new.until, new.reason, new.by],
    )?;
    if changed == 0 {
        within.execute(
            "INSERT INTO ban (account, kind, until, reason, banned_at, banned_by) VALUES ($1, $2, $3, $4, $5, $6)",
            &params![new.account, new.kind, new.until, new.reason, now, new.by],
        )?;
    }
    Ok(())
}

/// Closes the bans that have ended, each at the moment it did.
pub fn close_ended(now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE ban SET deactivated_at = until WHERE deactivated_at IS NULL AND until <= $1";
    within.execute(statement, &params![now]).map(drop)
}

/// Lifts the ban that is in force and gives its kind.
pub fn unban(
    account: AccountId,
    reason: &str,
    now: Timestamp,
    within: &impl Connection,
) -> Result<Option<BanKind>, sql::Error> {
    let kind: Option<(BanKind,)> = within.query_optional(
        "UPDATE ban SET deactivated_at = $2, unban_reason = $3 \
         WHERE account = $1 AND deactivated_at IS NULL AND (until IS NULL OR until > $2) RETURNING kind",
        &params![account, now, reason],
    )?;
    Ok(kind.map(|(kind,)| kind))
}
