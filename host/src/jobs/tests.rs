//! The queue on each engine.

use crate::assembly::{BackgroundLimits, Limits};
use crate::clock::HeldClock;
use crate::storage::tests::Fixture;

use super::job::{JobError, NewJob, Outcome, State};
use super::queue::{Queue, QueueLimits};
use super::run::Report;

const LEASE: i64 = 30_000;

struct Bench {
    _fixture: Fixture,
    pool: crate::storage::Pool,
    clock: HeldClock,
    queue: Queue,
}

impl Bench {
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for fixture in Fixture::all().await {
            let clock = HeldClock::at(1_000_000_000_000);
            let pool = fixture.plugin().await;
            let limits = QueueLimits::new(&Limits::default(), &BackgroundLimits::default());
            let queue = Queue::new(&pool, clock.clock(), limits);
            all.push(Self { _fixture: fixture, pool, clock, queue });
        }
        all
    }

    /// As a guest does.
    async fn enqueue(&self, job: NewJob) -> Result<String, JobError> {
        let mut tx = self.pool.begin().await?;
        let id = self.queue.enqueue(&job, &mut tx).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn state(&self, id: &str) -> State {
        self.queue.look_up(id).await.expect("a job").state
    }

    async fn cancel(&self, id: &str) -> State {
        let mut tx = self.pool.begin().await.expect("begins");
        let state = self.queue.cancel(id, &mut tx).await.expect("cancels");
        tx.commit().await.expect("commits");
        state
    }
}

fn job(kind: &str) -> NewJob {
    NewJob { kind: kind.into(), payload: "{\"name\":\"张伟\"}".into(), ..NewJob::default() }
}

fn failed(again: bool) -> Outcome {
    Outcome::Failed { reason: "why".into(), again, after_ms: None }
}

#[tokio::test]
async fn claims_at_once_give_each_job_to_one() {
    for bench in Bench::all().await {
        for _ in 0..20 {
            bench.enqueue(job("a")).await.expect("enqueued");
        }
        let claims = (0..4).map(|_| bench.queue.claim(10));
        let claims = futures_util::future::join_all(claims).await;
        let mut ids: Vec<String> =
            claims.into_iter().flat_map(|claimed| claimed.expect("claims")).map(|job| job.id).collect();
        assert_eq!(ids.len(), 20);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 20);
        assert!(bench.queue.claim(10).await.expect("claims").is_empty());
    }
}

#[tokio::test]
async fn a_job_without_a_commit_is_no_job_and_holds_up_nobody() {
    for bench in Bench::all().await {
        let mut tx = bench.pool.begin().await.expect("begins");
        let id = bench.queue.enqueue(&job("a"), &mut tx).await.expect("enqueued");
        assert!(bench.queue.claim(1).await.expect("claims").is_empty());
        drop(tx);
        assert_eq!(bench.queue.look_up(&id).await.err(), Some(JobError::NotFound));
    }
}

#[tokio::test]
async fn a_lease_that_ends_is_a_failure_and_the_late_one_settles_nothing() {
    for bench in Bench::all().await.into_iter().filter(|bench| bench.queue.has_leases()) {
        let id = bench.enqueue(job("a")).await.expect("enqueued");
        let first = bench.queue.claim(1).await.expect("claims").remove(0);
        bench.clock.advance(LEASE - 1);
        assert!(bench.queue.claim(1).await.expect("claims").is_empty());
        bench.queue.renew(&id, first.attempt, &Report::default()).await.expect("renews");
        bench.clock.advance(LEASE - 1);
        assert!(bench.queue.claim(1).await.expect("claims").is_empty());
        bench.clock.advance(1);
        let second = bench.queue.claim(1).await.expect("claims").remove(0);
        assert_eq!((second.attempt, second.failures), (2, 1));
        assert_eq!(bench.queue.settle(&first, &Outcome::Done).await, Ok(None));
        bench.queue.renew(&id, first.attempt, &Report::default()).await.expect("changes nothing");
        assert_eq!(bench.state(&id).await, State::Running);
        assert_eq!(bench.queue.settle(&second, &Outcome::Done).await, Ok(Some(State::Done)));
        assert_eq!(bench.queue.settle(&second, &failed(true)).await, Ok(None));
    }
}

#[tokio::test]
async fn what_a_dead_process_left_running_is_put_back_where_there_are_no_leases() {
    for bench in Bench::all().await.into_iter().filter(|bench| !bench.queue.has_leases()) {
        bench.enqueue(job("a")).await.expect("enqueued");
        bench.queue.claim(1).await.expect("claims");
        bench.clock.advance(LEASE * 1_000);
        assert!(bench.queue.claim(1).await.expect("claims").is_empty());
        assert_eq!(bench.queue.recover().await, Ok(1));
        assert_eq!(bench.queue.claim(1).await.expect("claims")[0].attempt, 2);
    }
}

#[tokio::test]
async fn failures_are_counted_to_the_last_and_a_release_is_none() {
    for bench in Bench::all().await {
        let id = bench.enqueue(NewJob { attempts: Some(2), ..job("a") }).await.expect("enqueued");
        for (outcome, state) in [
            (Outcome::Released, State::Waiting),
            (failed(true), State::Waiting),
            (Outcome::Released, State::Waiting),
            (failed(true), State::Dead),
        ] {
            bench.clock.advance(3_600_000);
            let claimed = bench.queue.claim(1).await.expect("claims").remove(0);
            assert_eq!(bench.queue.settle(&claimed, &outcome).await, Ok(Some(state)));
        }
        let info = bench.queue.look_up(&id).await.expect("a job");
        assert_eq!((info.attempt, info.reason.as_deref()), (4, Some("why")));
    }
}

#[tokio::test]
async fn a_failure_waits_longer_each_time() {
    for bench in Bench::all().await {
        bench.enqueue(job("a")).await.expect("enqueued");
        for wait in [1_000, 2_000, 4_000] {
            let claimed = bench.queue.claim(1).await.expect("claims").remove(0);
            bench.queue.settle(&claimed, &failed(true)).await.expect("settles");
            bench.clock.advance(wait - 1);
            assert!(bench.queue.claim(1).await.expect("claims").is_empty(), "{wait}");
            bench.clock.advance(1 + wait / 4);
        }
    }
}

#[tokio::test]
async fn who_is_cancelled_is_not_tried_again() {
    for bench in Bench::all().await {
        let id = bench.enqueue(job("a")).await.expect("enqueued");
        let claimed = bench.queue.claim(1).await.expect("claims").remove(0);
        assert_eq!(bench.cancel(&id).await, State::Running);
        assert!(bench.queue.held().await.expect("reads")[0].stop);
        assert_eq!(bench.queue.settle(&claimed, &failed(true)).await, Ok(Some(State::Cancelled)));
        assert_eq!(bench.cancel(&id).await, State::Cancelled);
        let waits = bench.enqueue(job("a")).await.expect("enqueued");
        assert_eq!(bench.cancel(&waits).await, State::Cancelled);
        assert!(bench.queue.claim(1).await.expect("claims").is_empty());
    }
}

#[tokio::test]
async fn what_ended_well_keeps_no_payload_and_is_forgotten_in_time() {
    for bench in Bench::all().await {
        let mut ids = Vec::new();
        for outcome in [Outcome::Done, failed(false)] {
            ids.push(bench.enqueue(job("a")).await.expect("enqueued"));
            let claimed = bench.queue.claim(1).await.expect("claims").remove(0);
            bench.queue.settle(&claimed, &outcome).await.expect("settles");
        }
        let rows = &bench.queue.0.pool;
        let rows = rows.query("SELECT state, payload FROM ward_job ORDER BY state", &[], super::queue::bounds(9)).await;
        let kept: Vec<bool> = rows.expect("reads").rows.iter().map(|row| format!("{row:?}").contains("张伟")).collect();
        assert_eq!(kept, [true, false], "the dead one's, for who looks into it");
        bench.clock.advance(7 * 24 * 3_600_000 + 1);
        assert_eq!(bench.queue.sweep().await, Ok(1));
        assert_eq!(bench.state(&ids[1]).await, State::Dead);
        bench.clock.advance(30 * 24 * 3_600_000);
        assert_eq!(bench.queue.sweep().await, Ok(1));
        assert_eq!(bench.queue.look_up(&ids[1]).await.err(), Some(JobError::NotFound));
    }
}
