//! Changes of accounts, and who may make them.
//!
//! What all domains share (name, logins, password) only the account's home changes; what is a domain's
//! own (whether it is active there, roles, attributes) that domain changes. The administrator's home
//! is the host: no plugin can lock it out, rename it or take it over.

use std::collections::BTreeSet;

use super::create::insert_logins;
use super::domain::Row;
use super::login::Name;
use super::rows::{bounds, int, text};
use super::work::{detached, retry};
use super::{Account, Change, Domain, IdentityError, LoginKind, check};
use crate::storage::{Transaction, Value};

const NOT_HOME: IdentityError = IdentityError::Denied("names and logins are changed where the account was created");
const ADMINISTRATOR: IdentityError = IdentityError::Denied("the platform administrator is not changed by a plugin");

/// A change, checked.
struct Checked {
    name: Option<String>,
    logins: Vec<Name>,
    active: Option<bool>,
    roles: Option<BTreeSet<String>>,
    attributes: Vec<(String, Option<String>)>,
}

impl Domain {
    /// Changes an account of this domain, all that was asked or nothing. What is already so may be
    /// asked of any account.
    ///
    /// # Errors
    /// `NotFound`, `Denied`, `Taken`, `Invalid`.
    pub async fn update(&self, account: i64, change: Change) -> Result<Account, IdentityError> {
        let checked = Checked {
            name: change.name.as_deref().map(check::name).transpose()?.map(str::to_owned),
            logins: check::logins(&change.logins)?,
            active: change.active,
            roles: change.roles.as_deref().map(|roles| check::roles(roles, &self.roles)).transpose()?,
            attributes: check::attributes(&change.attributes)?,
        };
        let this = self.clone();
        detached(async move { retry(|| this.try_update(account, &checked)).await }).await?;
        self.get(account).await
    }

    /// Sets a password and ends the account's tokens. Without `current` only for accounts that this
    /// domain created.
    ///
    /// # Errors
    /// `Denied`, `NotFound`, `Invalid`; `BadCredentials` and `Locked` for a wrong `current`.
    pub async fn set_password(&self, account: i64, current: Option<&str>, new: &str) -> Result<(), IdentityError> {
        check::password(new)?;
        let row = self.current(account).await?;
        match current {
            Some(current) => self.prove_current(account, row.password, current).await?,
            None if row.home != *self.name => {
                return Err(IdentityError::Denied("another's account needs its current password"));
            }
            None => {}
        }
        let hash = self.identity.hasher.hash(new.to_owned()).await?;
        let this = self.clone();
        // A password that was changed since `current` was proven ended these credentials too.
        let proven = current.is_some().then_some(row.version);
        detached(async move { retry(|| this.try_set_password(account, &hash, proven)).await }).await
    }

    async fn try_set_password(&self, account: i64, hash: &str, proven: Option<i64>) -> Result<(), IdentityError> {
        let mut tx = self.identity.db.begin().await?;
        let row = self.row(&mut tx, account).await?;
        if proven.is_some_and(|version| version != row.version) {
            return Err(IdentityError::BadCredentials);
        }
        let set = [Value::Text(hash.to_owned()), Value::Int(account)];
        tx.execute("UPDATE account SET password = $1 WHERE id = $2", &set).await?;
        self.identity.end_tokens(&mut tx, account).await?;
        self.identity.commit(tx, account).await
    }

    async fn try_update(&self, account: i64, change: &Checked) -> Result<(), IdentityError> {
        let mut tx = self.identity.db.begin().await?;
        let row = self.row(&mut tx, account).await?;
        self.rename(&mut tx, account, &row, change.name.as_deref()).await?;
        self.replace_logins(&mut tx, account, &row, &change.logins).await?;
        self.activate(&mut tx, account, &row, change.active).await?;
        if let Some(roles) = &change.roles {
            self.replace_roles(&mut tx, account, &row, roles).await?;
        }
        self.put_attributes(&mut tx, account, &change.attributes).await?;
        self.count_attributes(&mut tx, account).await?;
        self.identity.commit(tx, account).await
    }

    async fn rename(&self, tx: &mut Transaction, id: i64, row: &Row, name: Option<&str>) -> Result<(), IdentityError> {
        let Some(name) = name.filter(|name| *name != row.name) else { return Ok(()) };
        self.owned(row)?;
        let set = [Value::Text(name.to_owned()), Value::Int(id)];
        tx.execute("UPDATE account SET name = $1 WHERE id = $2", &set).await?;
        Ok(())
    }

    /// Replaces the logins of the kinds that are named.
    async fn replace_logins(
        &self,
        tx: &mut Transaction,
        account: i64,
        row: &Row,
        logins: &[Name],
    ) -> Result<(), IdentityError> {
        const SELECT: &str = "SELECT kind, value, shown FROM login WHERE account = $1";
        const DELETE: &str = "DELETE FROM login WHERE account = $1 AND kind = $2";
        let kinds: BTreeSet<LoginKind> = logins.iter().map(|login| login.kind).collect();
        let mut kept = 0;
        let mut before = BTreeSet::new();
        for mut row in tx.query(SELECT, &[Value::Int(account)], bounds(check::MAX_LOGINS)).await?.rows {
            match LoginKind::parse(&text(&mut row, 0)?).filter(|kind| kinds.contains(kind)) {
                Some(kind) => drop(before.insert((kind, text(&mut row, 1)?, text(&mut row, 2)?))),
                None => kept += 1,
            }
        }
        let after = logins.iter().map(|login| (login.kind, login.key.clone(), login.shown.clone())).collect();
        if before == after {
            return Ok(());
        }
        self.owned(row)?;
        if kept + logins.len() > check::MAX_LOGINS {
            return Err(IdentityError::Invalid("an account has at most 16 logins"));
        }
        for kind in kinds {
            tx.execute(DELETE, &[Value::Int(account), Value::Text(kind.as_str().to_owned())]).await?;
        }
        insert_logins(tx, account, logins).await
    }

    async fn activate(
        &self,
        tx: &mut Transaction,
        account: i64,
        row: &Row,
        active: Option<bool>,
    ) -> Result<(), IdentityError> {
        const UPDATE: &str = "UPDATE membership SET active = $3 WHERE account = $1 AND domain = $2";
        let Some(active) = active.filter(|active| *active != row.active) else { return Ok(()) };
        if row.is_administrator() {
            return Err(ADMINISTRATOR);
        }
        let [id, domain] = self.key(account);
        tx.execute(UPDATE, &[id, domain, Value::Bool(active)]).await?;
        if active { Ok(()) } else { self.identity.end_tokens(tx, account).await }
    }

    async fn replace_roles(
        &self,
        tx: &mut Transaction,
        account: i64,
        row: &Row,
        roles: &BTreeSet<String>,
    ) -> Result<(), IdentityError> {
        const SELECT: &str = "SELECT role FROM account_role WHERE account = $1 AND domain = $2";
        const DELETE: &str = "DELETE FROM account_role WHERE account = $1 AND domain = $2";
        let mut before = BTreeSet::new();
        for mut row in tx.query(SELECT, &self.key(account), bounds(1_000)).await?.rows {
            before.insert(text(&mut row, 0)?);
        }
        if before == *roles {
            return Ok(());
        }
        if row.is_administrator() {
            return Err(ADMINISTRATOR);
        }
        tx.execute(DELETE, &self.key(account)).await?;
        self.insert_roles(tx, account, roles).await
    }

    async fn count_attributes(&self, tx: &mut Transaction, account: i64) -> Result<(), IdentityError> {
        const COUNT: &str = "SELECT COUNT(*) FROM account_attribute WHERE account = $1 AND domain = $2";
        let counted = tx.query(COUNT, &self.key(account), bounds(1)).await?;
        let count = counted.rows.first().map_or(Ok(0), |row| int(row, 0))?;
        if usize::try_from(count).is_ok_and(|count| count <= check::MAX_ATTRIBUTES) {
            Ok(())
        } else {
            Err(IdentityError::Invalid("an account has at most 64 attributes"))
        }
    }

    fn owned(&self, row: &Row) -> Result<(), IdentityError> {
        match row {
            _ if row.home == *self.name => Ok(()),
            _ if row.is_administrator() => Err(ADMINISTRATOR),
            _ => Err(NOT_HOME),
        }
    }
}
