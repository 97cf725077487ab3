//! A server with guests, and what must hold after each of them.

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use ward_tests::{Answer, Api, Builder, Ward, log};

/// Tests that measure memory or time run alone; the others run beside each other.
static TURN: RwLock<()> = RwLock::const_new(());

/// Held until the test ends.
#[expect(dead_code, reason = "guards are there to be dropped")]
enum Turn {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// A server with guests, in this test's turn.
pub struct Stage {
    pub ward: Ward,
    _turn: Turn,
}

impl std::ops::Deref for Stage {
    type Target = Ward;
    fn deref(&self) -> &Ward {
        &self.ward
    }
}

impl Stage {
    /// One guest, with these grants.
    pub async fn with(name: &str, grants: &[&str]) -> Self {
        Self::of(Ward::builder().without_plugins().guest(name, grants)).await
    }

    /// Whatever is built.
    pub async fn of(builder: Builder) -> Self {
        let turn = Turn::Shared(TURN.read().await);
        Self { ward: builder.start().await, _turn: turn }
    }

    /// The same, while no other test runs.
    pub async fn alone(builder: Builder) -> Self {
        let turn = Turn::Alone(TURN.write().await);
        Self { ward: builder.start().await, _turn: turn }
    }

    /// A client of a guest.
    pub fn guest(&self, name: &str) -> Api {
        self.at(&format!("/{name}"))
    }

    /// The guest still answers.
    pub async fn still_answers(&self, name: &str) {
        self.guest(name).get("/fine").await.expect(200);
    }
}

/// The guest's own words for a failure that the host found, and a line in the log that names the guest.
#[track_caller]
pub fn is_the_guests_fault(answer: &Answer, guest: &str, status: u16, word: &str) {
    let answer = answer.clone().expect(status);
    assert_eq!(answer.json()["guest_error"], word, "{}", answer.text());
    log_names(&answer, guest);
}

/// The log has a line of this request that names the guest as the one who failed.
#[track_caller]
pub fn log_names(answer: &Answer, guest: &str) {
    let id = answer.header("x-request-id").expect("a request id");
    let lines = log::lines_with(&[id]);
    assert!(
        lines.iter().any(|line| line.contains(guest) && line.contains("WARN")),
        "{guest} is not blamed: {lines:#?}"
    );
}

/// Memory of this process, in which the server runs.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
