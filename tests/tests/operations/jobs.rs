//! What operators see of jobs, and what they can do to those that are dead.

use serde_json::{Value, json};
use ward_tests::ward::eventually;
use ward_tests::{Api, PASSWORD, Ward, artefacts, log};

use crate::stage::administrator;

/// A server whose jobs fail quickly, a client of the guest, and one of the host for its administrator.
async fn serve() -> (Ward, Api, Api) {
    let ward = Ward::builder()
        .without_plugins()
        .guest("worker", &["sql", "identity", "jobs", "events"])
        .configure(|assembly| assembly.background.retry_ms = 1)
        .start()
        .await;
    let (worker, administrator) = (ward.at("/worker"), administrator(&ward).await);
    (ward, worker, administrator)
}

async fn enqueue(worker: &Api, task: &Value) -> String {
    worker.post("/jobs", task).await.expect(200).json()["id"].as_str().unwrap().to_owned()
}

async fn until(worker: &Api, id: &str, state: &str) {
    eventually(state, || async { worker.get(&format!("/jobs/{id}")).await.json()["state"] == state }).await;
}

/// The numbers of the dead jobs.
async fn dead(administrator: &Api) -> Vec<String> {
    let page = administrator.get("/_ward/jobs/worker").await.expect(200).json();
    page["jobs"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
}

fn post(api: &Api, path: &str) -> reqwest::RequestBuilder {
    api.request(http::Method::POST, path)
}

#[tokio::test]
async fn dead_jobs_are_listed_without_what_they_carry_or_why_they_failed() {
    let (_ward, worker, administrator) = serve().await;
    let id = enqueue(&worker, &json!({ "text": "张伟-secret", "give_up": true })).await;
    until(&worker, &id, "dead").await;
    let page = administrator.get("/_ward/jobs/worker").await.expect(200);
    assert!(!page.text().contains("secret"), "{}", page.text());
    let job = &page.json()["jobs"][0];
    assert_eq!((&job["id"], &job["kind"], &job["state"]), (&json!(id), &json!("task"), &json!("dead")));
    assert_eq!((&job["failures"], &job["attempts"]), (&json!(1), &json!(8)));
    assert!(job["ended"].is_string());
    let one = administrator.get(&format!("/_ward/jobs/worker/{id}")).await.expect(200).json();
    assert_eq!(one["reason"], "attempt 1 of 张伟-secret");
    assert!(log::lines_with(&["张伟-secret"]).is_empty());
    let counts = administrator.get("/_ward/jobs").await.expect(200).json();
    assert_eq!(counts["queues"][0]["counts"], json!([{ "kind": "task", "state": "dead", "count": 1 }]));
}

#[tokio::test]
async fn a_job_that_is_retried_runs_again_as_often_as_at_first() {
    let (_ward, worker, administrator) = serve().await;
    let id = enqueue(&worker, &json!({ "text": "again", "fails": 3, "attempts": 2 })).await;
    until(&worker, &id, "dead").await;
    let retried = administrator.send(post(&administrator, &format!("/_ward/jobs/worker/{id}/retry"))).await.expect(200);
    assert_eq!(retried.json()["state"], "waiting");
    until(&worker, &id, "done").await;
    assert_eq!(worker.get(&format!("/jobs/{id}")).await.json()["attempt"], 4);
    assert!(dead(&administrator).await.is_empty());
}

#[tokio::test]
async fn a_job_that_is_discarded_is_gone() {
    let (_ward, worker, administrator) = serve().await;
    let id = enqueue(&worker, &json!({ "text": "x", "give_up": true })).await;
    until(&worker, &id, "dead").await;
    administrator.delete(&format!("/_ward/jobs/worker/{id}")).await.expect(200);
    administrator.get(&format!("/_ward/jobs/worker/{id}")).await.expect(404);
    administrator.delete(&format!("/_ward/jobs/worker/{id}")).await.expect(404);
    worker.get(&format!("/jobs/{id}")).await.expect(404);
}

#[tokio::test]
async fn only_what_is_dead_can_be_retried_or_discarded() {
    let (_ward, worker, administrator) = serve().await;
    let done = enqueue(&worker, &json!({ "text": "done" })).await;
    let waits = enqueue(&worker, &json!({ "text": "waits", "delay_ms": 3_600_000 })).await;
    until(&worker, &done, "done").await;
    for (id, state) in [(&done, "done"), (&waits, "waiting")] {
        let path = format!("/_ward/jobs/worker/{id}");
        let refused = administrator.delete(&path).await.expect(409);
        assert!(refused.text().contains(state), "{}", refused.text());
        administrator.send(post(&administrator, &format!("{path}/retry"))).await.expect(409);
        assert_eq!(administrator.get(&path).await.expect(200).json()["state"], state);
    }
}

#[tokio::test]
async fn what_there_is_not_is_said() {
    let (_ward, _worker, administrator) = serve().await;
    for path in
        ["/_ward/jobs/nowhere", "/_ward/jobs/worker/none", "/_ward/jobs/worker/%27%20OR%201=1", "/_ward/jobs/host"]
    {
        administrator.get(path).await.expect(404);
    }
    administrator.send(post(&administrator, "/_ward/jobs/worker/none/retry")).await.expect(404);
    for query in ["state=lost", "limit=0", "limit=1000", "sort=id"] {
        administrator.get(&format!("/_ward/jobs/worker?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let (_ward, worker, administrator) = serve().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(enqueue(&worker, &json!({ "text": "x", "delay_ms": 3_600_000 })).await);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/_ward/jobs/worker?state=waiting&limit=2&after={after}");
        let page = administrator.get(&path).await.expect(200).json();
        seen.extend(page["jobs"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut after);
    }
    ids.sort();
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn the_command_line_does_the_same() {
    let (ward, worker, administrator) = serve().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(enqueue(&worker, &json!({ "text": "张伟-secret", "give_up": true })).await);
    }
    for id in &ids {
        until(&worker, id, "dead").await;
    }
    let run = async |arguments: &[&str]| {
        let output = tokio::process::Command::new(artefacts::binary())
            .arg("jobs")
            .args(arguments)
            .env("WARD_URL", format!("http://{}", ward.address()))
            .env("WARD_PASSWORD", PASSWORD)
            .output()
            .await
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (code, said) = run(&["list", "worker"]).await;
    assert!(code == 0 && ids.iter().all(|id| said.contains(id)) && !said.contains("secret"), "{said}");
    let (code, said) = run(&["list"]).await;
    assert!(code == 0 && said.contains("worker") && said.contains("dead"), "{said}");
    let (code, said) = run(&["inspect", "worker", &ids[0]]).await;
    assert!(code == 0 && said.contains("attempt 1 of 张伟-secret"), "{said}");
    let (code, said) = run(&["discard", "worker", &ids[0], "nothing"]).await;
    assert!(code == 1 && said.contains("there is no such job") && said.contains("1 of 2 jobs"), "{said}");
    let (code, said) = run(&["discard", "worker", "--all"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(dead(&administrator).await.is_empty());
}
