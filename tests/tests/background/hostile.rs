//! Jobs that mean no good.

use serde_json::{Value, json};
use ward_tests::{Api, Ward};

use crate::stage::{builder, worker};

const GRANTS: [&str; 2] = ["sql", "jobs"];

async fn start() -> Ward {
    let with = builder().guest("bad-jobs", &GRANTS);
    with.configure(|assembly| {
        assembly.limits.job_cpu_ms = 200;
        assembly.limits.job_wall_ms = 5_000;
        assembly.limits.memory_bytes = 32 << 20;
    })
    .start()
    .await
}

async fn enqueue(bad: &Api, kind: &str) -> String {
    let id = bad.post("/raw", &json!({"kind": kind, "attempts": 2})).await.expect(200).json();
    id.as_str().unwrap().to_owned()
}

/// State, attempt and reason when it is dead.
async fn dead(bad: &Api, id: &str) -> (i64, String) {
    for _ in 0..600 {
        let job = bad.get(&format!("/jobs/{id}")).await.expect(200).json();
        if job[0] == "State::Dead" {
            return (job[1].as_i64().unwrap(), job[2].as_str().unwrap().to_owned());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it lives: {}", bad.get(&format!("/jobs/{id}")).await.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_ends_or_traps_is_ended_tried_again_and_given_up() {
    let ward = start().await;
    let (bad, good) = (ward.at("/bad-jobs"), worker(&ward));
    let kinds = [
        ("loop", "computed for longer"),
        ("trap", "trapped"),
        ("memory", "ran out of its memory"),
        ("hold", "computed for longer"),
        ("unknown", "does not know the kind"),
    ];
    let mut ids = Vec::new();
    for (kind, _) in kinds {
        ids.push(enqueue(&bad, kind).await);
        good.get("/fine").await.expect(200);
    }
    for ((kind, words), id) in kinds.iter().zip(&ids) {
        let (attempt, reason) = dead(&bad, id).await;
        assert!(reason.contains(words), "{kind}: {reason}");
        assert_eq!(attempt, if *kind == "unknown" { 1 } else { 2 }, "{kind}");
    }
    bad.get("/fine").await.expect(200);
    let after = crate::stage::enqueue(&good, &json!({"text": "after"})).await;
    crate::stage::until(&good, &after, "done").await;
}

#[tokio::test]
async fn a_flood_of_jobs_is_held_to_the_requests_limit_and_to_the_queues() {
    let ward = builder().configure(|assembly| assembly.limits.job_queue = 1_500).start().await;
    let worker = worker(&ward);
    let flood = async |count: u32| worker.post(&format!("/jobs/many?count={count}"), &json!({})).await;
    assert_eq!(flood(100_000).await.expect(200).json(), 1_000);
    let more = flood(100_000).await.expect(200).json().as_u64().unwrap();
    assert!((500..=1_000).contains(&more), "{more}");
    worker.get("/fine").await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_a_job_is_refused_and_changes_nothing() {
    let ward = start().await;
    let bad = ward.at("/bad-jobs");
    let long = "x".repeat(70_000);
    let wrong = [
        ("Invalid", json!({"kind": ""})),
        ("Invalid", json!({"kind": "Loop"})),
        ("Invalid", json!({"kind": "a".repeat(65)})),
        ("Invalid", json!({"kind": "trap\n"})),
        ("Invalid", json!({"kind": "trap", "payload": ""})),
        ("Invalid", json!({"kind": "trap", "payload": "{"})),
        ("Invalid", json!({"kind": "trap", "payload": "{}{}"})),
        ("TooLarge", json!({"kind": "trap", "payload": format!("\"{long}\"")})),
        ("Invalid", json!({"kind": "trap", "priority": 101})),
        ("Invalid", json!({"kind": "trap", "priority": i32::MIN})),
        ("Invalid", json!({"kind": "trap", "delay_ms": u64::MAX})),
        ("Invalid", json!({"kind": "trap", "attempts": 0})),
        ("Invalid", json!({"kind": "trap", "attempts": 101})),
        ("Invalid", json!({"kind": "trap", "key": ""})),
        ("Invalid", json!({"kind": "trap", "key": "影".repeat(201)})),
        ("Invalid", json!({"kind": "trap", "key": "a\u{0}b"})),
    ];
    for (error, job) in wrong {
        let said = bad.post("/raw", &job).await.expect(200).json();
        assert!(said.as_str().unwrap().contains(error), "{said}: {}", shortened(&job));
    }
    let right = json!({"kind": "unknown", "payload": "[\"\\u0000 影像\"]", "key": "影".repeat(200), "attempts": 1});
    let id = bad.post("/raw", &right).await.expect(200).json();
    dead(&bad, id.as_str().unwrap()).await;
}

fn shortened(job: &Value) -> String {
    job.to_string().chars().take(100).collect()
}

#[tokio::test]
async fn a_plugin_cannot_reach_the_hosts_own_tables() {
    let refused = ward::storage::guest_statement_ok("DELETE FROM ward_job");
    assert!(refused.is_err());
    for table in ["ward_job", "\"ward_job\"", "WARD_EVENT", "ward_event_head", "ward_schedule", "ward_event_cursor"] {
        assert!(ward::storage::guest_statement_ok(&format!("SELECT * FROM {table}")).is_err(), "{table}");
    }
}
