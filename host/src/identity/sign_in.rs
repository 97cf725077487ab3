//! Signing in: by password, and by a refresh token.

use super::lockout::Subject;
use super::login::{self, LoginKind};
use super::password::Checked;
use super::rows::{bounds, int, text};
use super::token::{Claims, Kind};
use super::work::{detached, retry};
use super::{Account, Domain, IdentityError, Tokens, check};
use crate::storage::{SqlError, Value};

/// Login kinds that one sign-in may name.
const MAX_KINDS: usize = 4;

/// An account whose password is to be checked.
struct Candidate {
    account: i64,
    hash: String,
}

impl Domain {
    /// The account of this login, if this is its password and it is active in this domain. Unknown
    /// logins, wrong passwords and deactivated accounts cost the same and are answered the same.
    ///
    /// # Errors
    /// `BadCredentials`, `Locked` after too many failures, `Overloaded`.
    pub async fn verify(&self, kinds: &[LoginKind], login: &str, password: &str) -> Result<Account, IdentityError> {
        let verified = self.try_verify(kinds, login, password).await;
        self.identity.sign_ins.ended(&self.name, &verified);
        verified
    }

    async fn try_verify(&self, kinds: &[LoginKind], login: &str, password: &str) -> Result<Account, IdentityError> {
        if kinds.is_empty() || kinds.len() > MAX_KINDS {
            return Err(IdentityError::Invalid("a sign-in names 1 to 4 kinds of login"));
        }
        // A login that cannot exist is counted like one that does not.
        let subject = Subject::login(&login::attempt(kinds, login).unwrap_or_default());
        self.identity.lockout.check(&subject, self.identity.now()).await?;
        let candidate = self.candidate(kinds, login).await?;
        let account = self.prove(&subject, candidate, password).await?;
        match self.get(account).await {
            Ok(account) if account.active => Ok(account),
            Ok(_) | Err(IdentityError::NotFound) => Err(IdentityError::BadCredentials),
            Err(error) => Err(error),
        }
    }

    /// Trades a refresh token of this domain, once, for new tokens. One that comes a second time was
    /// stolen, before or after: all tokens of its account end.
    ///
    /// # Errors
    /// `BadCredentials`.
    pub async fn refresh(&self, token: &str) -> Result<(i64, Tokens), IdentityError> {
        let now = self.identity.now();
        let claims =
            self.identity.signer.check(token, Kind::Refresh, now).map_err(|_| IdentityError::BadCredentials)?;
        let account = claims.account().map_err(|_| IdentityError::BadCredentials)?;
        if claims.dom != *self.name {
            return Err(IdentityError::BadCredentials);
        }
        let this = self.clone();
        detached(async move {
            retry(|| this.try_spend(account, &claims)).await?;
            Ok((account, this.sign(account, claims.ver)?))
        })
        .await
    }

    async fn try_spend(&self, account: i64, claims: &Claims) -> Result<(), IdentityError> {
        const INSERT: &str = "INSERT INTO spent_refresh (jti, account, expires) VALUES ($1, $2, $3) \
            ON CONFLICT (jti) DO NOTHING";
        let mut tx = self.identity.db.begin().await?;
        let row = match self.row(&mut tx, account).await {
            Err(IdentityError::NotFound) => return Err(IdentityError::BadCredentials),
            row => row?,
        };
        if !row.active || row.version != claims.ver {
            return Err(IdentityError::BadCredentials);
        }
        let spent = [Value::Text(claims.jti.clone()), Value::Int(account), Value::Int(claims.expires())];
        if tx.execute(INSERT, &spent).await? == 1 {
            return Ok(tx.commit().await?);
        }
        tracing::warn!(account.id = account, "a refresh token came twice; all tokens of the account end");
        self.identity.end_tokens(&mut tx, account).await?;
        self.identity.commit(tx, account).await?;
        Err(IdentityError::BadCredentials)
    }

    /// The active account of this domain that has the login, by the first kind that fits. Always one
    /// statement of the same shape, whatever was asked.
    async fn candidate(&self, kinds: &[LoginKind], login: &str) -> Result<Option<Candidate>, IdentityError> {
        const SELECT: &str = "SELECT a.id, a.password, l.kind FROM login l JOIN account a ON a.id = l.account \
            JOIN membership m ON m.account = a.id AND m.domain = $1 WHERE m.active AND NOT a.deleted AND \
            ((l.kind = $2 AND l.value = $3) OR (l.kind = $4 AND l.value = $5) \
             OR (l.kind = $6 AND l.value = $7) OR (l.kind = $8 AND l.value = $9))";
        let keys = kinds.iter().filter_map(|kind| Some((kind.as_str().to_owned(), login::key(*kind, login).ok()?)));
        let mut asked = vec![self.name.to_string()];
        asked.extend(
            keys.chain(std::iter::repeat_n(Default::default(), MAX_KINDS)).take(MAX_KINDS).flat_map(<[_; 2]>::from),
        );
        let asked: Vec<_> = asked.into_iter().map(Value::Text).collect();
        let mut candidates = Vec::new();
        for mut row in self.identity.db.query(SELECT, &asked, bounds(MAX_KINDS)).await?.rows {
            let kind = LoginKind::parse(&text(&mut row, 2)?);
            let order = kinds.iter().position(|asked| Some(*asked) == kind);
            candidates.push((order, Candidate { account: int(&row, 0)?, hash: text(&mut row, 1)? }));
        }
        Ok(candidates.into_iter().min_by_key(|(order, _)| *order).map(|(_, candidate)| candidate))
    }

    /// Checks a password and counts the outcome. Without a candidate it does the same work and fails.
    async fn prove(&self, subject: &Subject, found: Option<Candidate>, password: &str) -> Result<i64, IdentityError> {
        let identity = &self.identity;
        // What is too long for a password is not hashed, but neither is it refused sooner than others.
        let given = if check::is_password(password) { password } else { "" };
        let hash = found.as_ref().map(|candidate| candidate.hash.clone());
        let checked = identity.hasher.check(hash, given.to_owned()).await?;
        let (Some(candidate), Checked::Right | Checked::Outdated) = (found, checked) else {
            identity.lockout.failed(subject, identity.now()).await?;
            return Err(IdentityError::BadCredentials);
        };
        identity.lockout.succeeded(subject, identity.now()).await?;
        if checked == Checked::Outdated {
            self.renew(&candidate, password).await;
        }
        Ok(candidate.account)
    }

    /// Whether `password` is the account's own. Failures count against the account.
    pub(super) async fn prove_current(&self, account: i64, hash: String, password: &str) -> Result<(), IdentityError> {
        let subject = Subject::account(account);
        self.identity.lockout.check(&subject, self.identity.now()).await?;
        self.prove(&subject, Some(Candidate { account, hash }), password).await?;
        Ok(())
    }

    /// Hashes a password that was just proven with today's parameters. Tokens stay.
    async fn renew(&self, candidate: &Candidate, password: &str) {
        const UPDATE: &str = "UPDATE account SET password = $1 WHERE id = $2 AND password = $3";
        let renewed = async {
            let hash = self.identity.hasher.hash(password.to_owned()).await?;
            let row = [Value::Text(hash), Value::Int(candidate.account), Value::Text(candidate.hash.clone())];
            Ok::<_, IdentityError>(self.identity.db.execute(UPDATE, &row).await?)
        };
        match renewed.await {
            Ok(_) | Err(IdentityError::Overloaded | IdentityError::Sql(SqlError::Conflict)) => {}
            Err(error) => {
                tracing::warn!(%error, account.id = candidate.account, "a password keeps its old hash for now");
            }
        }
    }
}
