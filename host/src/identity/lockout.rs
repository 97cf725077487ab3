//! Failures in a row lock a login for a while, whether it exists or not.

use std::sync::atomic::{AtomicI64, Ordering};

use super::IdentityError;
use super::rows::{bounds, int};
use super::work::retry;
use crate::storage::{Pool, Transaction, Value};

/// Failures in a row that are let pass.
const FREE: i64 = 5;
/// Milliseconds of the first lock; every failure after it doubles the next.
const FIRST: i64 = 30_000;
/// Milliseconds of the longest lock.
const LONGEST: i64 = 15 * 60_000;
/// Milliseconds after which failures are forgotten.
const MEMORY: i64 = 60 * 60_000;
/// Milliseconds between two clean-ups.
const PRUNE_EVERY: i64 = 5 * 60_000;

/// Counts failures in the database, so that all nodes count together.
pub(super) struct Lockout {
    db: Pool,
    pruned: AtomicI64,
}

/// What failures are counted by: a digest, so that the table lists no names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject(String);

impl Subject {
    /// A login in its compared form.
    pub(super) fn login(key: &str) -> Self {
        Self::of("login", key)
    }

    /// An account whose current password is asked for.
    pub(super) fn account(id: i64) -> Self {
        Self::of("account", &id.to_string())
    }

    fn of(kind: &str, name: &str) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{kind}\0{name}").as_bytes());
        Self(hex::encode(digest))
    }

    /// Forgets the failures, lock and all, if and when the transaction commits.
    pub(super) async fn forget_in(&self, tx: &mut Transaction) -> Result<(), IdentityError> {
        tx.execute("DELETE FROM login_failure WHERE login = $1", &[self.value()]).await?;
        Ok(())
    }

    fn value(&self) -> Value {
        Value::Text(self.0.clone())
    }
}

impl Lockout {
    pub(super) fn new(db: Pool) -> Self {
        Self { db, pruned: AtomicI64::new(i64::MIN) }
    }

    /// Refuses while the login is locked.
    pub(super) async fn check(&self, subject: &Subject, now: i64) -> Result<(), IdentityError> {
        const SELECT: &str = "SELECT locked_until FROM login_failure WHERE login = $1 AND locked_until > $2";
        let found = self.db.query(SELECT, &[subject.value(), Value::Int(now)], bounds(1)).await?;
        found.rows.first().map_or(Ok(()), |row| Err(locked(int(row, 0)?, now)))
    }

    /// Forgets the failures, unless others have locked the login while this password was checked:
    /// however many guesses run at once, none beyond the lock counts.
    pub(super) async fn succeeded(&self, subject: &Subject, now: i64) -> Result<(), IdentityError> {
        const SELECT: &str = "SELECT locked_until FROM login_failure WHERE login = $1";
        let found = self.db.query(SELECT, &[subject.value()], bounds(1)).await?;
        let Some(row) = found.rows.first() else { return Ok(()) };
        let until = int(row, 0)?;
        if until > now {
            return Err(locked(until, now));
        }
        retry(|| self.forget(subject, now)).await
    }

    async fn forget(&self, subject: &Subject, now: i64) -> Result<(), IdentityError> {
        const DELETE: &str = "DELETE FROM login_failure WHERE login = $1 AND locked_until <= $2";
        self.db.execute(DELETE, &[subject.value(), Value::Int(now)]).await?;
        Ok(())
    }

    /// Counts a failure and locks the login if there were too many.
    pub(super) async fn failed(&self, subject: &Subject, now: i64) -> Result<(), IdentityError> {
        retry(|| self.try_count(subject, now)).await?;
        self.prune(now).await;
        Ok(())
    }

    async fn try_count(&self, subject: &Subject, now: i64) -> Result<(), IdentityError> {
        const SELECT: &str = "SELECT failures, locked_until, latest FROM login_failure WHERE login = $1";
        const UPSERT: &str = "INSERT INTO login_failure (login, failures, locked_until, latest) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (login) DO UPDATE SET failures = $2, locked_until = $3, latest = $4";
        let mut tx = self.db.begin().await?;
        let before = match tx.query(SELECT, &[subject.value()], bounds(1)).await?.rows.first() {
            // Checks that ran beside the one that locked it do not make the lock longer.
            Some(row) if int(row, 1)? > now => return Ok(()),
            Some(row) if int(row, 2)? > now - MEMORY => int(row, 0)?,
            _ => 0,
        };
        let failures = before + 1;
        let row = [subject.value(), Value::Int(failures), Value::Int(lock_until(failures, now)), Value::Int(now)];
        tx.execute(UPSERT, &row).await?;
        Ok(tx.commit().await?)
    }

    /// Drops what is forgotten, now and then. Failing to is no reason to refuse anyone.
    async fn prune(&self, now: i64) {
        let last = self.pruned.load(Ordering::Relaxed);
        let due = now.saturating_sub(last) >= PRUNE_EVERY;
        if !due || self.pruned.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let forgotten = [Value::Int(now - MEMORY)];
        for statement in ["DELETE FROM login_failure WHERE latest < $1", "DELETE FROM spent_refresh WHERE expires < $1"]
        {
            if let Err(error) = self.db.execute(statement, &forgotten).await {
                tracing::warn!(%error, "forgotten sign-in failures stay for now");
            }
        }
    }
}

fn lock_until(failures: i64, now: i64) -> i64 {
    let Ok(beyond) = u32::try_from(failures - FREE) else { return 0 };
    now + FIRST.saturating_mul(1_i64.checked_shl(beyond.min(30)).unwrap_or(i64::MAX)).min(LONGEST)
}

fn locked(until: i64, now: i64) -> IdentityError {
    let seconds = (until - now).div_euclid(1000) + 1;
    IdentityError::Locked(u32::try_from(seconds).unwrap_or(u32::MAX))
}
