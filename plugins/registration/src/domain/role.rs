//! Roles.

use crate::domain::Word as _;

/// What an account may do here. Of several roles the first of this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Manages everything but the audits of a department's head.
    Admin,
    /// Sees its own schedules and patients; a department's head also manages the department's.
    Doctor,
    /// Books for its own persons.
    Patient,
}

crate::domain::words! {
    Role { Admin = "admin", Doctor = "doctor", Patient = "patient" }
}

impl Role {
    /// The role that counts among those of an account.
    #[must_use]
    pub fn of(roles: &[String]) -> Option<Self> {
        roles.iter().filter_map(|role| Self::parse(role)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn the_strongest_role_counts() {
        let of = |names: &[&str]| Role::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["patient", "admin"]), Some(Role::Admin));
        assert_eq!(of(&["patient", "doctor"]), Some(Role::Doctor));
        assert_eq!(of(&["something"]), None);
    }
}
