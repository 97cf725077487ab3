//! Booking.
//!
//! What decides is read first, outside of any transaction; then one short transaction takes the slot with
//! a guarded `UPDATE`, checks that the patient booked nothing meanwhile, and adds the order. Whoever loses
//! a race reads again.

use ward_sdk::sql::{self, Connection, Database};

use super::{Lost, Times, settle};
use crate::clock::Now;
use crate::domain::booking::{self, Rules, Shift, Waiting};
use crate::domain::risk::{BOOKINGS, Behavior, WINDOW_DAYS};
use crate::domain::{AccountId, Money, OrderId, OrderStatus, PatientId, ScheduleId, Source};
use crate::failure::Failure;
use crate::store::config::Registration;
use crate::store::offers::{self, Facts, Offer, Question};
use crate::store::orders::{self, NewOrder, Place};
use crate::store::{bans, slots};
use crate::sweep::{self, Scope};

/// What a booking asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The schedule.
    pub schedule: ScheduleId,
    /// For whom.
    pub patient: PatientId,
    /// Who books.
    pub account: AccountId,
    /// What the patient complains of.
    pub symptoms: Option<String>,
    /// Whether waiting will do.
    pub waiting: Waiting,
}

/// What was booked.
#[derive(Clone, Debug, PartialEq)]
pub struct Booked {
    /// The order.
    pub id: OrderId,
    /// The number that clients show.
    pub order_no: String,
    /// Its number in the queue, or on the waiting list.
    pub number: i64,
    /// `pending` or `waitlist`.
    pub status: OrderStatus,
    /// What it costs.
    pub price: Money,
    /// What was booked.
    pub place: Place,
}

/// Books, or files on the waiting list.
pub fn book(wish: &Wish, now: &Now) -> Result<Booked, Failure> {
    if let Some(ban) = bans::active(wish.account, now.at, &Database)?
        && ban.kind.forbids_booking()
    {
        return Err(Failure::forbidden("账号已被禁止挂号"));
    }
    settle(|| {
        let plan = plan(wish, now)?;
        sql::transaction(|within| write(wish, &plan, now, within))
    })
}

/// What is to be written.
struct Plan {
    offer: Offer,
    facts: Facts,
    price: Money,
    wait: bool,
    burst: bool,
}

/// Reads and decides.
fn plan(wish: &Wish, now: &Now) -> Result<Plan, Lost> {
    let offer = offers::find(wish.schedule, &Database)?.ok_or_else(|| Failure::missing("排班不存在"))?;
    let (times, registration) = Times::with_rules(&offer.place, now, &Database)?;
    let rules = rules(&registration);
    let facts = facts(wish, &offer.place, &rules, now)?;
    if facts.removed {
        return Err(Failure::missing("患者不存在").into());
    }
    if facts.owner != wish.account {
        return Err(Failure::forbidden("无权为该患者预约").into());
    }
    let shift = Shift { day: offer.place.day, ends: times.ends_at, status: offer.status };
    booking::bookable(&shift, &rules, now.today, now.time)?;
    booking::permitted(&history(&facts), &rules)?;
    let wait = booking::waits(u32::try_from(offer.remaining).unwrap_or_default(), wish.waiting)?;
    let price = offer.price.times(registration.discounts.factor(facts.patient_type));
    let burst = BOOKINGS.is_one(facts.burst_from, facts.burst_noted, now.at);
    Ok(Plan { offer, facts, price, wait, burst })
}

fn rules(registration: &Registration) -> Rules {
    Rules {
        advance_days: registration.advance_booking_days,
        same_day_deadline: registration.same_day_deadline,
        no_show_limit: registration.no_show_limit,
        same_clinic_interval: registration.same_clinic_interval,
        most_in_period: registration.max_appointments_per_period,
        period_days: registration.appointment_period_days,
    }
}

fn history(facts: &Facts) -> booking::History {
    booking::History {
        same_schedule: facts.same_schedule,
        in_period: facts.in_period,
        near: facts.near,
        no_shows: facts.no_shows,
    }
}

/// What the patient booked before; no-shows that nobody has noticed yet are marked first.
fn facts(wish: &Wish, place: &Place, rules: &Rules, now: &Now) -> Result<Facts, Lost> {
    let asked = Question {
        patient: wish.patient,
        account: wish.account,
        place: *place,
        period_from: now.start_of(now.today.minus(rules.period_days.saturating_sub(1))),
        interval: i64::from(rules.same_clinic_interval),
        no_shows_from: now.today.minus(WINDOW_DAYS),
        today: now.today,
        burst: BOOKINGS.count,
    };
    let read = || offers::facts(&asked, &Database)?.ok_or_else(|| Lost::from(Failure::missing("患者不存在")));
    let facts = read()?;
    if facts.due == 0 {
        return Ok(facts);
    }
    sweep::run(Scope::Account(facts.owner), now)?;
    read()
}

/// Writes what was decided, if it is still so.
fn write(wish: &Wish, plan: &Plan, now: &Now, within: &impl Connection) -> Result<Booked, Lost> {
    let schedule = wish.schedule;
    let queue_number = if plan.wait { None } else { slots::take(schedule, within)? };
    if queue_number.is_none() && !(plan.wait && slots::touch_full(schedule, within)?) {
        return Err(Lost::Again);
    }
    if !offers::advance(wish.patient, plan.facts.version, within)? {
        return Err(Lost::Again);
    }
    let new = NewOrder {
        order_no: order_no(now),
        patient: wish.patient,
        account: wish.account,
        place: plan.offer.place,
        price: plan.price,
        symptoms: wish.symptoms.clone(),
        source: if plan.wait { Source::Waitlist } else { Source::Booking },
        queue_number,
    };
    let id = orders::insert(&new, now.at, within)?;
    if plan.burst {
        crate::risk::record_burst(wish.account, Behavior::BookingBurst, &BOOKINGS, Some(id), now, within)?;
    }
    let (number, status) = match queue_number {
        Some(number) => (number, OrderStatus::Pending),
        None => (orders::waiting_place(schedule, id, within)?, OrderStatus::Waitlist),
    };
    Ok(Booked { id, order_no: new.order_no, number, status, price: plan.price, place: plan.offer.place })
}

/// The day and eight digits by chance: `2025112012345678`.
pub(super) fn order_no(now: &Now) -> String {
    let chance = uuid::Uuid::new_v4().as_u128() % 100_000_000;
    format!("{}{chance:08}", now.today.0.format("%Y%m%d"))
}
