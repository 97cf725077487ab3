//! The accounts of one domain: what the plugin of that domain can do.

use std::sync::Arc;
use std::time::Duration;

use super::rows::{bounds, flag, int, text};
use super::token::{Grant, Kind};
use super::work::{detached, retry};
use super::{Account, HOST, IdentityError, Inner, Tokens, list};
use crate::storage::{Transaction, Value};

/// Accounts as the plugin of one domain sees them: those that hold, or held, a role there.
#[derive(Clone)]
pub struct Domain {
    pub(super) identity: Arc<Inner>,
    pub(super) name: Arc<str>,
    pub(super) roles: Arc<[String]>,
    access_seconds: u32,
    refresh_seconds: u32,
}

/// What decides whether an account may be changed.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) home: String,
    pub(super) password: String,
    pub(super) version: i64,
    pub(super) active: bool,
}

impl Row {
    pub(super) fn is_administrator(&self) -> bool {
        self.home == HOST
    }
}

const SELECT: &str = "SELECT a.name, a.home, a.password, a.token_version, m.active FROM account a \
    JOIN membership m ON m.account = a.id WHERE a.id = $1 AND m.domain = $2 AND NOT a.deleted";

impl Domain {
    pub(super) fn new(identity: Arc<Inner>, name: &str, roles: &[String], access: Duration, refresh: Duration) -> Self {
        let seconds = |life: Duration| u32::try_from(life.as_secs()).unwrap_or(u32::MAX);
        Self {
            identity,
            name: name.into(),
            roles: roles.into(),
            access_seconds: seconds(access),
            refresh_seconds: seconds(refresh),
        }
    }

    /// One account of this domain.
    ///
    /// # Errors
    /// `NotFound`, also for another domain's.
    pub async fn get(&self, account: i64) -> Result<Account, IdentityError> {
        list::one(self, account).await
    }

    /// Issues tokens. Only for an account that this very request verified, refreshed or created: the
    /// caller sees to that.
    ///
    /// # Errors
    /// `NotFound`; `BadCredentials` for one that may not sign in.
    pub async fn issue(&self, account: i64) -> Result<Tokens, IdentityError> {
        let row = self.current(account).await?;
        if row.active { self.sign(account, row.version) } else { Err(IdentityError::BadCredentials) }
    }

    /// Ends all of an account's tokens at once.
    ///
    /// # Errors
    /// `NotFound`, also for another domain's.
    pub async fn revoke(&self, account: i64) -> Result<(), IdentityError> {
        let this = self.clone();
        detached(async move { retry(|| this.try_revoke(account)).await }).await
    }

    async fn try_revoke(&self, account: i64) -> Result<(), IdentityError> {
        let mut tx = self.identity.db.begin().await?;
        self.row(&mut tx, account).await?;
        self.identity.end_tokens(&mut tx, account).await?;
        self.identity.commit(tx, account).await
    }

    pub(super) fn sign(&self, account: i64, version: i64) -> Result<Tokens, IdentityError> {
        let signer = &self.identity.signer;
        let grant = Grant { account, domain: &self.name, version, now: self.identity.now() };
        Ok(Tokens {
            access: signer.sign(&grant, Kind::Access, self.access_seconds)?,
            access_seconds: self.access_seconds,
            refresh: signer.sign(&grant, Kind::Refresh, self.refresh_seconds)?,
            refresh_seconds: self.refresh_seconds,
        })
    }

    /// The account as it is now.
    pub(super) async fn current(&self, account: i64) -> Result<Row, IdentityError> {
        let found = self.identity.db.query(SELECT, &self.key(account), bounds(1)).await?;
        decode(found.rows.into_iter().next().ok_or(IdentityError::NotFound)?)
    }

    /// The account as it is in the transaction.
    pub(super) async fn row(&self, tx: &mut Transaction, account: i64) -> Result<Row, IdentityError> {
        let found = tx.query(SELECT, &self.key(account), bounds(1)).await?;
        decode(found.rows.into_iter().next().ok_or(IdentityError::NotFound)?)
    }

    /// Account and domain, as most statements take them.
    pub(super) fn key(&self, account: i64) -> [Value; 2] {
        [Value::Int(account), Value::Text(self.name.to_string())]
    }
}

fn decode(mut row: Vec<Value>) -> Result<Row, IdentityError> {
    Ok(Row {
        name: text(&mut row, 0)?,
        home: text(&mut row, 1)?,
        password: text(&mut row, 2)?,
        version: int(&row, 3)?,
        active: flag(&row, 4)?,
    })
}
