//! `ward:plugin/identity`: a plugin's accounts, as [`crate::identity::Domain`] lets it see them.

mod convert;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use wasmtime::component::{HasData, Linker};

use crate::identity::Domain;
use bindings::ward::plugin::identity::{
    self as wit, Account, AccountChange, AccountFilter, Error, LoginKind, NewAccount, Tokens,
};
use convert::error;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:host; world identity { import ward:plugin/identity@0.1.0; }",
        imports: { default: async },
    });
}

/// Accounts that one request may prove; each costs a password or a refresh token.
const MAX_PROVEN: usize = 64;

/// What one request may do with accounts.
#[derive(Default)]
pub struct IdentityCtx {
    /// The accounts of the plugin's domain; absent if it was not granted `identity`.
    pub domain: Option<Domain>,
    /// Accounts that this request verified, refreshed or created: those it may issue tokens for.
    pub proven: HashSet<i64>,
}

impl IdentityCtx {
    /// Nothing is proven yet.
    #[must_use]
    pub fn new(domain: Option<Domain>) -> Self {
        Self { domain, proven: HashSet::new() }
    }

    fn domain(&self) -> Result<&Domain, Error> {
        self.domain.as_ref().ok_or_else(|| Error::Denied("the capability `identity` is not granted".into()))
    }

    fn prove(&mut self, account: i64) {
        if self.proven.len() < MAX_PROVEN {
            self.proven.insert(account);
        }
    }
}

/// The context, lent for one call.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut IdentityCtx,
}

struct Identity;

impl HasData for Identity {
    type Data<'a> = View<'a>;
}

/// Adds the interface to a linker.
///
/// # Errors
/// If it was added before.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    wit::add_to_linker::<T, Identity>(linker, view)
}

impl wit::Host for View<'_> {
    async fn verify(&mut self, kinds: Vec<LoginKind>, login: String, password: String) -> Result<Account, Error> {
        let domain = self.ctx.domain()?;
        let kinds: Vec<_> = kinds.into_iter().map(Into::into).collect();
        let account = domain.verify(&kinds, &login, &password).await.map_err(error)?;
        self.ctx.prove(account.id);
        Ok(account.into())
    }

    async fn issue(&mut self, account: i64) -> Result<Tokens, Error> {
        let domain = self.ctx.domain()?;
        if !self.ctx.proven.contains(&account) {
            return Err(Error::Denied("tokens are issued to accounts that this request has proven".into()));
        }
        Ok(domain.issue(account).await.map_err(error)?.into())
    }

    async fn refresh(&mut self, refresh_token: String) -> Result<Tokens, Error> {
        let domain = self.ctx.domain()?;
        let (account, tokens) = domain.refresh(&refresh_token).await.map_err(error)?;
        self.ctx.prove(account);
        Ok(tokens.into())
    }

    async fn revoke(&mut self, account: i64) -> Result<(), Error> {
        self.ctx.domain()?.revoke(account).await.map_err(error)
    }

    async fn get(&mut self, account: i64) -> Result<Account, Error> {
        Ok(self.ctx.domain()?.get(account).await.map_err(error)?.into())
    }

    async fn list_accounts(&mut self, filter: AccountFilter) -> Result<Vec<Account>, Error> {
        let found = self.ctx.domain()?.list(&filter.into()).await.map_err(error)?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    async fn create(&mut self, account: NewAccount) -> Result<Account, Error> {
        let created = self.ctx.domain()?.create(account.into()).await.map_err(error)?;
        self.ctx.prove(created.id);
        Ok(created.into())
    }

    async fn update(&mut self, account: i64, change: AccountChange) -> Result<Account, Error> {
        Ok(self.ctx.domain()?.update(account, change.into()).await.map_err(error)?.into())
    }

    async fn set_password(&mut self, account: i64, current: Option<String>, new: String) -> Result<(), Error> {
        self.ctx.domain()?.set_password(account, current.as_deref(), &new).await.map_err(error)
    }
}
