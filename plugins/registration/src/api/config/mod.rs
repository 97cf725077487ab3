//! Configuration of booking and schedules, of the hospital or of one department, clinic or doctor.

mod scope;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use ward_sdk::sql::{self, Database};

use crate::alias::{Aliases as _, Also};
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::failure::Failure;
use crate::input::{Body, Query};
use crate::store::config::{self, Change, Discounts, Registration, ScheduleRules, ScopeChange};
use scope::AskedScope;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().also(&[Also::Under("/admin")], routes!(show_config, update_config))
}

/// What is configured.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Rules of booking.
    registration: Registration,
    /// Rules of schedules.
    schedule: ScheduleRules,
    /// Factors of the price by the patient's type.
    patient_identity_discounts: Discounts,
    /// Heads that a department may have.
    department_head_max_count: i64,
}

/// Show the configuration
///
/// As it holds in the scope: what the scope does not set, the hospital's configuration does, or the default.
#[utoipa::path(
    get, path = "/config", operation_id = "show_config", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(
        ("scope_type" = Option<String>, Query, description = "`GLOBAL` (default), `MINOR_DEPT`, `CLINIC` or `DOCTOR`"),
        ("scope_id" = Option<i64>, Query, description = "Number of the department, clinic or doctor"),
    ),
    responses((status = 200, description = "The configuration", body = Answer<Configuration>), Refusals)
)]
pub async fn show_config(Query(AskedScope(scope)): Query<AskedScope>) -> Result<Answer<Configuration>, Failure> {
    scope::check(scope, &Database)?;
    let chain = scope.chain();
    let registration = config::registration(&chain, &Database)?;
    Ok(ok(Configuration {
        registration,
        schedule: config::schedule(&chain, &Database)?,
        patient_identity_discounts: registration.discounts,
        department_head_max_count: config::department_head_max(&chain, &Database)?,
    }))
}

/// What to change; what is absent stays, `null` goes back to what is inherited.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConfigurationChange, example = json!({
    "registration": {"advanceBookingDays": 30, "noShowLimit": 5},
    "schedule": {"maxFutureDays": 90, "morningStart": "07:30"}
}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
struct ChangeBody {
    /// `advanceBookingDays` 1–90, `noShowLimit` 1–10, `cancelHoursBefore` 1–72, `sameClinicInterval` 1–30,
    /// `maxAppointmentsPerPeriod` 1–100, `appointmentPeriodDays` 1–90, `sameDayDeadline` HH:mm.
    #[schema(value_type = Object)]
    registration: Option<serde_json::Value>,
    /// `maxFutureDays` 7–180, `consultationDuration` 5–60, `intervalTime` 0–30, and the sections' times HH:mm.
    #[schema(value_type = Object)]
    schedule: Option<serde_json::Value>,
    /// `student`, `teacher`, `staff`, `external`: 0 to 1.
    #[schema(value_type = Object)]
    patient_identity_discounts: Option<serde_json::Value>,
    /// Heads that a department may have; counts for the hospital and for a department.
    #[schema(minimum = 1, maximum = 20)]
    department_head_max_count: Option<i64>,
}

/// Change the configuration
#[utoipa::path(
    put, path = "/config", operation_id = "update_config", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(
        ("scope_type" = Option<String>, Query, description = "`GLOBAL` (default), `MINOR_DEPT`, `CLINIC` or `DOCTOR`"),
        ("scope_id" = Option<i64>, Query, description = "Number of the department, clinic or doctor"),
    ),
    request_body = ChangeBody,
    responses((status = 200, description = "Changed", body = Answer<Done>), Refusals)
)]
pub async fn update_config(
    Query(AskedScope(scope)): Query<AskedScope>,
    Body(change): Body<Change>,
) -> Result<Answer<Done>, Failure> {
    if change.is_empty() {
        return Err(Failure::refused("至少需要提供一项配置"));
    }
    let change = ScopeChange { scope, change };
    sql::transaction(|tx| {
        scope::check(scope, tx)?;
        config::apply(&change, tx)?;
        match config::schedule(&scope.chain(), tx)?.disorder() {
            Some(wrong) => Err(Failure::refused(wrong)),
            None => Ok(()),
        }
    })?;
    Ok(done("配置更新成功"))
}
