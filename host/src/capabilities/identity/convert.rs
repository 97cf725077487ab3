//! Between the contract's records and the host's.

use super::wit;
use crate::identity::{self, IdentityError};

pub(super) fn error(error: IdentityError) -> wit::Error {
    match error {
        IdentityError::Denied(why) => wit::Error::Denied(why.to_owned()),
        IdentityError::NotFound => wit::Error::NotFound,
        IdentityError::Taken(kind) => wit::Error::Taken(kind.into()),
        IdentityError::Invalid(why) => wit::Error::Invalid(why.to_owned()),
        IdentityError::BadCredentials => wit::Error::BadCredentials,
        IdentityError::Locked(seconds) => wit::Error::Locked(seconds),
        IdentityError::Overloaded => wit::Error::Overloaded,
        // What failed is the operator's to know, not the guest's.
        error @ (IdentityError::Sql(_) | IdentityError::Internal(_) | IdentityError::Key(_)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "accounts failed");
            wit::Error::Unavailable
        }
    }
}

impl From<wit::LoginKind> for identity::LoginKind {
    fn from(kind: wit::LoginKind) -> Self {
        match kind {
            wit::LoginKind::Username => Self::Username,
            wit::LoginKind::Email => Self::Email,
            wit::LoginKind::Phone => Self::Phone,
            wit::LoginKind::StaffId => Self::StaffId,
        }
    }
}

impl From<identity::LoginKind> for wit::LoginKind {
    fn from(kind: identity::LoginKind) -> Self {
        match kind {
            identity::LoginKind::Username => Self::Username,
            identity::LoginKind::Email => Self::Email,
            identity::LoginKind::Phone => Self::Phone,
            identity::LoginKind::StaffId => Self::StaffId,
        }
    }
}

impl From<wit::Login> for identity::Login {
    fn from(login: wit::Login) -> Self {
        Self { kind: login.kind.into(), value: login.value }
    }
}

impl From<identity::Login> for wit::Login {
    fn from(login: identity::Login) -> Self {
        Self { kind: login.kind.into(), value: login.value }
    }
}

impl From<identity::Account> for wit::Account {
    fn from(account: identity::Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            logins: account.logins.into_iter().map(Into::into).collect(),
            active: account.active,
            created: account.created,
            roles: account.roles,
            attributes: account.attributes,
        }
    }
}

impl From<wit::NewAccount> for identity::NewAccount {
    fn from(new: wit::NewAccount) -> Self {
        Self {
            name: new.name,
            logins: new.logins.into_iter().map(Into::into).collect(),
            password: new.password,
            roles: new.roles,
            attributes: new.attributes,
        }
    }
}

impl From<wit::AccountChange> for identity::Change {
    fn from(change: wit::AccountChange) -> Self {
        Self {
            name: change.name,
            logins: change.logins.into_iter().map(Into::into).collect(),
            active: change.active,
            roles: change.roles,
            attributes: change.attributes,
        }
    }
}

impl From<wit::AccountFilter> for identity::Filter {
    fn from(filter: wit::AccountFilter) -> Self {
        Self {
            role: filter.role,
            attribute: filter.attribute,
            active: filter.active,
            skip: filter.skip,
            limit: filter.limit,
        }
    }
}

impl From<identity::Tokens> for wit::Tokens {
    fn from(tokens: identity::Tokens) -> Self {
        Self {
            access: tokens.access,
            access_seconds: tokens.access_seconds,
            refresh: tokens.refresh,
            refresh_seconds: tokens.refresh_seconds,
        }
    }
}
