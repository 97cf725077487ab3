//! Calling an order off.

use ward_sdk::sql::{self, Connection, Database};

use super::{Lost, Times, promote, settle};
use crate::access;
use crate::clock::Now;
use crate::domain::booking::TOO_LATE;
use crate::domain::risk::{Behavior, CANCELLATIONS, is_late};
use crate::domain::{AccountId, CancelReason, Money, OrderId, OrderStatus, Payment};
use crate::failure::Failure;
use crate::store::orders::{self, Order};
use crate::store::{risks, slots};

/// What is paid back, where something was paid.
pub type Refund = Option<Money>;

/// The account that booked it calls it off, before the deadline.
pub fn by_account(id: OrderId, account: AccountId, now: &Now) -> Result<Refund, Failure> {
    settle(|| {
        let order = find(id)?;
        if order.account != account {
            return Err(Failure::forbidden("无权操作该预约").into());
        }
        let (times, rules) = Times::with_rules(&order.place, now, &Database)?;
        if order.status.holds_slot() {
            in_time(&times, rules.cancel_hours_before, now)?;
        }
        still_open(&order)?;
        let (late, burst) = counts(&order, &times, now)?;
        sql::transaction(|within| {
            let refund = withdraw(&order, CancelReason::Patient, &times, now, within)?;
            if late {
                crate::risk::record(account, Behavior::LateCancel, Some(id), now, within)?;
            }
            if burst {
                crate::risk::record_burst(account, Behavior::CancelBurst, &CANCELLATIONS, Some(id), now, within)?;
            }
            Ok(refund)
        })
    })
}

/// The account waits no longer for a slot.
pub fn leave_waitlist(id: OrderId, account: AccountId, now: &Now) -> Result<(), Failure> {
    settle(|| {
        let order = orders::find(id, &Database)?;
        access::touch(order.iter().map(|order| order.patient))?;
        let order = order.filter(|order| order.account == account);
        let order = order.ok_or_else(|| Failure::missing("候补记录不存在"))?;
        if order.status != OrderStatus::Waitlist {
            return Err(Failure::business("该候补已转为预约或已取消").into());
        }
        sql::transaction(|within| {
            slots::touch(order.place.schedule, within)?;
            let gone = orders::cancel(id, OrderStatus::Waitlist, CancelReason::Patient, now.at, within)?;
            if gone { Ok(()) } else { Err(Lost::Again) }
        })
    })
}

/// An administrator calls it off at the desk, as long as the shift lasts.
pub fn by_desk(id: OrderId, now: &Now) -> Result<Refund, Failure> {
    settle(|| {
        let order = find(id)?;
        let times = Times::of(&order.place, now, &Database)?;
        if now.at >= times.ends {
            return Err(Failure::rule(TOO_LATE, "就诊时段已结束,不能取消").into());
        }
        still_open(&order)?;
        sql::transaction(|within| withdraw(&order, CancelReason::Desk, &times, now, within))
    })
}

/// An order that could be called off if it is not too late. Whether one that nobody came to has been marked
/// already makes no difference to what is answered: it is too late for it.
fn find(id: OrderId) -> Result<Order, Lost> {
    let order = orders::find(id, &Database)?.ok_or_else(|| Failure::missing("预约不存在"))?;
    access::touch([order.patient])?;
    if order.status != OrderStatus::NoShow {
        still_open(&order)?;
    }
    Ok(order)
}

fn still_open(order: &Order) -> Result<(), Lost> {
    if order.status.is_active() && !order.is_called { Ok(()) } else { Err(not_any_more().into()) }
}

fn not_any_more() -> Failure {
    Failure::rule(crate::failure::REQUEST, "该预约无法取消")
}

/// Refuses what comes after the deadline.
fn in_time(times: &Times, hours: u32, now: &Now) -> Result<(), Lost> {
    if now.at < times.deadline(hours) {
        return Ok(());
    }
    let msg = format!("需在就诊时间前{hours}小时取消,已超时请到医院窗口办理");
    Err(Failure::rule(TOO_LATE, msg).into())
}

/// Whether it is late, and whether it is one of many; giving up a place on the waiting list is neither.
fn counts(order: &Order, times: &Times, now: &Now) -> Result<(bool, bool), Lost> {
    if !order.status.holds_slot() {
        return Ok((false, false));
    }
    let (earlier, noted) = risks::cancellations(order.account, CANCELLATIONS.count - 2, &Database)?;
    Ok((is_late(now.at, times.starts), CANCELLATIONS.is_one(earlier, noted, now.at)))
}

/// Calls the order off as it was read, and gives its slot to who waits for it.
fn withdraw(
    order: &Order,
    why: CancelReason,
    times: &Times,
    now: &Now,
    within: &impl Connection,
) -> Result<Refund, Lost> {
    let schedule = order.place.schedule;
    let held = order.status.holds_slot();
    if held {
        slots::give_back(schedule, 1, within)?;
    } else {
        slots::touch(schedule, within)?;
    }
    if !orders::cancel(order.id, order.status, why, now.at, within)? {
        return Err(Lost::Again);
    }
    if held {
        promote(schedule, times.ends, now, within)?;
    }
    Ok((order.payment == Payment::Paid).then_some(order.price))
}
