//! Hosts that die: no job that was accepted is lost.

use std::sync::{Arc, Mutex};

use serde_json::json;
use ward_tests::Api;
use ward_tests::process::{Home, WardProcess};
use ward_tests::ward::eventually;

use crate::stage::{enqueue, look_up, steps, until};

const ASSEMBLY: &str = r#"
    [background]
    poll_ms = 100
    lease_ms = 1000
    retry_ms = 1

    [[mount]]
    plugin = "worker"
    path = "/worker"
    unsigned = true
    grants = ["sql", "identity", "jobs", "events"]
"#;

async fn start(home: &Home) -> (WardProcess, Api) {
    let process = home.start_guests(ASSEMBLY, &[]).await;
    let worker = process.at("/worker");
    (process, worker)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_host_was_killed_is_finished_after_the_restart() {
    let home = Home::new().await;
    let (process, worker) = start(&home).await;
    let id = enqueue(&worker, &json!({"text": "killed", "wait_ms": 2_000})).await;
    until(&worker, &id, "running").await;
    eventually("it has begun", async || steps(&worker, "killed").await.len() == 1).await;
    process.kill().await;

    let (_process, worker) = start(&home).await;
    let job = until(&worker, &id, "done").await;
    assert_eq!(job["attempt"], 2, "the plugin can see that it may have been done before");
    let steps = steps(&worker, "killed").await;
    assert_eq!(steps, [(1, "began".into()), (2, "began".into()), (2, "ended".into())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_accepted_job_is_lost_however_often_the_host_is_killed() {
    let home = Home::new().await;
    let accepted: Arc<Mutex<Vec<String>>> = Arc::default();
    for round in 0..3 {
        let (process, worker) = start(&home).await;
        let before = accepted.lock().unwrap().len();
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let (worker, accepted) = (worker.clone(), accepted.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        let task = json!({"text": format!("{round}-{client}-{number}"), "wait_ms": 10});
                        let request = worker.request(http::Method::POST, "/jobs").json(&task);
                        let Ok(answer) = worker.try_send(request).await else { break };
                        let id = answer.expect(200).json()["id"].as_str().unwrap().to_owned();
                        accepted.lock().unwrap().push(id);
                    }
                })
            })
            .collect();
        // At another moment each time, while some run and others wait.
        let enough = async || accepted.lock().unwrap().len() >= before + 20 + 7 * round;
        eventually("some were accepted", enough).await;
        process.kill().await;
        for client in clients {
            client.await.unwrap();
        }
    }
    let accepted = accepted.lock().unwrap().clone();
    let (_process, worker) = start(&home).await;
    for id in &accepted {
        let job = until(&worker, id, "done").await;
        assert_eq!(job["reason"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_delivered_though_the_host_was_killed_after_it_was_accepted() {
    let home = Home::new().await;
    let (process, worker) = start(&home).await;
    let data: Vec<_> = (0..200).map(|number| json!(number)).collect();
    crate::stage::publish(&worker, "notes", &data).await;
    process.kill().await;
    let (_process, worker) = start(&home).await;
    let heard = async || worker.get("/heard").await.expect(200).list().len();
    eventually("all are heard", async || heard().await >= 200).await;
    assert_eq!(heard().await, 200, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_nodes_job_is_taken_up_by_the_other() {
    let home = Home::new().await;
    if !home.is_postgres() {
        return;
    }
    let (first, here) = start(&home).await;
    let id = enqueue(&here, &json!({"text": "moved", "wait_ms": 2_500})).await;
    until(&here, &id, "running").await;
    let (_second, there) = start(&home).await;
    assert_eq!(look_up(&there, &id).await["attempt"], 1);
    first.kill().await;
    let job = until(&there, &id, "done").await;
    assert_eq!(job["attempt"], 2);
    assert_eq!(steps(&there, "moved").await.last(), Some(&(2, "ended".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_not_taken_from_a_node_that_lives() {
    let home = Home::new().await;
    if !home.is_postgres() {
        return;
    }
    let (_first, here) = start(&home).await;
    let (_second, there) = start(&home).await;
    // Longer than three leases.
    let id = enqueue(&here, &json!({"text": "long", "wait_ms": 3_500})).await;
    let job = until(&there, &id, "done").await;
    assert_eq!(job["attempt"], 1);
}
