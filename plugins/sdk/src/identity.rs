//! Accounts of this plugin's domain, their passwords and tokens. The functions are the contract's own.

use serde::de::DeserializeOwned;

use crate::failure::{Problem, ProblemKind};

pub use crate::bindings::ward::plugin::identity::{
    Account, AccountChange, AccountFilter, Error, Login, LoginKind, NewAccount, Tokens, create, get, issue,
    list_accounts, refresh, revoke, set_password, update, verify,
};

impl Account {
    /// The login of this kind, if the account has one.
    #[must_use]
    pub fn login(&self, kind: LoginKind) -> Option<&str> {
        self.logins.iter().find(|login| login.kind == kind).map(|login| login.value.as_str())
    }

    /// An attribute, unless it is absent or of another type.
    #[must_use]
    pub fn attribute<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (_, json) = self.attributes.iter().find(|(held, _)| held == name)?;
        serde_json::from_str(json).ok()
    }
}

/// For plugins without errors of their own. What a client may do about it is said, the rest is not.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(ProblemKind::NotFound, "There is no such account."),
            Error::Taken(_) => Self::new(ProblemKind::Malformed, "This login is already in use."),
            Error::Invalid(why) => Self::new(ProblemKind::Malformed, why),
            Error::BadCredentials => Self::new(ProblemKind::Unauthenticated, "Login or password is wrong."),
            Error::Locked(seconds) => Self {
                retry_after_seconds: Some(seconds),
                ..Self::new(ProblemKind::TooManyRequests, "Too many failures; try again later.")
            },
            Error::Overloaded | Error::Unavailable => Self::unavailable(),
            Error::Denied(_) => Self::new(ProblemKind::Forbidden, "This is not allowed."),
        }
    }
}
