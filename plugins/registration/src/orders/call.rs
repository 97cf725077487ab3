//! The consultation: calling, passing over, completing. Every step updates the schedule's row first, so that
//! two clicks at once are one after the other.

use ward_sdk::sql::{self, Database};

use super::{Lost, settle};
use crate::clock::Now;
use crate::domain::{DoctorId, OrderId, OrderStatus, ScheduleId, Timestamp};
use crate::failure::Failure;
use crate::store::orders::{self, Order};
use crate::store::visits::{self, NewVisit};
use crate::store::{queue, slots};

pub use crate::store::visits::VisitTexts as Texts;

/// Calls the next patient of a shift. One who is being seen is called again instead: there is one at a
/// time. Nobody, where nobody waits.
pub fn call_next(schedule: ScheduleId, now: &Now) -> Result<Option<OrderId>, Failure> {
    sql::transaction(|within| {
        slots::touch(schedule, within)?;
        if let Some(current) = queue::current(schedule, within)? {
            return Ok(Some(current));
        }
        let Some(next) = queue::next(schedule, None, within)? else { return Ok(None) };
        queue::call(next, now.at, within)?;
        Ok(Some(next))
    })
}

/// The patient who was called did not come: back into the queue, behind those not yet called.
pub fn pass(id: OrderId, doctor: DoctorId, now: &Now) -> Result<Order, Failure> {
    step(id, doctor, |order, within| {
        let called = order.is_called && queue::pass(id, now.at, within)?;
        if called { Ok(()) } else { Err(Failure::business("该患者未被叫号,不能过号").into()) }
    })
}

/// The patient was seen; leaves the visit record.
pub fn complete(id: OrderId, doctor: DoctorId, texts: &Texts, now: &Now) -> Result<Order, Failure> {
    step(id, doctor, |order, within| {
        match order.status {
            OrderStatus::Confirmed => {}
            OrderStatus::Completed => return Err(Failure::business("该患者已完成就诊").into()),
            _ => return Err(Failure::business("该患者尚未被叫号,不能完成就诊").into()),
        }
        if !queue::complete(id, now.at, within)? {
            return Err(Lost::Again);
        }
        visits::record(&visit(order, texts, now.at), within)?;
        Ok(())
    })
}

/// One step of an order in the doctor's own shift; gives the order as it is then.
fn step(
    id: OrderId,
    doctor: DoctorId,
    mut change: impl FnMut(&Order, &sql::Transaction) -> Result<(), Lost>,
) -> Result<Order, Failure> {
    settle(|| {
        let order = orders::find(id, &Database)?.ok_or_else(no_order)?;
        if order.place.doctor != doctor {
            return Err(Failure::forbidden("无权操作该排班").into());
        }
        sql::transaction(|within| {
            slots::touch(order.place.schedule, within)?;
            let order = orders::find(id, within)?.ok_or_else(no_order)?;
            change(&order, within)?;
            orders::find(id, within)?.ok_or_else(|| no_order().into())
        })
    })
}

fn visit(order: &Order, texts: &Texts, now: Timestamp) -> NewVisit {
    NewVisit {
        order_id: order.id,
        schedule_id: order.place.schedule,
        patient_id: order.patient,
        doctor_id: order.place.doctor,
        dept_id: order.place.dept,
        visited_at: now,
        texts: texts.clone(),
    }
}

fn no_order() -> Failure {
    Failure::missing("挂号记录不存在")
}
