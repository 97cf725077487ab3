//! Who asks.
//!
//! The host has already decided that the caller may call the operation; which records it may see and
//! change is decided by the handlers. A record that is another's is answered as one that does not exist.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use ward_sdk::sql::Connection;
use ward_sdk::{Caller, audit};

use crate::domain::{AccountId, DoctorId, PatientId, Role};
use crate::failure::Failure;
use crate::store::doctors::{self, Doctor};

/// The attribute that holds the doctor whom an account belongs to.
pub const DOCTOR: &str = "doctor_id";

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Its account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// The doctor it is, if it is one.
    pub doctor: Option<DoctorId>,
}

impl Viewer {
    /// Whether it is an administrator.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// The doctor it is.
    pub fn doctor(&self) -> Result<DoctorId, Failure> {
        self.doctor.ok_or_else(|| Failure::forbidden("仅医生可访问"))
    }

    fn of(caller: &Caller) -> Option<Self> {
        let doctor = caller.attributes.get(DOCTOR).and_then(serde_json::Value::as_i64).map(DoctorId);
        Some(Self { account: AccountId(caller.account), role: Role::of(&caller.roles)?, doctor })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let caller = parts.extensions.get::<Caller>().ok_or_else(Failure::unauthenticated)?;
        Self::of(caller).ok_or_else(|| Failure::forbidden("无权限"))
    }
}

/// Names in the audit whose data the request touches, or would have.
pub fn touch(patients: impl IntoIterator<Item = PatientId>) -> Result<(), Failure> {
    Ok(audit::patients(patients.into_iter().map(|id| id.0))?)
}

/// The caller as a head of a department.
pub fn head(viewer: &Viewer, within: &impl Connection) -> Result<Doctor, Failure> {
    let doctor = doctors::find(viewer.doctor()?, within)?;
    doctor.filter(|doctor| doctor.is_head).ok_or_else(|| Failure::forbidden("仅科室长可操作"))
}

/// Where anybody may call: nobody, or somebody with a role here.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Failure> {
        Ok(parts.extensions.get::<Caller>().and_then(Self::of))
    }
}

#[cfg(test)]
mod tests {
    use super::Viewer;
    use crate::domain::{AccountId, DoctorId, Role};
    use serde_json::json;
    use ward_sdk::Caller;

    fn viewer(role: &str, doctor: serde_json::Value) -> Option<Viewer> {
        let attributes = serde_json::Map::from_iter([("doctor_id".to_owned(), doctor)]);
        Viewer::of(&Caller { account: 4, login: "x".to_owned(), roles: vec![role.to_owned()], attributes })
    }

    #[test]
    fn callers_are_read_from_roles_and_attributes() {
        let doctor = viewer("doctor", json!(3)).expect("a role of ours");
        assert_eq!(doctor, Viewer { account: AccountId(4), role: Role::Doctor, doctor: Some(DoctorId(3)) });
        assert_eq!(viewer("other", json!(3)), None);
    }

    #[test]
    fn who_is_no_doctor_is_told_so() {
        let patient = viewer("patient", json!(null)).expect("a role of ours");
        assert_eq!(patient.doctor().map_err(|failure| failure.code), Err(102));
    }
}
