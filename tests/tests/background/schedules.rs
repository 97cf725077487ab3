//! Jobs that come by themselves.

use serde_json::json;
use ward::clock::HeldClock;
use ward_tests::ward::eventually;

use crate::stage::{GRANTS, builder, enqueue, steps, until, worker};

/// 2026-10-24, 20:00 UTC: in Berlin the clocks go back that night.
const EVENING: i64 = 1_792_872_000_000;
const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_schedule_runs_at_its_time_in_the_hospitals_time_zone() {
    let clock = HeldClock::at(EVENING);
    let start = builder().clock(clock.clock());
    let ward = start.configure(|assembly| assembly.time_zone = "Europe/Berlin".into()).start().await;
    let worker = worker(&ward);
    // Times that a worker has not seen yet begin with its first look.
    let seen = enqueue(&worker, &json!({"text": "seen"})).await;
    until(&worker, &seen, "done").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    clock.set(EVENING + 4 * HOUR + HOUR / 2 - 1);
    let before = enqueue(&worker, &json!({"text": "before"})).await;
    until(&worker, &before, "done").await;
    assert!(steps(&worker, "nightly").await.is_empty(), "it is not half past two");
    clock.advance(1);
    eventually("it has run", async || steps(&worker, "nightly").await.len() == 2).await;
    // Half past two comes twice that night.
    clock.advance(HOUR);
    let after = enqueue(&worker, &json!({"text": "after"})).await;
    until(&worker, &after, "done").await;
    assert_eq!(steps(&worker, "nightly").await.len(), 2);
    clock.advance(24 * HOUR);
    eventually("it has run again", async || steps(&worker, "nightly").await.len() == 4).await;
}

#[tokio::test]
async fn times_that_nobody_saw_are_made_up_for_once() {
    let clock = HeldClock::at(EVENING);
    let ward = builder().clock(clock.clock()).start().await;
    let worker = worker(&ward);
    let seen = enqueue(&worker, &json!({"text": "seen"})).await;
    until(&worker, &seen, "done").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    clock.advance(10 * 24 * HOUR);
    eventually("it has run", async || steps(&worker, "nightly").await.len() == 2).await;
    let after = enqueue(&worker, &json!({"text": "after"})).await;
    until(&worker, &after, "done").await;
    assert_eq!(steps(&worker, "nightly").await.len(), 2);
}

#[tokio::test]
async fn two_nodes_run_each_time_once() {
    let clock = HeldClock::at(EVENING);
    let first = builder().clock(clock.clock()).start().await;
    if !first.database().is_postgres() {
        return;
    }
    let second = builder().clock(clock.clock()).beside(&first).start().await;
    let (here, there) = (worker(&first), worker(&second));
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    for day in 1..=5 {
        clock.advance(24 * HOUR);
        eventually("it has run", async || steps(&here, "nightly").await.len() >= 2 * day).await;
        let after = enqueue(&there, &json!({"text": "after"})).await;
        until(&there, &after, "done").await;
        assert_eq!(steps(&here, "nightly").await.len(), 2 * day);
    }
}

#[tokio::test]
async fn a_schedule_that_cannot_be_is_not_installed() {
    let refused = builder().without_plugins().guest("bad-schedule", &["sql", "jobs"]).try_start().await;
    let sentence = format!("{:#}", refused.err().unwrap());
    assert!(sentence.contains("`never`"), "{sentence}");
}

#[tokio::test]
async fn a_plugin_that_works_by_itself_must_be_granted_that() {
    for missing in ["jobs", "events"] {
        let grants: Vec<&str> = GRANTS.into_iter().filter(|grant| *grant != missing).collect();
        let refused = builder().without_plugins().guest("worker", &grants).try_start().await;
        let sentence = format!("{:#}", refused.err().unwrap());
        assert!(sentence.contains(&format!("`{missing}`")), "{sentence}");
    }
}
