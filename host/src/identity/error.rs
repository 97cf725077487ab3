//! Why something was refused.

use super::LoginKind;
use crate::storage::SqlError;

/// Why an account could not be found, changed or signed in. Texts hold no value that a client sent.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Another domain's account, or the platform administrator's own affairs.
    #[error("denied: {0}")]
    Denied(&'static str),
    /// No such account in this domain.
    #[error("no such account")]
    NotFound,
    /// The login of this kind belongs to another account.
    #[error("the {} belongs to another account", .0.as_str())]
    Taken(LoginKind),
    /// A role, name, login, password or attribute that cannot be; says why.
    #[error("{0}")]
    Invalid(&'static str),
    /// Unknown login, wrong password, deactivated, or a refresh token that is none: the same for all.
    #[error("bad credentials")]
    BadCredentials,
    /// Too many failures; seconds to wait.
    #[error("too many failures, locked for {0} s")]
    Locked(u32),
    /// Too many sign-ins at once.
    #[error("too many sign-ins at once")]
    Overloaded,
    /// The database refused or is away.
    #[error("accounts in the database")]
    Sql(#[from] SqlError),
    /// A failure of the host itself: a hash that is none, a task that panicked.
    #[error("{0}")]
    Internal(&'static str),
    /// The key that signs tokens cannot be read, made or used; names the file.
    #[error("signing key: {0}")]
    Key(String),
}

/// Why a bearer token opens nothing. A client is told no more than "unauthenticated".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No token of ours: malformed, too long, another algorithm, key, issuer or kind, a wrong signature.
    #[error("not a token of this host")]
    Forged,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// The account signed out, changed its password or was deactivated since.
    #[error("the token was revoked")]
    Revoked,
    /// The account may not sign in to this domain.
    #[error("the account is not active in this domain")]
    NotActive,
    /// The database is away and nothing is known about the account.
    #[error("accounts cannot be read")]
    Unavailable,
}
