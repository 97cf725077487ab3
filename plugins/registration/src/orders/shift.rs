//! What happens to all orders of a shift. These run in the transaction of whoever changes the shift.

use ward_sdk::sql::Connection;

use super::{Times, promote, shown};
use crate::clock::Now;
use crate::domain::{CancelReason, ScheduleId, ScheduleStatus};
use crate::failure::Failure;
use crate::store::orders::{self, Order};
use crate::store::{notices, offers, slots};

/// Sets the number of slots; what is taken stays taken, and who waits gets what is new.
pub fn resize(schedule: ScheduleId, total: i64, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    if !slots::resize(schedule, total, within)? {
        return Err(match offers::find(schedule, within)? {
            None => no_schedule(),
            Some(offer) => {
                let taken = offer.total - offer.remaining;
                Failure::business(format!("总号源数不能小于已预约数({taken})"))
            }
        });
    }
    let Some(offer) = offers::find(schedule, within)? else { return Err(no_schedule()) };
    let ends = Times::of(&offer.place, now, within)?.ends;
    promote(schedule, ends, now, within)
}

/// Stops the shift: it is 停诊, its open orders are called off with a notice, their slots are free again. Gives
/// the number of orders called off. A patient who is being seen stays.
pub fn stop(schedule: ScheduleId, why: CancelReason, now: &Now, within: &impl Connection) -> Result<u64, Failure> {
    if !slots::set_status(schedule, ScheduleStatus::Suspended, within)? {
        return Err(no_schedule());
    }
    let (mut held, mut called_off) = (0, 0);
    for order in orders::active(schedule, within)?.iter().filter(|order| !order.is_called) {
        if orders::cancel(order.id, order.status, why, now.at, within)? {
            held += i64::from(order.status.holds_slot());
            called_off += 1;
            tell(order, "停诊通知", "医生停诊,您的预约已取消", now, within)?;
        }
    }
    if held > 0 && !slots::give_back(schedule, held, within)? {
        return Err(Failure::internal());
    }
    Ok(called_off)
}

/// Holds the shift again; what was called off stays so.
pub fn resume(schedule: ScheduleId, within: &impl Connection) -> Result<(), Failure> {
    if slots::set_status(schedule, ScheduleStatus::Open, within)? { Ok(()) } else { Err(no_schedule()) }
}

/// Whether an order of any kind, a request for one or a check-in points at the schedule: such a schedule cannot
/// be deleted.
pub fn any(schedule: ScheduleId, within: &impl Connection) -> Result<bool, Failure> {
    Ok(orders::any(schedule, within)?)
}

/// How many open orders the schedule has, those on the waiting list included.
pub fn active(schedule: ScheduleId, within: &impl Connection) -> Result<usize, Failure> {
    Ok(orders::active(schedule, within)?.len())
}

/// After a change of the shift's doctor, clinic, day or section: its orders follow, and who booked is told.
pub fn follow(schedule: ScheduleId, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    slots::touch(schedule, within)?;
    let Some(offer) = offers::find(schedule, within)? else { return Err(no_schedule()) };
    let open = orders::active(schedule, within)?;
    orders::follow(schedule, within)?;
    let new = shown(&offer.place);
    for order in open.iter().filter(|order| order.place != offer.place) {
        tell(order, "排班调整通知", &format!("您的预约已调整为{new}"), now, within)?;
    }
    Ok(())
}

fn tell(order: &Order, title: &str, what: &str, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    let body = format!("{}:{what}", shown(&order.place));
    Ok(notices::send(order.account, "schedule", title, &body, now.at, within)?)
}

fn no_schedule() -> Failure {
    Failure::missing("排班不存在")
}
