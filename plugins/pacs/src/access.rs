//! Who asks, and what of the records it may see.
//!
//! The host has already decided that the caller may call the operation; which records it may see and
//! change is decided here, by the domain's policies for a single record, by a scope in SQL for lists.
//! A record beyond what the caller may see does not exist for it (404): a number must not tell whether
//! a study was ever made elsewhere. 403 is for what a caller may not do at all, or not to a record that it sees.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ward_sdk::{Caller, audit, policy};

use crate::domain::{AccountId, CentreId, Role, StudyId};
use crate::failure::Failure;
use crate::store::instances::Kept;
use crate::store::reports::Filed;
use crate::store::studies::Study;
use crate::store::users::{CENTRE, User};

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Its account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// The centre it belongs to.
    pub centre: Option<CentreId>,
}

/// The scope of callers that should belong to a centre and do not: no record is in it.
const NO_CENTRE: CentreId = CentreId(0);

impl Viewer {
    /// The centre that lists are restricted to; none where the caller sees all.
    #[must_use]
    pub fn scope(&self) -> Option<CentreId> {
        self.role.belongs_to_centre().then(|| self.centre.unwrap_or(NO_CENTRE))
    }

    fn of(caller: &Caller) -> Option<Self> {
        let centre = caller.attributes.get(CENTRE).and_then(serde_json::Value::as_i64).map(CentreId);
        Some(Self { account: AccountId(caller.account), role: Role::of(&caller.roles)?, centre })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let caller = caller.map_err(|_| Failure::Unauthenticated)?;
        Self::of(&caller).ok_or(Failure::Forbidden)
    }
}

/// The study, if there is one and the caller may see it.
pub fn visible_study(study: Option<Study>) -> Result<Study, Failure> {
    let missing = Failure::NotFound("Study");
    touch(study.iter().map(|study| study.id))?;
    visible(study, Study::entity, missing)
}

/// The file, if there is its study and the caller may see that.
pub fn visible_file(file: Option<Kept>) -> Result<Kept, Failure> {
    touch(file.iter().map(|file| file.study))?;
    visible(file, Kept::study, Failure::NotFound("Study"))
}

/// The report, if there is one and the caller may see it.
pub fn visible_report(report: Option<Filed>) -> Result<Filed, Failure> {
    touch(report.iter().map(|filed| filed.report.study_id))?;
    audit::touch("report", report.iter().map(|filed| filed.report.id.0))?;
    visible(report, Filed::entity, Failure::NotFound("Report"))
}

/// Names in the audit whose data the request touches, or would have. This API has no number for a patient:
/// it is the patient of a study.
pub fn touch(studies: impl IntoIterator<Item = StudyId>) -> Result<(), Failure> {
    Ok(audit::patients(studies.into_iter().map(|study| format!("study:{}", study.0)))?)
}

/// The user, if the caller may see it.
pub fn visible_user(user: User) -> Result<User, Failure> {
    visible(Some(user), User::entity, Failure::NotFound("User"))
}

fn visible<T>(record: Option<T>, entity: fn(&T) -> policy::Entity, missing: Failure) -> Result<T, Failure> {
    let Some(record) = record else { return Err(missing) };
    if policy::allows("view", &entity(&record))? { Ok(record) } else { Err(missing) }
}

#[cfg(test)]
mod tests {
    use super::{NO_CENTRE, Viewer};
    use crate::domain::{AccountId, CentreId, Role};
    use serde_json::json;
    use ward_sdk::Caller;

    fn viewer(role: &str, centre: serde_json::Value) -> Option<Viewer> {
        let attributes = serde_json::Map::from_iter([("centre_id".to_owned(), centre)]);
        Viewer::of(&Caller { account: 4, login: "x".to_owned(), roles: vec![role.to_owned()], attributes })
    }

    #[test]
    fn callers_are_read_from_roles_and_attributes() {
        let technician = viewer("technician", json!(3)).expect("a role of ours");
        assert_eq!(technician, Viewer { account: AccountId(4), role: Role::Technician, centre: Some(CentreId(3)) });
        assert_eq!(viewer("other", json!(3)), None);
    }

    #[test]
    fn only_those_of_a_centre_are_restricted_and_never_to_nothing() {
        let scope = |role, centre| viewer(role, centre).and_then(|viewer| viewer.scope());
        assert_eq!(scope("admin", json!(3)), None);
        assert_eq!(scope("radiologist", json!(null)), None);
        assert_eq!(scope("technician", json!(3)), Some(CentreId(3)));
        assert_eq!(scope("diagnostic_centre", json!(null)), Some(NO_CENTRE));
        assert_eq!(scope("technician", json!("3")), Some(NO_CENTRE));
    }
}
