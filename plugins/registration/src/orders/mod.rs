//! What happens to orders: each function is one step of an order's life, with all that belongs to it
//! (the schedule's counts, the waiting list, notices, risk), in one transaction.

mod add_slot;
mod audit;
mod book;
mod call;
mod cancel;
mod desk;
mod lost;
mod shift;
mod times;

pub use add_slot::{Extra, add};
pub use audit::{Asked, approve, ask, reject, take_back};
pub use book::{Booked, Wish, book};
pub use call::{Texts, call_next, complete, pass};
pub use cancel::{Refund, by_account, by_desk, leave_waitlist};
pub use desk::check_in;
pub(crate) use lost::{Lost, settle};
pub use shift::{active, any, follow, resize, resume, stop};
pub use times::Times;

use ward_sdk::sql::Connection;

use crate::clock::Now;
use crate::domain::{ScheduleId, Timestamp};
use crate::failure::Failure;
use crate::store::orders::Place;
use crate::store::{notices, orders, slots};

/// Gives the free slots of a schedule to the first of its waiting list, as long as the shift lasts.
fn promote(schedule: ScheduleId, ends: Timestamp, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    if now.at >= ends {
        return Ok(());
    }
    loop {
        let Some(first) = orders::first_waiting(schedule, within)? else { return Ok(()) };
        let Some(number) = slots::take(schedule, within)? else { return Ok(()) };
        orders::promote(first.id, number, now.at, within)?;
        let body = format!("您候补的{}已有号源,排队号{number}", shown(&first.place));
        notices::send(first.account, "waitlist", "候补成功", &body, now.at, within)?;
    }
}

/// A shift in words for a notice.
fn shown(place: &Place) -> String {
    use crate::domain::Word as _;
    format!("{}{}", place.day, place.section.word())
}
