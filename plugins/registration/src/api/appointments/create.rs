//! `POST /appointments`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::booking::Waiting;
use crate::domain::{Day, Money, OrderId, OrderStatus, PatientId, Payment, ScheduleId, Section};
use crate::failure::Failure;
use crate::input::{Body, Bool, Fields, Number, Read, Text};
use crate::orders::{self, Booked, Wish};

/// What is to be booked.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = AppointmentFields, example = json!({"scheduleId": 123, "patientId": 5, "symptoms": "头痛发热"}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct AppointmentBody {
    /// The schedule.
    schedule_id: i64,
    /// One of the caller's persons.
    patient_id: i64,
    /// What the patient complains of.
    #[schema(max_length = 2000)]
    symptoms: Option<String>,
    /// Whether to wait for a slot where none is free: `false` unless it says otherwise.
    waitlist: Option<bool>,
}

/// An order to be.
pub struct New {
    schedule: ScheduleId,
    patient: PatientId,
    symptoms: Option<String>,
    waitlist: bool,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let schedule = fields.required("scheduleId", &Number(ScheduleId));
        let patient = fields.required("patientId", &Number(PatientId));
        let symptoms = fields.optional("symptoms", &Text::lines(2000).or_blank());
        let waitlist = fields.optional("waitlist", &Bool);
        let symptoms = symptoms?.filter(|text| !text.trim().is_empty());
        Some(Self { schedule: schedule?, patient: patient?, symptoms, waitlist: waitlist?.unwrap_or(false) })
    }
}

/// A new order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its number.
    id: OrderId,
    /// The number to show.
    #[schema(example = "2025112012345678")]
    order_no: String,
    /// Its place in the queue, or on the waiting list.
    queue_number: i64,
    /// Whether something is to be paid.
    need_pay: bool,
    /// What it costs.
    pay_amount: Money,
    /// The day of the visit.
    appointment_date: Day,
    /// Its part of the day.
    appointment_time: Section,
    /// `pending`, or `waitlist`.
    status: OrderStatus,
    /// `pending`: it is paid at the desk.
    payment_status: Payment,
}

impl From<Booked> for Created {
    fn from(booked: Booked) -> Self {
        Self {
            id: booked.id,
            order_no: booked.order_no,
            queue_number: booked.number,
            need_pay: booked.status == OrderStatus::Pending && booked.price.is_positive(),
            pay_amount: booked.price,
            appointment_date: booked.place.day,
            appointment_time: booked.place.section,
            status: booked.status,
            payment_status: Payment::Pending,
        }
    }
}

/// Book a schedule
///
/// Takes a slot of the schedule for one of the caller's persons. Refused with code 1001 where no slot is
/// free (with `waitlist` the order waits for one); with 1003 where the patient already has an order for the
/// schedule, has booked too much in the period, too close to another order in the department, or failed to
/// come too often; with 99 where the schedule is 停诊, over, or cannot be booked yet or any more; with 102
/// where the account is banned from booking.
#[utoipa::path(
    post, path = "/appointments", operation_id = "create_appointment", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    request_body = AppointmentBody,
    responses((status = 200, description = "The new order", body = Answer<Created>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn create_appointment(viewer: Viewer, now: Now, Body(new): Body<New>) -> Result<Answer<Created>, Failure> {
    access::touch([new.patient])?;
    let wish = Wish {
        schedule: new.schedule,
        patient: new.patient,
        account: viewer.account,
        symptoms: new.symptoms,
        waiting: if new.waitlist { Waiting::IfFull } else { Waiting::No },
    };
    Ok(ok(orders::book(&wish, &now)?.into()))
}
