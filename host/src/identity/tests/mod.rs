//! Each rule of the accounts, on each engine: PostgreSQL where `WARD_TEST_POSTGRES` is an
//! administrator's URL.

mod accounts;
mod administrator;
mod bounds;
mod keys;
mod listing;
mod nodes;
mod remembering;
mod revocation;
mod sign_in;
mod tokens;

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use super::password::Hasher;
use super::{Account, AuthError, Domain, Identity, IdentityError, Login, LoginKind, NewAccount, Session, Tokens};
use crate::clock::HeldClock;
use crate::storage::{Database, Value};

/// When the held clock starts, in milliseconds since 1970.
const START: i64 = 1_800_000_000_000;
const ACCESS: Duration = Duration::from_mins(15);
const REFRESH: Duration = Duration::from_hours(24);
const PASSWORD: &str = "correct horse";

/// Accounts in a database of their own, with hashes that cost little.
pub(crate) struct Ward {
    pub(crate) identity: Identity,
    pub(crate) clock: HeldClock,
    database: Database,
    directory: TempDir,
}

impl Ward {
    pub(crate) async fn sqlite() -> Self {
        Self::open("").await
    }

    /// `None` where no server was named.
    async fn postgres() -> Option<Self> {
        let admin = std::env::var("WARD_TEST_POSTGRES").ok()?;
        let name = format!("ward_identity_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&admin).await.expect("WARD_TEST_POSTGRES leads to a server");
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await.expect("may create databases");
        let mut url = url::Url::parse(&admin).expect("a URL");
        url.set_path(&name);
        Some(Self::open(url.as_str()).await)
    }

    async fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite().await];
        all.extend(Self::postgres().await);
        all
    }

    async fn open(url: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let database = Database::open(url, directory.path()).await.expect("the database opens");
        let clock = HeldClock::at(START);
        let identity = open(&database, &directory, &clock, hasher()).await;
        Self { identity, clock, database, directory }
    }

    /// Another node, or this one after a restart.
    async fn again(&self) -> Identity {
        open(&self.database, &self.directory, &self.clock, hasher()).await
    }

    async fn again_with(&self, hasher: Hasher) -> Identity {
        open(&self.database, &self.directory, &self.clock, hasher).await
    }

    /// Accounts as the plugin of domain `alpha` sees them.
    pub(crate) fn alpha(&self) -> Domain {
        domain(&self.identity, "alpha")
    }

    fn beta(&self) -> Domain {
        domain(&self.identity, "beta")
    }

    /// A new account of domain `alpha`, signed in.
    async fn signed_in(&self, username: &str) -> (Account, Tokens) {
        let account = self.alpha().create(person(username)).await.expect("is created");
        let tokens = self.alpha().issue(account.id).await.expect("is issued");
        (account, tokens)
    }

    async fn authenticate(&self, token: &str) -> Result<std::sync::Arc<Session>, AuthError> {
        self.identity.authenticate(token, "alpha").await
    }

    async fn refused(&self, token: &str) -> AuthError {
        self.authenticate(token).await.err().expect("the token opens nothing")
    }

    async fn verify(&self, login: &str, password: &str) -> Result<Account, IdentityError> {
        self.alpha().verify(&[LoginKind::Username, LoginKind::Email, LoginKind::Phone], login, password).await
    }

    /// Runs a statement behind the accounts' back.
    async fn execute(&self, statement: &str) {
        self.database.host().execute(statement, &[]).await.expect("runs");
    }

    async fn count(&self, table: &str) -> i64 {
        let statement = format!("SELECT COUNT(*) FROM {table}");
        match self.database.host().query(&statement, &[], super::rows::bounds(1)).await.expect("counts").rows[0][0] {
            Value::Int(count) => count,
            _ => panic!("a count is a number"),
        }
    }

    fn seconds(&self, seconds: i64) {
        self.clock.advance(seconds * 1000);
    }
}

async fn open(database: &Database, directory: &TempDir, clock: &HeldClock, hasher: Hasher) -> Identity {
    let keys = directory.path().join("keys");
    Identity::with_hasher(database.host().clone(), &keys, clock.clock(), hasher).await.expect("the accounts open")
}

/// As many places as any test needs at once.
fn hasher() -> Hasher {
    Hasher::with(2, 1_000, 16, 1).expect("a hasher")
}

fn domain(identity: &Identity, name: &str) -> Domain {
    identity.domain(name, &["admin".into(), "reader".into(), "writer".into()], ACCESS, REFRESH)
}

fn login(kind: LoginKind, value: &str) -> Login {
    Login { kind, value: value.into() }
}

pub(crate) fn person(username: &str) -> NewAccount {
    NewAccount {
        name: "A Person".into(),
        logins: vec![login(LoginKind::Username, username)],
        password: PASSWORD.into(),
        roles: vec!["reader".into()],
        attributes: Vec::new(),
    }
}
