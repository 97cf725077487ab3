//! The accounts of this domain as rows, and their sign-ins.

use ward_sdk::identity::Account;
use ward_sdk::sql::{self, Connection, params};

use super::accounts;
use crate::domain::{AccountId, Role, Timestamp};

/// Sees to it that an account has its row. Tells whether it had none.
pub fn ensure(account: &Account, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let Some(role) = Role::of(&account.roles) else { return Ok(false) };
    let made = within.execute(
        "INSERT INTO member (id, role, username, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
        &params![account.id, role, accounts::shown_name(account), now],
    )?;
    Ok(made == 1)
}

/// What an account is called from now on.
pub fn rename(id: AccountId, username: &str, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE member SET username = $2 WHERE id = $1", &params![id, username])?;
    Ok(())
}

/// That an account is deleted; the first time counts.
pub fn mark_deleted(id: AccountId, at: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE member SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL", &params![id, at])?;
    Ok(())
}

/// Notes a sign-in.
pub fn signed_in(id: i64, at: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("INSERT INTO sign_in (account, at) VALUES ($1, $2)", &params![id, at])?;
    Ok(())
}
