//! Jobs that go as jobs should.

use serde_json::json;
use ward::clock::HeldClock;
use ward_tests::ward::eventually;

use crate::stage::{builder, enqueue, is_not_logged, look_up, steps, until, worker};

#[tokio::test]
async fn a_job_is_run_once_its_transaction_has_committed() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "one"})).await;
    let job = until(&worker, &id, "done").await;
    assert_eq!((&job["attempt"], &job["percent"], &job["reason"]), (&json!(1), &json!(100), &json!(null)));
    assert_eq!(steps(&worker, "one").await, [(1, "began".into()), (1, "ended".into())]);
}

#[tokio::test]
async fn a_job_whose_transaction_was_rolled_back_never_existed() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "never", "roll_back": true})).await;
    let after = enqueue(&worker, &json!({"text": "after"})).await;
    until(&worker, &after, "done").await;
    worker.get(&format!("/jobs/{id}")).await.expect(404);
    assert!(steps(&worker, "never").await.is_empty());
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_and_sees_its_attempt() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "thrice", "fails": 2})).await;
    let job = until(&worker, &id, "done").await;
    assert_eq!(job["attempt"], 3);
    let began: Vec<i64> = steps(&worker, "thrice").await.into_iter().map(|(attempt, _)| attempt).collect();
    assert_eq!(began, [1, 2, 3, 3]);
    let keys = worker.get("/steps").await.expect(200).list();
    assert!(keys.iter().all(|step| step["key"] == id.as_str()), "one key for all attempts: {keys:?}");
}

#[tokio::test]
async fn the_last_failure_is_kept_as_the_reason_of_a_dead_job() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "张伟", "fails": 9, "attempts": 2})).await;
    let job = until(&worker, &id, "dead").await;
    assert_eq!((&job["attempt"], &job["reason"]), (&json!(2), &json!("attempt 2 of 张伟")));
    let id = enqueue(&worker, &json!({"text": "hopeless", "give_up": true})).await;
    let job = until(&worker, &id, "dead").await;
    assert_eq!((&job["attempt"], &job["reason"]), (&json!(1), &json!("attempt 1 of hopeless")));
}

#[tokio::test]
async fn a_failure_may_say_how_long_to_wait() {
    let ward = builder().configure(|assembly| assembly.background.retry_ms = 600_000).start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "soon", "fails": 1, "again_ms": 1})).await;
    until(&worker, &id, "done").await;
    let id = enqueue(&worker, &json!({"text": "later", "fails": 1})).await;
    eventually("it has failed once", async || look_up(&worker, &id).await["reason"] != json!(null)).await;
    assert_eq!(look_up(&worker, &id).await["state"], "waiting");
}

#[tokio::test]
async fn what_a_job_carries_and_why_it_failed_is_never_logged() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "secret-of-a-patient", "fails": 1, "attempts": 1})).await;
    until(&worker, &id, "dead").await;
    is_not_logged("secret-of-a-patient");
    assert!(!ward_tests::log::lines_with(&[&id, "dead"]).is_empty(), "that it died is logged");
}

#[tokio::test]
async fn the_highest_priority_runs_first() {
    let ward = builder().configure(|assembly| assembly.limits.job_concurrency = 1).start().await;
    let worker = worker(&ward);
    let first = enqueue(&worker, &json!({"text": "first", "wait_ms": 1_500})).await;
    until(&worker, &first, "running").await;
    let mut last = String::new();
    for (text, priority) in [("ordinary", 0), ("low", -100), ("high", 100), ("also ordinary", 0)] {
        let id = enqueue(&worker, &json!({"text": text, "priority": priority})).await;
        if priority == -100 {
            last = id;
        }
    }
    until(&worker, &last, "done").await;
    let steps = worker.get("/steps").await.expect(200).list();
    let order: Vec<_> = steps.iter().filter(|step| step["step"] == "began").map(|step| step["text"].clone()).collect();
    assert_eq!(order, ["first", "high", "ordinary", "also ordinary", "low"]);
}

#[tokio::test]
async fn a_delayed_job_waits_for_its_time() {
    let clock = HeldClock::at(1_790_000_000_000);
    let ward = builder().clock(clock.clock()).start().await;
    let worker = worker(&ward);
    let delayed = enqueue(&worker, &json!({"text": "delayed", "delay_ms": 60_000})).await;
    let at_once = enqueue(&worker, &json!({"text": "at once"})).await;
    until(&worker, &at_once, "done").await;
    clock.advance(59_999);
    let another = enqueue(&worker, &json!({"text": "another"})).await;
    until(&worker, &another, "done").await;
    assert_eq!(look_up(&worker, &delayed).await["state"], "waiting");
    clock.advance(1);
    until(&worker, &delayed, "done").await;
}

#[tokio::test]
async fn there_is_one_job_of_a_key() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let task = json!({"text": "once", "key": "study/7"});
    let first = enqueue(&worker, &task).await;
    assert_eq!(enqueue(&worker, &task).await, first);
    until(&worker, &first, "done").await;
    assert_eq!(enqueue(&worker, &task).await, first, "also when it is done");
    let task = json!({"text": "twice", "key": "k"});
    let both = tokio::join!(worker.post("/jobs", &task), worker.post("/jobs", &task));
    assert_eq!(both.0.expect(200).json(), both.1.expect(200).json());
    assert_eq!(steps(&worker, "once").await.len(), 2);
    let keys = worker.get("/steps").await.expect(200).list();
    assert!(keys.iter().any(|step| step["key"] == "study/7"), "the job sees its key: {keys:?}");
}

#[tokio::test]
async fn progress_is_seen_while_the_job_runs() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "slow", "wait_ms": 3_000})).await;
    eventually("half is done", async || {
        let job = look_up(&worker, &id).await;
        job["state"] == "running" && job["percent"] == 50 && job["note"] == "half"
    })
    .await;
    let answer = worker.post("/report", &json!({})).await.expect(200).json();
    assert!(answer.as_str().unwrap().contains("no job runs here"), "{answer}");
}

#[tokio::test]
async fn a_full_queue_refuses_and_takes_again_when_there_is_room() {
    let clock = HeldClock::at(1_790_000_000_000);
    let ward = builder().clock(clock.clock()).configure(|assembly| assembly.limits.job_queue = 3).start().await;
    let worker = worker(&ward);
    for _ in 0..3 {
        enqueue(&worker, &json!({"text": "waits", "delay_ms": 1_000})).await;
    }
    worker.post("/jobs", &json!({"text": "too many"})).await.expect(503);
    clock.advance(1_000);
    eventually("they have run", async || steps(&worker, "waits").await.len() == 6).await;
    eventually("there is room", async || worker.post("/jobs", &json!({"text": "again"})).await.status == 200).await;
    assert!(steps(&worker, "too many").await.is_empty());
}

#[tokio::test]
async fn no_job_holds_up_more_than_its_place() {
    let ward = builder().configure(|assembly| assembly.limits.job_concurrency = 2).start().await;
    let worker = worker(&ward);
    let slow = enqueue(&worker, &json!({"text": "slow", "wait_ms": 20_000})).await;
    until(&worker, &slow, "running").await;
    for number in 0..5 {
        let id = enqueue(&worker, &json!({"text": number.to_string()})).await;
        until(&worker, &id, "done").await;
    }
    assert_eq!(look_up(&worker, &slow).await["state"], "running");
}

#[tokio::test]
async fn jobs_enqueued_by_many_at_once_are_each_run_once() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let enqueue = (0..40).map(|number| {
        let worker = worker.clone();
        async move { worker.post(&format!("/jobs/many?count={}", 5 + number % 2), &json!({})).await.expect(200).json() }
    });
    let enqueued: u64 = futures_util::future::join_all(enqueue).await.iter().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(enqueued, 220);
    eventually("all have run", async || steps(&worker, "").await.len() as u64 >= enqueued * 2).await;
    let steps = steps(&worker, "").await;
    assert_eq!(steps.len() as u64, enqueued * 2);
    assert!(steps.iter().all(|(attempt, _)| *attempt == 1));
}
