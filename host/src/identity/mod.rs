//! Accounts, credentials, tokens and sessions: one set of accounts for all domains.
//!
//! The request path is [`Identity::authenticate`]; what a plugin can do is [`Domain`]. Changes go
//! through the database and reach what the request path remembers before they are acknowledged.

mod account;
mod administrator;
mod cache;
mod change;
mod check;
mod create;
mod domain;
mod error;
mod key;
mod list;
mod listen;
mod lockout;
mod login;
mod password;
mod rows;
mod sign_in;
mod sign_ins;
mod standing;
#[cfg(test)]
pub(crate) mod tests;
mod token;
mod work;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use account::{Account, Change, Filter, NewAccount, Tokens};
pub use domain::Domain;
pub use error::{AuthError, IdentityError};
pub use login::{Login, LoginKind};
pub use sign_ins::SignIn;
pub use standing::Session;

use crate::clock::{self, Clock};
use crate::storage::{Engine, Pool, Transaction, Value};
use cache::{Cache, Verified};
use lockout::Lockout;
use password::Hasher;
use sign_ins::SignIns;
use standing::Standing;
use token::{Kind, Signer};

/// Home of the account that belongs to no plugin: the platform administrator's.
const HOST: &str = "host";

/// Number of the platform administrator's account.
pub const ADMINISTRATOR: i64 = 1;

/// All accounts. Clones are the same.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    db: Pool,
    clock: Clock,
    signer: Signer,
    hasher: Hasher,
    lockout: Lockout,
    cache: Arc<Cache>,
    sign_ins: SignIns,
    listener: Option<tokio::task::JoinHandle<()>>,
}

impl Identity {
    /// Opens the accounts in the host's schema. The key that signs tokens is in `keys` (made if there
    /// is none), or with PostgreSQL in the database, one for all nodes.
    ///
    /// # Errors
    /// `Key` where the key cannot be read, made or is readable by others; `Sql` where the database is away.
    pub async fn open(db: Pool, keys: &Path, clock: Clock) -> Result<Self, IdentityError> {
        Self::with_hasher(db, keys, clock, Hasher::new()?).await
    }

    async fn with_hasher(db: Pool, keys: &Path, clock: Clock, hasher: Hasher) -> Result<Self, IdentityError> {
        let signer = Signer::new(&key::load(&db, keys, clock::millis(&clock)).await?)?;
        let cache = Arc::new(Cache::new(db.engine() == Engine::Postgres));
        let listener = listen::start(&db, &cache);
        let lockout = Lockout::new(db.clone());
        Ok(Self(Arc::new(Inner { db, clock, signer, hasher, lockout, cache, sign_ins: SignIns::default(), listener })))
    }

    /// Who sends this bearer token, if it opens `domain`. Warm, this reads no database and checks no
    /// signature; revocation still counts at once.
    ///
    /// # Errors
    /// Why it does not; a client hears 401, or 503 for `Unavailable`.
    pub async fn authenticate(&self, bearer: &str, domain: &str) -> Result<Arc<Session>, AuthError> {
        let token = self.0.verified(bearer)?;
        let standing = self.0.standing(token.account).await?;
        if standing.version != token.version {
            return Err(AuthError::Revoked);
        }
        standing.session(domain).cloned().ok_or(AuthError::NotActive)
    }

    /// Sign-ins since the start, by domain and end.
    #[must_use]
    pub fn sign_ins(&self) -> Vec<((String, SignIn), u64)> {
        self.0.sign_ins.counts()
    }

    /// How an account that was authenticated stands in `domain`.
    ///
    /// # Errors
    /// As of a token that does not open the domain.
    pub async fn session(&self, account: i64, domain: &str) -> Result<Arc<Session>, AuthError> {
        self.0.standing(account).await?.session(domain).cloned().ok_or(AuthError::NotActive)
    }

    /// The public key that checks tokens, as a JWK set.
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        self.0.signer.jwks().clone()
    }

    /// How the accounts that sign in by this login, of whichever kind, stand in `domain`; for operators.
    /// More than one where the same word is a login of several kinds.
    ///
    /// # Errors
    /// `Sql` where the database is away.
    pub async fn look_up(&self, login: &str, domain: &str) -> Result<Vec<Arc<Session>>, IdentityError> {
        const SELECT: &str = "SELECT DISTINCT account FROM login WHERE shown = $1 ORDER BY account";
        let found = self.0.db.query(SELECT, &[Value::Text(login.to_owned())], rows::bounds(100)).await?;
        let mut sessions = Vec::new();
        for row in found.rows {
            let standing = standing::load(&self.0.db, rows::int(&row, 0)?).await?;
            sessions.extend(standing.and_then(|standing| standing.session(domain).cloned()));
        }
        Ok(sessions)
    }

    /// Signs a text of the host's with the key of this installation. Its first words must say what it is, so
    /// that it cannot be taken for another.
    #[must_use]
    pub fn seal(&self, text: &str) -> String {
        self.0.signer.seal(text)
    }

    /// Whether [`Identity::seal`] has signed the text.
    #[must_use]
    pub fn is_sealed(&self, text: &str, seal: &str) -> bool {
        self.0.signer.is_sealed(text, seal)
    }

    /// Accounts as the plugin of domain `name` sees them. `roles` are those it declared; `access` and
    /// `refresh` are the lives of its tokens.
    #[must_use]
    pub fn domain(&self, name: &str, roles: &[String], access: Duration, refresh: Duration) -> Domain {
        Domain::new(self.0.clone(), name, roles, access, refresh)
    }
}

impl Inner {
    fn now(&self) -> i64 {
        clock::millis(&self.clock)
    }

    fn verified(&self, bearer: &str) -> Result<Verified, AuthError> {
        let now = self.now();
        let key = cache::token_key(bearer);
        if let Some(known) = self.cache.token(&key) {
            if known.expires > now {
                return Ok(known);
            }
            self.cache.forget_token(&key);
            return Err(AuthError::Expired);
        }
        let claims = self.signer.check(bearer, Kind::Access, now)?;
        let verified = Verified { account: claims.account()?, version: claims.ver, expires: claims.expires() };
        self.cache.keep_token(key, verified);
        Ok(verified)
    }

    async fn standing(&self, account: i64) -> Result<Arc<Standing>, AuthError> {
        match self.cache.standing(account) {
            Some(standing) => Ok(standing),
            None => self.load(account).await,
        }
    }

    async fn load(&self, account: i64) -> Result<Arc<Standing>, AuthError> {
        let ticket = self.cache.ticket(account);
        let found = standing::load(&self.db, account).await.map_err(|error| {
            tracing::error!(%error, "accounts cannot be read");
            AuthError::Unavailable
        })?;
        let standing = Arc::new(found.ok_or(AuthError::Revoked)?);
        self.cache.keep(ticket, standing.clone());
        Ok(standing)
    }

    /// Commits a change of an account, and forgets how it stood before. Also where the outcome is not
    /// known: then it is read again.
    async fn commit(&self, mut tx: Transaction, account: i64) -> Result<(), IdentityError> {
        listen::tell(&self.db, &mut tx, account).await?;
        let committed = tx.commit().await;
        self.cache.forget(account);
        Ok(committed?)
    }

    /// Makes every token of the account void, with the transaction.
    async fn end_tokens(&self, tx: &mut Transaction, account: i64) -> Result<(), IdentityError> {
        const UPDATE: &str = "UPDATE account SET token_version = token_version + 1 WHERE id = $1";
        tx.execute(UPDATE, &[Value::Int(account)]).await?;
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}
