//! What configuration and prices hold for.

use ward_sdk::sql::{ToValue as _, Value};

use crate::domain::{ClinicId, DoctorId, MinorId};

/// One scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The hospital.
    Global,
    /// A minor department.
    Minor(MinorId),
    /// A clinic.
    Clinic(ClinicId),
    /// A doctor.
    Doctor(DoctorId),
}

impl Scope {
    /// Its kind, as the database has it.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Global => "GLOBAL",
            Self::Minor(_) => "MINOR_DEPT",
            Self::Clinic(_) => "CLINIC",
            Self::Doctor(_) => "DOCTOR",
        }
    }

    /// The number of what it is; 0 of the hospital.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            Self::Global => 0,
            Self::Minor(id) => id.0,
            Self::Clinic(id) => id.0,
            Self::Doctor(id) => id.0,
        }
    }

    /// The chain that ends here.
    #[must_use]
    pub fn chain(self) -> Chain {
        match self {
            Self::Global => Chain::default(),
            Self::Minor(id) => Chain { minor: Some(id), ..Chain::default() },
            Self::Clinic(id) => Chain { clinic: Some(id), ..Chain::default() },
            Self::Doctor(id) => Chain { doctor: Some(id), ..Chain::default() },
        }
    }

    /// Where a kind stands in the order in which scopes are asked.
    pub(in crate::store) fn rank(kind: &str) -> usize {
        ["DOCTOR", "CLINIC", "MINOR_DEPT", "GLOBAL"].iter().position(|known| *known == kind).unwrap_or(usize::MAX)
    }
}

/// The scopes that a decision lies in, each before the next; the hospital's always follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The doctor's own.
    pub doctor: Option<DoctorId>,
    /// The clinic's.
    pub clinic: Option<ClinicId>,
    /// The minor department's.
    pub minor: Option<MinorId>,
}

impl Chain {
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        let own = [self.doctor.map(Scope::Doctor), self.clinic.map(Scope::Clinic), self.minor.map(Scope::Minor)];
        own.into_iter().flatten().chain([Scope::Global])
    }

    /// A condition on `scope_type` and `scope_id`, with its parameters from `$1` on.
    pub(in crate::store) fn condition(&self) -> (String, Vec<Value>) {
        let mut parameters = Vec::new();
        let clauses: Vec<String> = self
            .scopes()
            .map(|scope| {
                parameters.extend([scope.kind().to_value(), scope.id().to_value()]);
                let last = parameters.len();
                format!("(scope_type = ${} AND scope_id = ${last})", last - 1)
            })
            .collect();
        (clauses.join(" OR "), parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, Scope};
    use crate::domain::{ClinicId, DoctorId};

    #[test]
    fn a_chain_ends_with_the_hospital() {
        let chain = Chain { doctor: Some(DoctorId(7)), clinic: Some(ClinicId(3)), minor: None };
        assert_eq!(
            chain.scopes().collect::<Vec<_>>(),
            [Scope::Doctor(DoctorId(7)), Scope::Clinic(ClinicId(3)), Scope::Global]
        );
        let (condition, parameters) = Chain::default().condition();
        assert_eq!(condition, "(scope_type = $1 AND scope_id = $2)");
        assert_eq!(parameters.len(), 2);
    }

    #[test]
    fn a_doctor_goes_before_a_clinic_before_a_department_before_the_hospital() {
        let ranks = ["DOCTOR", "CLINIC", "MINOR_DEPT", "GLOBAL"].map(Scope::rank);
        assert!(ranks.is_sorted());
    }
}
