//! Jobs that are cancelled.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::stage::{builder, enqueue, look_up, steps, until, worker};

#[tokio::test]
async fn a_job_that_waits_never_runs() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "before", "delay_ms": 300})).await;
    let state = worker.post(&format!("/jobs/{id}/cancel"), &json!({})).await.expect(200).json();
    assert_eq!(state, "cancelled");
    let later = enqueue(&worker, &json!({"text": "later", "delay_ms": 400})).await;
    until(&worker, &later, "done").await;
    assert_eq!(look_up(&worker, &id).await["state"], "cancelled");
    assert!(steps(&worker, "before").await.is_empty());
}

#[tokio::test]
async fn a_job_that_runs_is_stopped_where_it_stands() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    for task in [json!({"text": "waits", "wait_ms": 120_000}), json!({"text": "computes", "compute_ms": 120_000})] {
        let started = Instant::now();
        let id = enqueue(&worker, &task).await;
        until(&worker, &id, "running").await;
        let state = worker.post(&format!("/jobs/{id}/cancel"), &json!({})).await.expect(200).json();
        assert_eq!(state, "running", "it is being stopped");
        until(&worker, &id, "cancelled").await;
        assert!(started.elapsed() < Duration::from_mins(1), "it ran to its end");
    }
    let after = enqueue(&worker, &json!({"text": "after"})).await;
    until(&worker, &after, "done").await;
    assert!(steps(&worker, "waits").await.iter().all(|(attempt, step)| *attempt == 1 && step == "began"));
}

#[tokio::test]
async fn a_job_that_has_ended_stays_as_it_is() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let done = enqueue(&worker, &json!({"text": "done"})).await;
    let dead = enqueue(&worker, &json!({"text": "dead", "give_up": true})).await;
    for (id, state) in [(done, "done"), (dead, "dead")] {
        until(&worker, &id, state).await;
        let told = worker.post(&format!("/jobs/{id}/cancel"), &json!({})).await.expect(200).json();
        assert_eq!(told, state);
        assert_eq!(look_up(&worker, &id).await["state"], state);
    }
}

#[tokio::test]
async fn a_job_that_failed_is_not_tried_again() {
    let ward = builder().configure(|assembly| assembly.background.retry_ms = 600_000).start().await;
    let worker = worker(&ward);
    let id = enqueue(&worker, &json!({"text": "failed", "fails": 3})).await;
    ward_tests::ward::eventually("it has failed", async || look_up(&worker, &id).await["reason"] != json!(null)).await;
    assert_eq!(worker.post(&format!("/jobs/{id}/cancel"), &json!({})).await.expect(200).json(), "cancelled");
    assert_eq!(look_up(&worker, &id).await["attempt"], 1);
}

#[tokio::test]
async fn there_is_nothing_to_cancel_where_there_is_no_job() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    for id in ["0", "../../x", "影像", "%00", "'; DROP TABLE step"] {
        let path = format!("/jobs/{}/cancel", url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>());
        let status = worker.post(&path, &json!({})).await.status;
        assert!((400..500).contains(&status), "{id}: {status}");
    }
}
