//! One more slot in a shift, for one patient.

use ward_sdk::sql::Connection;

use super::{Times, book::order_no, times};
use crate::clock::Now;
use crate::domain::booking::Refusal;
use crate::domain::{OrderId, PatientId, ScheduleId, ScheduleStatus, SlotType, Source};
use crate::failure::Failure;
use crate::store::orders::{self, NewOrder};
use crate::store::patients::{self, Patient};
use crate::store::{add_slots, config, offers, prices, slots};

/// A slot to be added.
#[derive(Clone, Copy, Debug)]
pub struct Extra {
    /// To which shift.
    pub schedule: ScheduleId,
    /// For whom.
    pub patient: PatientId,
    /// As what it is sold.
    pub slot_type: SlotType,
}

/// Adds a slot and the order that takes it. The limits of booking do not count here: doctor or
/// administrator want it so.
pub fn add(extra: &Extra, now: &Now, within: &impl Connection) -> Result<OrderId, Failure> {
    let Some(queue_number) = slots::grow(extra.schedule, within)? else {
        return Err(match offers::find(extra.schedule, within)? {
            None => Failure::missing("排班不存在"),
            Some(_) => Refusal::Suspended.into(),
        });
    };
    let offer = offers::find(extra.schedule, within)?.ok_or_else(Failure::internal)?;
    let patient = patient(extra.patient, within)?;
    possible(extra, &offer, now, within)?;
    let chain = times::chain(&offer.place);
    let same = extra.slot_type == offer.place.slot_type;
    let price = if same { offer.price } else { prices::lookup(&chain, extra.slot_type, within)? };
    let factor = config::registration(&chain, within)?.discounts.factor(patient.patient_type);
    let new = NewOrder {
        order_no: order_no(now),
        patient: extra.patient,
        account: patient.owner,
        place: orders::Place { slot_type: extra.slot_type, ..offer.place },
        price: price.times(factor),
        symptoms: None,
        source: Source::AddSlot,
        queue_number: Some(queue_number),
    };
    Ok(orders::insert(&new, now.at, within)?)
}

/// A patient whom an account still has among its persons.
pub(super) fn patient(id: PatientId, within: &impl Connection) -> Result<Patient, Failure> {
    let patient = patients::find(id, within)?.filter(|patient| patient.removed_at.is_none());
    patient.ok_or_else(|| Failure::missing("患者不存在"))
}

/// Refuses a shift that is stopped or over, and a patient who has an order for it.
pub(super) fn possible(
    extra: &Extra,
    offer: &offers::Offer,
    now: &Now,
    within: &impl Connection,
) -> Result<(), Failure> {
    if offer.status != ScheduleStatus::Open {
        return Err(Refusal::Suspended.into());
    }
    if now.at >= Times::of(&offer.place, now, within)?.ends {
        return Err(Refusal::Past.into());
    }
    if add_slots::has_order(extra.patient, extra.schedule, within)? {
        return Err(Refusal::Twice.into());
    }
    Ok(())
}
