//! A server with the guest `worker`, and what tests ask of it.

use serde_json::{Value, json};
use ward_tests::{Api, Builder, Ward, log};

/// What the guest is given.
pub const GRANTS: [&str; 4] = ["sql", "identity", "jobs", "events"];

/// The guest alone, with times that a test can wait for.
pub fn builder() -> Builder {
    Ward::builder().without_plugins().guest("worker", &GRANTS).configure(|assembly| {
        assembly.background.retry_ms = 1;
        assembly.background.poll_ms = 100;
        assembly.background.lease_ms = 1_000;
        assembly.streams.heartbeat_ms = 100;
    })
}

/// The guest of a server.
pub fn worker(ward: &Ward) -> Api {
    ward.at("/worker")
}

/// Enqueues a task and gives its id.
pub async fn enqueue(worker: &Api, task: &Value) -> String {
    let answer = worker.post("/jobs", task).await.expect(200);
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// How the job stands.
pub async fn look_up(worker: &Api, id: &str) -> Value {
    worker.get(&format!("/jobs/{id}")).await.expect(200).json()
}

/// Waits until the job is in this state; fails after half a minute.
pub async fn until(worker: &Api, id: &str, state: &str) -> Value {
    for _ in 0..600 {
        let job = look_up(worker, id).await;
        if job["state"] == state {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never {state}: {}", look_up(worker, id).await);
}

/// What jobs with this text have written: attempt and step, in order.
pub async fn steps(worker: &Api, text: &str) -> Vec<(i64, String)> {
    let steps = worker.get("/steps").await.expect(200).list();
    let mine = steps.iter().filter(|step| step["text"] == text);
    mine.map(|step| (step["attempt"].as_i64().unwrap(), step["step"].as_str().unwrap().to_owned())).collect()
}

/// Publishes these data to a topic.
pub async fn publish(worker: &Api, topic: &str, data: &[Value]) {
    worker.post("/publish", &json!({"topic": topic, "data": data})).await.expect(204);
}

/// Nobody has written this to the log.
#[track_caller]
pub fn is_not_logged(secret: &str) {
    assert_eq!(log::lines_with(&[secret]), Vec::<String>::new());
}
