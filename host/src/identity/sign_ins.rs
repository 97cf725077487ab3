//! How sign-ins end, counted for the operators.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::IdentityError;

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignIn {
    /// The password was right.
    Success,
    /// The login or the password was wrong, or the account is not active there.
    Failure,
    /// Too many failures came before.
    Locked,
    /// Too many sign-ins came at once.
    Overloaded,
    /// It could not be tried.
    Error,
}

impl SignIn {
    /// The value of its label.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Locked => "locked",
            Self::Overloaded => "overloaded",
            Self::Error => "error",
        }
    }
}

/// Sign-ins by domain and end.
#[derive(Debug, Default)]
pub(super) struct SignIns(Mutex<BTreeMap<(String, SignIn), u64>>);

impl SignIns {
    /// A sign-in ended. A password's check takes a thousand times as long as this lock.
    pub(super) fn ended<T>(&self, domain: &str, result: &Result<T, IdentityError>) {
        let end = match result {
            Ok(_) => SignIn::Success,
            Err(IdentityError::Locked(_)) => SignIn::Locked,
            Err(IdentityError::Overloaded) => SignIn::Overloaded,
            Err(IdentityError::BadCredentials) => SignIn::Failure,
            Err(_) => SignIn::Error,
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((domain.to_owned(), end)).or_default() += 1;
    }

    /// All of them.
    pub(super) fn counts(&self) -> Vec<((String, SignIn), u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(key, count)| (key.clone(), *count)).collect()
    }
}
