//! The patient is at the desk.

use ward_sdk::sql::{self, Database};

use super::{Lost, Times, settle};
use crate::access;
use crate::clock::Now;
use crate::domain::{OrderId, OrderStatus, Payment};
use crate::failure::Failure;
use crate::store::{orders, slots};

/// Checks in on the day of the visit, until the shift ends; tells whether the order is paid.
pub fn check_in(id: OrderId, paid: bool, now: &Now) -> Result<Payment, Failure> {
    settle(|| {
        let order = orders::find(id, &Database)?.ok_or_else(|| Failure::missing("预约不存在"))?;
        access::touch([order.patient])?;
        if order.status != OrderStatus::Pending {
            return Err(Failure::business("该预约当前状态不能报到").into());
        }
        if order.place.day != now.today || now.at >= Times::of(&order.place, now, &Database)?.ends {
            return Err(Failure::business("仅可在就诊当日、就诊时段结束前报到").into());
        }
        let payment = if paid { Payment::Paid } else { order.payment };
        sql::transaction(|within| {
            slots::touch(order.place.schedule, within)?;
            if orders::check_in(id, payment, now.at, within)? { Ok(payment) } else { Err(Lost::Again) }
        })
    })
}
