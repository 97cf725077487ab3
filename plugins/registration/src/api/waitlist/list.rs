//! `GET /patient/waitlist`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Day, Money, OrderId, OrderStatus, Page, ScheduleId, Section};
use crate::failure::Failure;
use crate::input::{Fields, Query, Read};
use crate::store::listing::{self, Listed, Wanted};
use crate::store::{offers, orders};
use crate::sweep::{self, Scope};

crate::domain::words! {
    Place { Waiting = "waiting", Converted = "converted", Cancelled = "cancelled" }
}

/// What became of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It still waits.
    Waiting,
    /// It got a slot.
    Converted,
    /// It was given up, or the shift ended.
    Cancelled,
}

/// A place on the waiting list.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitlistItem)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The order.
    id: OrderId,
    schedule_id: ScheduleId,
    status: Place,
    /// How many wait up to this one; of one that got a slot its number in the queue.
    queue_number: Option<i64>,
    /// Whether a slot is free for it.
    can_convert: bool,
    appointment_date: Day,
    appointment_time: Section,
    doctor_name: String,
    department_name: String,
    patient_name: String,
    price: Money,
    created_at: String,
}

/// A page of places, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Places {
    total: i64,
    page: i64,
    #[serde(rename = "pageSize")]
    page_size: i64,
    list: Vec<Item>,
}

/// What is asked for.
pub struct Asked(Page);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        Page::read(fields, 50).map(Self)
    }
}

/// List the caller's places on waiting lists
#[utoipa::path(
    get, path = "/patient/waitlist", operation_id = "list_waitlist", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(
        ("page" = Option<i64>, Query, description = "From 1"),
        ("pageSize" = Option<i64>, Query, description = "50 unless it says otherwise")
    ),
    responses((status = 200, description = "The newest first", body = Answer<Places>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_waitlist(
    viewer: Viewer,
    now: Now,
    Query(Asked(page)): Query<Asked>,
) -> Result<Answer<Places>, Failure> {
    sweep::run(Scope::Account(viewer.account), &now)?;
    let wanted = Wanted { account: Some(viewer.account), waitlisted: true, ..Wanted::default() };
    let (total, listed) = listing::page(&wanted, page, &Database)?;
    access::touch(listed.iter().map(|listed| listed.order.patient))?;
    let list = listed.into_iter().map(|listed| item(listed, &now)).collect::<Result<_, _>>()?;
    Ok(ok(Places { total, page: page.page, page_size: page.page_size, list }))
}

fn item(listed: Listed, now: &Now) -> Result<Item, Failure> {
    let order = listed.order;
    let schedule_id = order.place.schedule;
    let status = match order.status {
        OrderStatus::Waitlist => Place::Waiting,
        OrderStatus::Cancelled => Place::Cancelled,
        _ => Place::Converted,
    };
    let waiting = status == Place::Waiting;
    let (queue_number, can_convert) = if waiting {
        let free = offers::find(schedule_id, &Database)?.is_some_and(|offer| offer.remaining > 0);
        (Some(orders::waiting_place(schedule_id, order.id, &Database)?), free)
    } else {
        (order.queue_number, false)
    };
    Ok(Item {
        id: order.id,
        schedule_id,
        status,
        queue_number,
        can_convert,
        appointment_date: order.place.day,
        appointment_time: order.place.section,
        doctor_name: listed.doctor_name,
        department_name: listed.department_name,
        patient_name: listed.patient_name,
        price: order.price,
        created_at: now.local_spaced(order.created_at),
    })
}
