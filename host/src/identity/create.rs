//! New accounts.

use std::collections::BTreeSet;

use super::login::Name;
use super::work::{detached, retry};
use super::{Account, Domain, IdentityError, NewAccount, check};
use crate::identity::rows::{bounds, int};
use crate::storage::{SqlError, Transaction, Value};

/// A new account, checked.
struct Checked {
    name: String,
    logins: Vec<Name>,
    roles: BTreeSet<String>,
    attributes: Vec<(String, Option<String>)>,
}

impl Domain {
    /// Creates an account with at least one role in this domain, all of it or nothing.
    ///
    /// # Errors
    /// `Invalid`, `Taken`, `Overloaded`.
    pub async fn create(&self, new: NewAccount) -> Result<Account, IdentityError> {
        check::password(&new.password)?;
        let checked = Checked {
            name: check::name(&new.name)?.to_owned(),
            logins: check::logins(&new.logins)?,
            roles: check::roles(&new.roles, &self.roles)?,
            attributes: check::attributes(&new.attributes)?,
        };
        if checked.logins.is_empty() {
            return Err(IdentityError::Invalid("an account has at least one login"));
        }
        if checked.roles.is_empty() {
            return Err(IdentityError::Invalid("an account has at least one role"));
        }
        let hash = self.identity.hasher.hash(new.password).await?;
        let this = self.clone();
        let id = detached(async move { retry(|| this.try_create(&checked, &hash)).await }).await?;
        self.get(id).await
    }

    async fn try_create(&self, new: &Checked, hash: &str) -> Result<i64, IdentityError> {
        const INSERT: &str = "INSERT INTO account (name, home, password, created) VALUES ($1, $2, $3, $4) RETURNING id";
        let mut tx = self.identity.db.begin().await?;
        let text = |text: &str| Value::Text(text.to_owned());
        let row = [text(&new.name), text(&self.name), text(hash), Value::Int(self.identity.now())];
        let made = tx.query(INSERT, &row, bounds(1)).await?;
        let id = int(made.rows.first().ok_or(IdentityError::Internal("no number for a new account"))?, 0)?;
        insert_logins(&mut tx, id, &new.logins).await?;
        tx.execute("INSERT INTO membership (account, domain, active) VALUES ($1, $2, TRUE)", &self.key(id)).await?;
        self.insert_roles(&mut tx, id, &new.roles).await?;
        self.put_attributes(&mut tx, id, &new.attributes).await?;
        tx.commit().await?;
        Ok(id)
    }

    pub(super) async fn insert_roles(
        &self,
        tx: &mut Transaction,
        account: i64,
        roles: &BTreeSet<String>,
    ) -> Result<(), IdentityError> {
        const INSERT: &str = "INSERT INTO account_role (account, domain, role) VALUES ($1, $2, $3) \
            ON CONFLICT (account, domain, role) DO NOTHING";
        for role in roles {
            let [account, domain] = self.key(account);
            tx.execute(INSERT, &[account, domain, Value::Text(role.clone())]).await?;
        }
        Ok(())
    }

    pub(super) async fn put_attributes(
        &self,
        tx: &mut Transaction,
        account: i64,
        attributes: &[(String, Option<String>)],
    ) -> Result<(), IdentityError> {
        const PUT: &str = "INSERT INTO account_attribute (account, domain, name, json) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (account, domain, name) DO UPDATE SET json = excluded.json";
        const DELETE: &str = "DELETE FROM account_attribute WHERE account = $1 AND domain = $2 AND name = $3";
        for (name, value) in attributes {
            let [account, domain] = self.key(account);
            let name = Value::Text(name.clone());
            match value {
                Some(json) => tx.execute(PUT, &[account, domain, name, Value::Text(json.clone())]).await?,
                None => tx.execute(DELETE, &[account, domain, name]).await?,
            };
        }
        Ok(())
    }
}

/// Gives an account logins that nobody else has, under whatever kind: a user name that is another's
/// e-mail address would sign in the wrong one.
pub(super) async fn insert_logins(tx: &mut Transaction, account: i64, logins: &[Name]) -> Result<(), IdentityError> {
    const OTHERS: &str = "SELECT account FROM login WHERE value = $1 AND account <> $2";
    const INSERT: &str = "INSERT INTO login (kind, value, account, shown) VALUES ($1, $2, $3, $4)";
    for login in logins {
        let key = Value::Text(login.key.clone());
        if !tx.query(OTHERS, &[key.clone(), Value::Int(account)], bounds(4)).await?.rows.is_empty() {
            return Err(IdentityError::Taken(login.kind));
        }
        let row = [Value::Text(login.kind.as_str().into()), key, Value::Int(account), Value::Text(login.shown.clone())];
        match tx.execute(INSERT, &row).await {
            Err(SqlError::Unique(_)) => return Err(IdentityError::Taken(login.kind)),
            done => done?,
        };
    }
    Ok(())
}
