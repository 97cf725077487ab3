//! The chain on each engine: PostgreSQL where `WARD_TEST_POSTGRES` is an administrator's URL.

mod append;
mod tampering;

use super::*;
use crate::clock::HeldClock;
use crate::identity::Identity;
use crate::storage::tests::Fixture;
use crate::storage::{Bounds, Engine, Pool, Value};

/// When the held clock starts.
const START: i64 = 1_800_000_000_000;

/// A database with a chain.
pub(super) struct Bench {
    fixture: Fixture,
    clock: HeldClock,
    identity: Identity,
    pub(super) journal: Journal,
}

impl Bench {
    pub(super) async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for fixture in Fixture::all().await {
            let clock = HeldClock::at(START);
            let keys = fixture.directory.path().join("keys");
            let identity = Identity::open(fixture.database.host().clone(), &keys, clock.clock()).await.unwrap();
            let journal = journal(&fixture, &identity, &clock, "one");
            all.push(Self { fixture, clock, identity, journal });
        }
        all
    }

    /// Another node, with a data directory of its own below the first one's.
    fn node(&self, name: &str) -> Journal {
        journal(&self.fixture, &self.identity, &self.clock, name)
    }

    fn pool(&self) -> &Pool {
        self.fixture.database.host()
    }

    /// Adds records one after the other.
    pub(super) async fn fill(&self, count: i64) {
        for number in 1..=count {
            self.journal.append(&record(number)).await.unwrap();
        }
    }

    async fn verify(&self) -> Verified {
        self.verifier().run().await.unwrap()
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(self.pool(), &self.identity)
    }

    /// What is found wrong, in words.
    async fn faults(&self) -> Vec<String> {
        self.verify().await.faults.iter().map(ToString::to_string).collect()
    }

    /// Changes the tables as whoever owns the database can: without the triggers.
    async fn tamper(&self, statements: &[&str]) {
        let triggers = match self.pool().engine() {
            Engine::Sqlite => {
                let select = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
                let bounds = Bounds { rows: 100, bytes: 1 << 20 };
                let found = self.pool().query(select, &[], bounds).await.unwrap().rows;
                let name = |row: Vec<Value>| format!("DROP TRIGGER {}", text(&row[0]));
                found.into_iter().map(name).collect()
            }
            Engine::Postgres => ["audit_record", "audit_touched", "audit_head"]
                .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                .to_vec(),
        };
        for statement in triggers.iter().map(String::as_str).chain(statements.iter().copied()) {
            self.pool().execute(statement, &[]).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }
}

fn journal(fixture: &Fixture, identity: &Identity, clock: &HeldClock, node: &str) -> Journal {
    let anchor = Anchor::new(fixture.directory.path());
    Journal::open(fixture.database.host(), identity, anchor, node.to_owned(), clock.clock())
}

fn text(value: &Value) -> &str {
    let Value::Text(text) = value else { panic!("no text: {value:?}") };
    text
}

/// A record of an operation on patient `number`.
pub(super) fn record(number: i64) -> Record {
    Record {
        time: START + number,
        node: "one".to_owned(),
        request: format!("r-{number}"),
        domain: "clinic".to_owned(),
        operation: "show".to_owned(),
        action: Action::Read,
        account: Some(7),
        roles: vec!["doctor".to_owned()],
        address: "192.0.2.1".to_owned(),
        purpose: None,
        status: 200,
        parameters: vec![("id".to_owned(), Some(number.to_string()))],
        query: Vec::new(),
        touched: Ids::from([(PATIENT.to_owned(), [number.to_string()].into())]),
        break_glass: None,
    }
}
