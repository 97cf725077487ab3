//! `PATCH /studies/{study_id}/assign`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, Path, identity, policy, sql};

use crate::access;
use crate::api::docs::Refusals;
use crate::domain::{AccountId, Event, Role, StudyRef};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::studies::{self, Study};
use crate::store::users;

/// Who is to report on the study.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[schema(example = json!({"radiologist_id": 2}))]
pub struct Assignment {
    /// Number of an active user with the role `radiologist`.
    radiologist_id: AccountId,
}

impl Read for Assignment {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { radiologist_id: fields.required("radiologist_id", &Number(AccountId))? })
    }
}

/// Assign a study to a radiologist
///
/// The study passes from `uploaded` to `assigned`. Everyone who sees it may do this.
#[utoipa::path(
    patch, path = "/studies/{study_id}/assign", operation_id = "assign_study", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(("study_id" = String, Path, description = "Number of the study, or its 8 characters")),
    request_body = Assignment,
    responses((status = 200, description = "The study, assigned", body = Study), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn assign_study(
    Path(study): Path<StudyRef>,
    Body(assignment): Body<Assignment>,
) -> Result<Json<Study>, Failure> {
    sql::transaction(|within| {
        let mut study = access::visible_study(studies::find(&study, within)?)?;
        policy::authorize("assign", &study.entity())?;
        check_radiologist(assignment.radiologist_id)?;
        study.status = study.status.after(Event::Assign)?;
        study.assigned_radiologist_id = Some(assignment.radiologist_id);
        studies::update(&study, within)?;
        Ok(Json(study))
    })
}

fn check_radiologist(id: AccountId) -> Result<(), Failure> {
    let user = users::find(id).map_err(|error| match error {
        identity::Error::NotFound => Failure::NotFound("Radiologist"),
        other => other.into(),
    })?;
    match (user.role, user.is_active) {
        (Role::Radiologist, true) => Ok(()),
        (Role::Radiologist, false) => Err(Failure::refused("The radiologist is not active")),
        _ => Err(Failure::refused("The user is not a radiologist")),
    }
}
