//! Roles.

use super::Word;

/// What an account may do here. An account has one of them; of several, the first of this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Full access; manages all users and centres.
    Admin,
    /// Sees all studies, writes and verifies reports.
    Radiologist,
    /// Manages the technicians of its centre, uploads and sees its studies.
    DiagnosticCentre,
    /// Uploads and sees the studies of its centre.
    Technician,
}

impl Role {
    /// The role that counts among those of an account.
    #[must_use]
    pub fn of(roles: &[String]) -> Option<Self> {
        roles.iter().filter_map(|role| Self::parse(role)).min()
    }

    /// Whether accounts of this role belong to a centre and see nothing beyond it.
    #[must_use]
    pub fn belongs_to_centre(self) -> bool {
        matches!(self, Self::DiagnosticCentre | Self::Technician)
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn the_strongest_role_counts() {
        let roles = |names: &[&str]| Role::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(roles(&["technician", "admin"]), Some(Role::Admin));
        assert_eq!(roles(&["technician", "diagnostic_centre"]), Some(Role::DiagnosticCentre));
        assert_eq!(roles(&["something"]), None);
        assert_eq!(roles(&[]), None);
    }
}
