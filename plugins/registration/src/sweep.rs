//! Orders that nobody came to.
//!
//! What is still open when its shift has ended becomes a no-show; what still waited for a slot is called
//! off. It is looked for where it matters (a list, a queue, a booking), and for all orders every few minutes:
//! what is marked is not found again.

use std::collections::BTreeMap;

use ward_sdk::sql::{self, Connection, Database};

use crate::clock::Now;
use crate::domain::risk::Behavior;
use crate::domain::{AccountId, CancelReason, OrderStatus, ScheduleId, Timestamp};
use crate::failure::Failure;
use crate::orders::Times;
use crate::store::orders::{self, Order, Place};
use crate::store::overdue;

/// Orders read at once.
const READ: usize = 500;
/// Orders marked in one transaction.
const BATCH: usize = 50;

/// Whose orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// Those that this account booked.
    Account(AccountId),
    /// Those of this schedule.
    Schedule(ScheduleId),
}

/// Marks what is overdue and tells how many orders that were. No transaction may be open.
pub fn run(scope: Scope, now: &Now) -> Result<usize, Failure> {
    let mut marked = 0;
    let mut after = None;
    let mut ends = BTreeMap::new();
    loop {
        let open = overdue::open_until_today(scope, now.today, after, READ, &Database)?;
        let Some(last) = open.last() else { return Ok(marked) };
        after = Some((last.place.day, last.id));
        let mut ended = Vec::new();
        for order in &open {
            if order.place.day < now.today || has_ended(&order.place, &mut ends, now)? {
                ended.push(order);
            }
        }
        for some in ended.chunks(BATCH) {
            marked += sql::transaction(|within| mark(some, now, within))?;
        }
        if open.len() < READ {
            return Ok(marked);
        }
    }
}

/// Whether a shift of today has ended; each is looked up once.
fn has_ended(place: &Place, ends: &mut BTreeMap<ScheduleId, Timestamp>, now: &Now) -> Result<bool, Failure> {
    if let Some(end) = ends.get(&place.schedule) {
        return Ok(now.at >= *end);
    }
    let end = Times::of(place, now, &Database)?.ends;
    ends.insert(place.schedule, end);
    Ok(now.at >= end)
}

fn mark(ended: &[&Order], now: &Now, within: &impl Connection) -> Result<usize, Failure> {
    let mut marked = 0;
    for order in ended {
        let done = match order.status {
            OrderStatus::Waitlist => orders::cancel(order.id, order.status, CancelReason::Expired, now.at, within)?,
            _ => no_show(order, now, within)?,
        };
        marked += usize::from(done);
    }
    Ok(marked)
}

/// A patient who was at the desk did come: that counts against nobody.
fn no_show(order: &Order, now: &Now, within: &impl Connection) -> Result<bool, Failure> {
    let done = overdue::mark(order.id, order.status, now.at, within)?;
    if done && order.checked_in_at.is_none() {
        crate::risk::record(order.account, Behavior::NoShow, Some(order.id), now, within)?;
    }
    Ok(done)
}
