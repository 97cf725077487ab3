//! The platform administrator: made at the first start, member of every domain.

use rand::seq::IndexedRandom as _;

use super::create::insert_logins;
use super::lockout::Subject;
use super::login::{Login, LoginKind, Name};
use super::rows::bounds;
use super::work::{detached, retry};
use super::{ADMINISTRATOR, HOST, Identity, IdentityError, check};
use crate::storage::{SqlError, Transaction, Value};

/// Characters of a password that is made up; without those that are read as another.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many of them: 115 bits.
const LENGTH: usize = 20;

/// The administrator's name to sign in by, also as a staff identifier.
const USERNAME: &str = "admin";
/// The other one.
const EMAIL: &str = "admin@ward.local";

/// A domain and the roles that the administrator holds in it.
type Roles = (String, Vec<String>);

impl Identity {
    /// Sees to it that the administrator exists and is a member of `domains` with these roles. Tells
    /// the password where it was made up: at the very first start, with an empty `password`. Of
    /// several nodes that start at once, one creates the account.
    ///
    /// # Errors
    /// `Invalid` for a password that cannot be one; `Sql`.
    pub async fn ensure_administrator(
        &self,
        password: &str,
        domains: &[Roles],
    ) -> Result<Option<String>, IdentityError> {
        if self.exists().await? {
            self.grant_administrator(domains).await?;
            return Ok(None);
        }
        let made_up = password.is_empty().then(make_up);
        let password = made_up.as_deref().unwrap_or(password);
        check::password(password)?;
        let hash = self.0.hasher.hash(password.to_owned()).await?;
        let created = retry(|| self.try_create_administrator(&hash)).await?;
        self.grant_administrator(domains).await?;
        Ok(made_up.filter(|_| created))
    }

    /// Sets the administrator's password, ends its tokens and unlocks its logins. Tells the password where it was made up:
    /// with an empty `password`.
    ///
    /// # Errors
    /// `NotFound` before the first start; `Invalid` for a password that cannot be one; `Sql`.
    pub async fn reset_administrator(&self, password: &str) -> Result<Option<String>, IdentityError> {
        if !self.exists().await? {
            return Err(IdentityError::NotFound);
        }
        let made_up = password.is_empty().then(make_up);
        let password = made_up.as_deref().unwrap_or(password);
        check::password(password)?;
        let hash = self.0.hasher.hash(password.to_owned()).await?;
        let this = self.clone();
        detached(async move { retry(|| this.try_reset_administrator(&hash)).await }).await?;
        Ok(made_up)
    }

    async fn try_reset_administrator(&self, hash: &str) -> Result<(), IdentityError> {
        let mut tx = self.0.db.begin().await?;
        let set = [Value::Text(hash.to_owned()), Value::Int(ADMINISTRATOR)];
        tx.execute("UPDATE account SET password = $1 WHERE id = $2", &set).await?;
        // Whoever guessed at the old password locks nobody out of the new one.
        let counted = [Subject::login(USERNAME), Subject::login(EMAIL), Subject::account(ADMINISTRATOR)];
        for subject in counted {
            subject.forget_in(&mut tx).await?;
        }
        self.0.end_tokens(&mut tx, ADMINISTRATOR).await?;
        self.0.commit(tx, ADMINISTRATOR).await
    }

    async fn exists(&self) -> Result<bool, IdentityError> {
        let id = [Value::Int(ADMINISTRATOR)];
        Ok(!self.0.db.query("SELECT id FROM account WHERE id = $1", &id, bounds(1)).await?.rows.is_empty())
    }

    /// `false` if another node was faster.
    async fn try_create_administrator(&self, hash: &str) -> Result<bool, IdentityError> {
        const INSERT: &str = "INSERT INTO account (id, name, home, password, created) VALUES ($1, $2, $3, $4, $5)";
        let text = |text: &str| Value::Text(text.to_owned());
        let row = [Value::Int(ADMINISTRATOR), text("Administrator"), text(HOST), text(hash), Value::Int(self.0.now())];
        let mut tx = self.0.db.begin().await?;
        match tx.execute(INSERT, &row).await {
            Err(SqlError::Unique(_)) => return Ok(false),
            done => done?,
        };
        let login = |kind, value: &str| Name::of(&Login { kind, value: value.to_owned() });
        let logins = [
            login(LoginKind::Username, USERNAME)?,
            login(LoginKind::Email, EMAIL)?,
            login(LoginKind::StaffId, USERNAME)?,
        ];
        insert_logins(&mut tx, ADMINISTRATOR, &logins).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Makes the administrator a member of `domains` with these roles. What it has, it keeps.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn grant_administrator(&self, domains: &[Roles]) -> Result<(), IdentityError> {
        let (this, domains) = (self.clone(), domains.to_vec());
        detached(async move { retry(|| this.try_grant(&domains)).await }).await
    }

    async fn try_grant(&self, domains: &[Roles]) -> Result<(), IdentityError> {
        let mut tx = self.0.db.begin().await?;
        for domain in domains {
            grant(&mut tx, domain).await?;
        }
        self.0.commit(tx, ADMINISTRATOR).await
    }
}

/// What is missing, no more.
async fn grant(tx: &mut Transaction, (domain, roles): &Roles) -> Result<(), IdentityError> {
    const MEMBER: &str = "INSERT INTO membership (account, domain, active) VALUES ($1, $2, TRUE) \
        ON CONFLICT (account, domain) DO NOTHING";
    const ROLE: &str = "INSERT INTO account_role (account, domain, role) VALUES ($1, $2, $3) \
        ON CONFLICT (account, domain, role) DO NOTHING";
    let (account, domain) = (Value::Int(ADMINISTRATOR), Value::Text(domain.clone()));
    tx.execute(MEMBER, &[account.clone(), domain.clone()]).await?;
    for role in roles {
        tx.execute(ROLE, &[account.clone(), domain.clone(), Value::Text(role.clone())]).await?;
    }
    Ok(())
}

fn make_up() -> String {
    let mut random = rand::rng();
    (0..LENGTH).filter_map(|_| ALPHABET.choose(&mut random)).map(|byte| char::from(*byte)).collect()
}
