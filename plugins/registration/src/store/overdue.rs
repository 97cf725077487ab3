//! Orders that may be overdue.

use ward_sdk::sql::{self, Connection, params};

use super::orders::{COLUMNS, Order};
use crate::domain::{Day, OrderId, OrderStatus, Timestamp};
use crate::sweep::Scope;

/// Open orders of days up to today, by day and number, from the one after `after`; not those of patients who are
/// being seen. All of them go through the index of open orders, however many have been closed.
pub fn open_until_today(
    scope: Scope,
    today: Day,
    after: Option<(Day, OrderId)>,
    most: usize,
    within: &impl Connection,
) -> Result<Vec<Order>, sql::Error> {
    let (condition, number) = match scope {
        Scope::All => ("$5 = 0", 0),
        Scope::Account(account) => ("a.account = $5", account.0),
        Scope::Schedule(schedule) => ("a.schedule_id = $5", schedule.0),
    };
    let statement = format!(
        "SELECT {COLUMNS} FROM appointment a WHERE a.status IN ('waitlist', 'pending', 'confirmed') \
         AND a.day <= $1 AND a.is_called = $2 AND (a.day, a.id) > ($3, $4) AND {condition} \
         ORDER BY a.day, a.id LIMIT $6"
    );
    let (day, id) = after.map_or((i64::MIN, 0), |(day, id)| (day.number(), id.0));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    within.query(&statement, &params![today, false, day, id, number, most])
}

/// Makes an order a no-show, if it is still as it was.
pub fn mark(id: OrderId, was: OrderStatus, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'no_show', updated_at = $3 WHERE id = $1 AND status = $2 AND is_called = $4",
        &params![id, was, now, false],
    )?;
    Ok(changed == 1)
}
