//! `GET /doctor/consultation/queue`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::{QueuePatient, ScheduleInfo, own_shift, shown};
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{OrderStatus, ScheduleId};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::orders::Times;
use crate::store::queue::{self, Queued};
use crate::sweep::{self, Scope};

/// What is asked for.
pub struct Asked(ScheduleId);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("schedule_id", &Number(ScheduleId)).map(Self)
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueStats {
    /// Slots of the shift.
    total_slots: i64,
    /// Checked in or called, and not yet completed.
    confirmed_count: usize,
    /// On the waiting list.
    waitlist_count: usize,
    /// Seen.
    completed_count: usize,
    /// Not yet called.
    waiting_count: usize,
    /// Called, and nobody came; they are in the queue again.
    passed_count: usize,
}

/// The queue of a shift.
#[derive(Serialize, ToSchema)]
#[schema(as = Queue)]
#[serde(rename_all = "camelCase")]
pub struct State {
    stats: QueueStats,
    schedule_info: ScheduleInfo,
    /// Who is being seen.
    current_patient: Option<QueuePatient>,
    /// Who is called next.
    next_patient: Option<QueuePatient>,
    /// Who waits, in the order in which they are called.
    queue: Vec<QueuePatient>,
    /// Who waits for a slot.
    waitlist: Vec<QueuePatient>,
    /// Who was seen, in that order.
    completed_queue: Vec<QueuePatient>,
}

/// Show the queue of one of the doctor's shifts
#[utoipa::path(
    get, path = "/doctor/consultation/queue", operation_id = "consultation_queue", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("schedule_id" = i64, Query, description = "The shift")),
    responses((status = 200, description = "The queue", body = Answer<State>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn consultation_queue(
    viewer: Viewer,
    now: Now,
    Query(Asked(schedule)): Query<Asked>,
) -> Result<Answer<State>, Failure> {
    let shift = own_shift(schedule, viewer.doctor()?)?;
    sweep::run(Scope::Schedule(schedule), &now)?;
    let all = queue::of_schedule(schedule, &Database)?;
    access::touch(all.iter().map(|queued| queued.order.patient))?;
    let times = all.first().map(|queued| Times::of(&queued.order.place, &now, &Database)).transpose()?;
    let show = |queued: &Queued| times.as_ref().map(|times| shown(queued, times, &now));
    let those = |which: fn(&Queued) -> bool| all.iter().filter(move |queued| which(queued));
    let waiting: Vec<_> = those(waits).filter_map(show).collect();
    let mut completed: Vec<_> = those(|queued| queued.order.status == OrderStatus::Completed).collect();
    completed.sort_by_key(|queued| queued.order.completed_at);
    Ok(ok(State {
        stats: stats(shift.total_slots, &all),
        schedule_info: (&shift).into(),
        current_patient: those(|queued| queued.order.is_called).find_map(show),
        next_patient: waiting.first().cloned(),
        queue: waiting,
        waitlist: those(|queued| queued.order.status == OrderStatus::Waitlist).filter_map(show).collect(),
        completed_queue: completed.into_iter().filter_map(show).collect(),
    }))
}

fn waits(queued: &Queued) -> bool {
    matches!(queued.order.status, OrderStatus::Pending | OrderStatus::Confirmed) && !queued.order.is_called
}

fn stats(total_slots: i64, all: &[Queued]) -> QueueStats {
    let count = |which: fn(&Queued) -> bool| all.iter().filter(|queued| which(queued)).count();
    QueueStats {
        total_slots,
        confirmed_count: count(|queued| queued.order.status == OrderStatus::Confirmed),
        waitlist_count: count(|queued| queued.order.status == OrderStatus::Waitlist),
        completed_count: count(|queued| queued.order.status == OrderStatus::Completed),
        waiting_count: count(|queued| waits(queued) && queued.order.pass_count == 0),
        passed_count: count(|queued| waits(queued) && queued.order.pass_count > 0),
    }
}
