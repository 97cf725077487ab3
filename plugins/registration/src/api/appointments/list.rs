//! `GET /appointments`.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AreaId, Day, MinorId, Money, OrderId, OrderStatus, Page, PatientId, Payment, ScheduleId, Section};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Query, Read};
use crate::orders::Times;
use crate::store::listing::{self, Listed, Wanted};
use crate::sweep::{self, Scope};

/// Which orders to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    All,
    /// Those in one state.
    One(OrderStatus),
}

crate::domain::words! {
    Named {
        All = "all",
        Pending = "pending",
        Completed = "completed",
        Cancelled = "cancelled",
        Confirmed = "confirmed",
        Finished = "finished",
        Waitlist = "waitlist",
        NoShow = "no_show",
    }
}

/// The words of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    All,
    Pending,
    Completed,
    Cancelled,
    Confirmed,
    Finished,
    Waitlist,
    NoShow,
}

impl From<Named> for Filter {
    fn from(named: Named) -> Self {
        match named {
            Named::All => Self::All,
            Named::Pending => Self::One(OrderStatus::Pending),
            Named::Completed | Named::Finished => Self::One(OrderStatus::Completed),
            Named::Cancelled => Self::One(OrderStatus::Cancelled),
            Named::Confirmed => Self::One(OrderStatus::Confirmed),
            Named::Waitlist => Self::One(OrderStatus::Waitlist),
            Named::NoShow => Self::One(OrderStatus::NoShow),
        }
    }
}

impl Filter {
    /// Reads `status`; `all` where it is absent.
    pub(in crate::api) fn read(fields: &mut Fields) -> Option<Self> {
        let named = fields.optional("status", &Choice::<Named>::new())?;
        Some(named.unwrap_or(Named::All).into())
    }

    /// The state, if one is asked for.
    pub(in crate::api) fn status(self) -> Option<OrderStatus> {
        match self {
            Self::All => None,
            Self::One(status) => Some(status),
        }
    }
}

/// The query.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the query; `Asked` is read from it")]
pub struct Parameters {
    /// `all` (default), `pending`, `confirmed`, `completed` (or `finished`), `cancelled`, `waitlist` or `no_show`.
    status: Option<String>,
    /// From 1.
    page: Option<i64>,
    /// 10 unless it says otherwise.
    page_size: Option<i64>,
}

/// What is asked for.
pub struct Asked {
    filter: Filter,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let filter = Filter::read(fields);
        let page = Page::read(fields, 10);
        Some(Self { filter: filter?, page: page? })
    }
}

/// An order as it is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = Appointment)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    id: OrderId,
    order_no: String,
    hospital_id: AreaId,
    hospital_name: String,
    department_id: MinorId,
    department_name: String,
    doctor_name: String,
    doctor_title: String,
    schedule_id: ScheduleId,
    appointment_date: Day,
    appointment_time: Section,
    patient_name: String,
    patient_id: PatientId,
    /// Absent while it waits for a slot.
    queue_number: Option<i64>,
    price: Money,
    status: OrderStatus,
    payment_status: Payment,
    /// Whether the caller may still call it off.
    can_cancel: bool,
    /// Never: an order is called off and made anew.
    can_reschedule: bool,
    symptoms: Option<String>,
    created_at: String,
}

/// A page of orders, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Appointments {
    total: i64,
    page: i64,
    page_size: i64,
    list: Vec<Item>,
}

/// List the caller's orders
#[utoipa::path(
    get, path = "/appointments", operation_id = "list_appointments", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(Parameters),
    responses((status = 200, description = "The newest first", body = Answer<Appointments>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_appointments(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<Appointments>, Failure> {
    sweep::run(Scope::Account(viewer.account), &now)?;
    let wanted = Wanted { account: Some(viewer.account), status: asked.filter.status(), ..Wanted::default() };
    let (total, listed) = listing::page(&wanted, asked.page, &Database)?;
    access::touch(listed.iter().map(|listed| listed.order.patient))?;
    let mut chains = Chains::default();
    let list = listed.into_iter().map(|listed| shown(listed, &mut chains, &now)).collect::<Result<_, _>>()?;
    Ok(ok(Appointments { total, page: asked.page.page, page_size: asked.page.page_size, list }))
}

/// Until when orders of a schedule can be called off; each is looked up once.
#[derive(Default)]
pub struct Chains(BTreeMap<ScheduleId, bool>);

impl Chains {
    /// Whether an order can still be called off by who booked it.
    fn in_time(&mut self, listed: &Listed, now: &Now) -> Result<bool, Failure> {
        let place = &listed.order.place;
        if let Some(known) = self.0.get(&place.schedule) {
            return Ok(*known);
        }
        let (times, rules) = Times::with_rules(place, now, &Database)?;
        let in_time = now.at < times.deadline(rules.cancel_hours_before);
        self.0.insert(place.schedule, in_time);
        Ok(in_time)
    }
}

/// An order as it is listed.
pub fn shown(listed: Listed, chains: &mut Chains, now: &Now) -> Result<Item, Failure> {
    let status = listed.order.status;
    let can_cancel = match status {
        OrderStatus::Waitlist => true,
        OrderStatus::Pending | OrderStatus::Confirmed => !listed.order.is_called && chains.in_time(&listed, now)?,
        _ => false,
    };
    let Listed { order, hospital_name, department_name, doctor_name, doctor_title, patient_name } = listed;
    Ok(Item {
        id: order.id,
        order_no: order.order_no,
        hospital_id: order.place.area,
        hospital_name,
        department_id: order.place.dept,
        department_name,
        doctor_name,
        doctor_title,
        schedule_id: order.place.schedule,
        appointment_date: order.place.day,
        appointment_time: order.place.section,
        patient_name,
        patient_id: order.patient,
        queue_number: order.queue_number,
        price: order.price,
        status,
        payment_status: order.payment,
        can_cancel,
        can_reschedule: false,
        symptoms: order.symptoms,
        created_at: now.local_spaced(order.created_at),
    })
}
