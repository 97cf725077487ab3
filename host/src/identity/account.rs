//! What a plugin says and hears about accounts.

use super::Login;

/// An account as one domain sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// The person's name.
    pub name: String,
    /// Ordered by kind.
    pub logins: Vec<Login>,
    /// Whether it may sign in to this domain.
    pub active: bool,
    /// Milliseconds since 1970, UTC.
    pub created: i64,
    /// Roles in this domain, ordered.
    pub roles: Vec<String>,
    /// Attributes in this domain, ordered: name and JSON value.
    pub attributes: Vec<(String, String)>,
}

/// An account to be created.
#[derive(Clone)]
pub struct NewAccount {
    /// The person's name.
    pub name: String,
    /// At least one.
    pub logins: Vec<Login>,
    /// 4 to 256 characters.
    pub password: String,
    /// At least one of the domain's.
    pub roles: Vec<String>,
    /// Name and JSON value; `null` is left out.
    pub attributes: Vec<(String, String)>,
}

/// What to change; absent stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The person's name.
    pub name: Option<String>,
    /// Replaces the logins of the kinds named here, keeps the others.
    pub logins: Vec<Login>,
    /// `false` ends all of the account's tokens at once.
    pub active: Option<bool>,
    /// Replaces all roles in this domain.
    pub roles: Option<Vec<String>>,
    /// Replaces those named here, keeps the others; JSON `null` removes one.
    pub attributes: Vec<(String, String)>,
}

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those with this role.
    pub role: Option<String>,
    /// Those with this attribute: name and JSON value.
    pub attribute: Option<(String, String)>,
    /// Those that may, or may not, sign in.
    pub active: Option<bool>,
    /// How many to leave out at the beginning.
    pub skip: u32,
    /// How many at most, 10,000 or fewer.
    pub limit: u32,
}

/// A pair of tokens.
#[derive(Clone)]
pub struct Tokens {
    /// Opens operations.
    pub access: String,
    /// Its life.
    pub access_seconds: u32,
    /// Is traded for the next pair, once.
    pub refresh: String,
    /// Its life.
    pub refresh_seconds: u32,
}
