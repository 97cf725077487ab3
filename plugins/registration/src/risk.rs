//! Notes what counts against an account, in the transaction in which it happened.

use ward_sdk::sql::Connection;

use crate::clock::Now;
use crate::domain::risk::{BAN_DAYS, Behavior, Burst, HIGHEST, WINDOW_DAYS, score};
use crate::domain::{AccountId, BanKind, OrderId, Timestamp};
use crate::failure::Failure;
use crate::store::risks::{self, NewBan, NewEvent};

/// Since when events count.
#[must_use]
pub fn window(now: Timestamp) -> Timestamp {
    now.plus_minutes(-days(WINDOW_DAYS))
}

/// Adds an event; at the highest score the account may not book for a while.
pub fn record(
    account: AccountId,
    behavior: Behavior,
    order: Option<OrderId>,
    now: &Now,
    within: &impl Connection,
) -> Result<(), Failure> {
    let score = score(risks::points(account, window(now.at), within)? + behavior.points());
    risks::insert(&NewEvent { account, behavior, score, order }, now.at, within)?;
    if score < HIGHEST || risks::bans(account, within)?.iter().any(|ban| ban.is_active(now.at)) {
        return Ok(());
    }
    let until = Some(now.at.plus_minutes(days(BAN_DAYS)));
    let reason = format!("风险分数达到 {score}");
    Ok(risks::ban(&NewBan { account, kind: BanKind::Register, until, reason, by: None }, now.at, within)?)
}

/// Adds a burst, unless one of the kind was noted within its pause: of many requests at once one counts.
pub fn record_burst(
    account: AccountId,
    behavior: Behavior,
    burst: &Burst,
    order: Option<OrderId>,
    now: &Now,
    within: &impl Connection,
) -> Result<(), Failure> {
    if risks::noted(account, behavior, now.at.plus_minutes(-burst.pause), within)? {
        return Ok(());
    }
    record(account, behavior, order, now, within)
}

/// In minutes.
fn days(days: u32) -> i64 {
    i64::from(days) * 24 * 60
}
