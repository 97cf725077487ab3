//! `GET /attendance/absent-statistics`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::mark::{DateRange, Span};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Day, DoctorId, ScheduleId, Section};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::attendance::{self, Absence, Summary};

/// Days of one answer.
const MOST: i64 = 366;

/// Which absences.
pub struct Asked {
    span: Span,
    doctor: Option<DoctorId>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let span = Span::read(fields);
        let doctor = fields.optional("doctor_id", &Number(DoctorId));
        Some(Self { span: span?, doctor: doctor? })
    }
}

/// Absences.
#[derive(Debug, Serialize, ToSchema)]
pub struct Absences {
    date_range: DateRange,
    total_absent_count: i64,
    /// The latest shifts first; at most 10,000.
    absent_records: Vec<AbsentShift>,
    /// Those who were absent, those of most absences first.
    doctor_summary: Vec<DoctorSummary>,
}

/// An absence.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsentShift {
    record_id: i64,
    doctor_id: DoctorId,
    doctor_name: String,
    schedule_id: ScheduleId,
    schedule_date: Day,
    time_section: Section,
    clinic_name: String,
    /// `true`.
    is_absent: bool,
    /// The hospital's time.
    marked_at: String,
}

/// A doctor's absences.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoctorSummary {
    doctor_id: DoctorId,
    doctor_name: String,
    absent_count: i64,
    /// Shifts that were to be held.
    total_schedules: i64,
    /// Absences by shifts: 0 to 1.
    absence_rate: f64,
}

/// Absences of a span, in all and by doctor (二.10.3)
#[utoipa::path(
    get, path = "/attendance/absent-statistics", operation_id = "absent_statistics", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(
        ("start_date" = String, Query, description = "The first day"),
        ("end_date" = String, Query, description = "The last day; at most 366 in all"),
        ("doctor_id" = Option<i64>, Query, description = "Only this doctor's")
    ),
    responses((status = 200, description = "The absences", body = Answer<Absences>), Refusals)
)]
pub async fn absent_statistics(now: Now, Query(asked): Query<Asked>) -> Result<Answer<Absences>, Failure> {
    let Asked { span, doctor } = asked;
    if span.length() > MOST {
        return Err(Failure::refused("日期范围不能超过 366 天"));
    }
    let records = attendance::absences(span.start, span.end, doctor, &Database)?;
    let summaries = attendance::summaries(span.start, span.end, doctor, &Database)?;
    Ok(ok(Absences {
        date_range: span.into(),
        total_absent_count: summaries.iter().map(|summary| summary.absent_count).sum(),
        absent_records: records.into_iter().map(|absence| record(absence, &now)).collect(),
        doctor_summary: summaries.into_iter().map(summary).collect(),
    }))
}

fn record(absence: Absence, now: &Now) -> AbsentShift {
    AbsentShift {
        record_id: absence.id,
        doctor_id: absence.doctor_id,
        doctor_name: absence.doctor_name,
        schedule_id: absence.schedule_id,
        schedule_date: absence.day,
        time_section: absence.section,
        clinic_name: absence.clinic_name,
        is_absent: true,
        marked_at: now.local(absence.marked_at),
    }
}

fn summary(summary: Summary) -> DoctorSummary {
    #[expect(clippy::cast_precision_loss, reason = "counts of shifts")]
    let absence_rate = summary.absent_count as f64 / summary.total_schedules.max(1) as f64;
    DoctorSummary {
        doctor_id: summary.doctor_id,
        doctor_name: summary.doctor_name,
        absent_count: summary.absent_count,
        total_schedules: summary.total_schedules,
        absence_rate,
    }
}
