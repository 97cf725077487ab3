//! Whose configuration is meant.

use ward_sdk::sql::Connection;

use crate::domain::{ClinicId, DoctorId, MinorId, words};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Int, Read};
use crate::store::config::Scope;
use crate::store::{clinics, departments, doctors};

/// The words for scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Global,
    Minor,
    Clinic,
    Doctor,
}

words! {
    Kind { Global = "GLOBAL", Minor = "MINOR_DEPT", Clinic = "CLINIC", Doctor = "DOCTOR" }
}

/// The scope that a query names; without one the hospital.
pub struct AskedScope(pub Scope);

impl Read for AskedScope {
    fn read(fields: &mut Fields) -> Option<Self> {
        let kind = fields.optional("scope_type", &Choice::<Kind>::new());
        let id = fields.optional("scope_id", &Int::at_least(0))?;
        let kind = kind?.unwrap_or(Kind::Global);
        let scope = match (kind, id) {
            (Kind::Global, _) => Scope::Global,
            (_, None) => {
                fields.refuse("scope_id", "不能为空");
                return None;
            }
            (Kind::Minor, Some(id)) => Scope::Minor(MinorId(id)),
            (Kind::Clinic, Some(id)) => Scope::Clinic(ClinicId(id)),
            (Kind::Doctor, Some(id)) => Scope::Doctor(DoctorId(id)),
        };
        Some(Self(scope))
    }
}

/// Refuses a scope that does not exist.
pub fn check(scope: Scope, within: &impl Connection) -> Result<(), Failure> {
    let (there, missing) = match scope {
        Scope::Global => (true, ""),
        Scope::Minor(id) => (departments::find_minor(id, within)?.is_some(), "小科室不存在"),
        Scope::Clinic(id) => (clinics::find(id, within)?.is_some(), "门诊不存在"),
        Scope::Doctor(id) => (doctors::find(id, within)?.is_some(), "医生不存在"),
    };
    if there { Ok(()) } else { Err(Failure::missing(missing)) }
}
