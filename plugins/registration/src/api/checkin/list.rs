//! `GET /admin/appointments`.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use ward_sdk::sql::Database;

use crate::access;
use crate::answer::{Answer, ok};
use crate::api::appointments::{Chains, Filter, Item, shown};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Page, PatientId, ScheduleId};
use crate::failure::Failure;
use crate::input::{Date, Fields, Number, Query, Read};
use crate::store::listing::{self, Wanted};

/// The query.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the query; `Asked` is read from it")]
pub struct Parameters {
    /// Of this schedule.
    schedule_id: Option<i64>,
    /// Of this patient.
    patient_id: Option<i64>,
    /// For this day.
    date: Option<String>,
    /// `all` (default), `pending`, `confirmed`, `completed`, `cancelled`, `waitlist` or `no_show`.
    status: Option<String>,
    /// From 1.
    page: Option<i64>,
    /// 10 unless it says otherwise.
    page_size: Option<i64>,
}

/// What is asked for.
pub struct Asked {
    wanted: Wanted,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let schedule = fields.optional("scheduleId", &Number(ScheduleId));
        let patient = fields.optional("patientId", &Number(PatientId));
        let day = fields.optional("date", &Date);
        let filter = Filter::read(fields);
        let page = Page::read(fields, 10);
        let status = filter?.status();
        let wanted = Wanted { schedule: schedule?, patient: patient?, day: day?, status, ..Wanted::default() };
        Some(Self { wanted, page: page? })
    }
}

/// A page of orders, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllAppointments {
    total: i64,
    page: i64,
    page_size: i64,
    list: Vec<Item>,
}

/// List orders of all patients
#[utoipa::path(
    get, path = "/admin/appointments", operation_id = "list_all_appointments", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(Parameters),
    responses((status = 200, description = "The newest first", body = Answer<AllAppointments>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_all_appointments(
    now: Now,
    Query(Asked { wanted, page }): Query<Asked>,
) -> Result<Answer<AllAppointments>, Failure> {
    let (total, listed) = listing::page(&wanted, page, &Database)?;
    access::touch(listed.iter().map(|listed| listed.order.patient))?;
    let mut chains = Chains::default();
    let list = listed.into_iter().map(|listed| shown(listed, &mut chains, &now)).collect::<Result<_, _>>()?;
    Ok(ok(AllAppointments { total, page: page.page, page_size: page.page_size, list }))
}
