//! Events that become jobs.

use serde_json::json;
use ward_tests::ward::eventually;

use crate::stage::{builder, is_not_logged, publish, worker};

async fn heard(worker: &ward_tests::Api) -> Vec<String> {
    let rows = worker.get("/heard").await.expect(200).list();
    rows.iter().map(|row| row["data"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_subscribed_plugin_is_told_of_its_topics_and_of_no_others() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    publish(&worker, "other", &[json!("not this")]).await;
    publish(&worker, "notes/7", &[json!({"name": "张伟"})]).await;
    publish(&worker, "notesx", &[json!("nor this")]).await;
    publish(&worker, "notes", &[json!("last")]).await;
    eventually("both are heard", async || heard(&worker).await.len() == 2).await;
    let mut heard = heard(&worker).await;
    heard.sort();
    assert_eq!(heard, ["\"last\"", "{\"name\":\"张伟\"}"]);
    is_not_logged("张伟");
}

#[tokio::test]
async fn what_was_rolled_back_is_told_to_nobody() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let body = json!({"topic": "notes", "data": ["never"], "roll_back": true});
    worker.post("/publish", &body).await.expect(204);
    publish(&worker, "notes", &[json!("after")]).await;
    eventually("one is heard", async || !heard(&worker).await.is_empty()).await;
    assert_eq!(heard(&worker).await, ["\"after\""]);
}

#[tokio::test]
async fn events_come_in_the_order_of_publishing_and_each_once() {
    let ward = builder().configure(|assembly| assembly.limits.job_concurrency = 1).start().await;
    let worker = worker(&ward);
    for number in 0..5 {
        let data: Vec<_> = (0..30).map(|place| json!(number * 30 + place)).collect();
        publish(&worker, "notes", &data).await;
    }
    eventually("all are heard", async || heard(&worker).await.len() >= 150).await;
    let numbers: Vec<String> = (0..150).map(|number| number.to_string()).collect();
    assert_eq!(heard(&worker).await, numbers);
}

#[tokio::test]
async fn a_full_queue_lets_events_wait_and_loses_none() {
    let ward = builder().configure(|assembly| assembly.limits.job_queue = 2).start().await;
    let worker = worker(&ward);
    let data: Vec<_> = (0..20).map(|number| json!(number)).collect();
    publish(&worker, "notes", &data).await;
    eventually("all are heard", async || heard(&worker).await.len() >= 20).await;
    assert_eq!(heard(&worker).await.len(), 20);
}

#[tokio::test]
async fn what_cannot_be_an_event_is_refused() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    for topic in ["", "/", "a b", "影像", "a//b", "a/", &"a".repeat(129)] {
        worker.post("/publish", &json!({"topic": topic, "data": [1]})).await.expect(400);
    }
    worker.post("/publish", &json!({"topic": "a", "data": ["x".repeat(70_000)]})).await.expect(400);
    let flood: Vec<_> = (0..1_001).map(|number| json!(number)).collect();
    worker.post("/publish", &json!({"topic": "a", "data": flood})).await.expect(400);
    worker.post("/publish", &json!({"topic": "a", "data": ["\u{0}\n影像"]})).await.expect(204);
}

#[tokio::test]
async fn so_many_events_wait_for_a_plugin_and_no_more() {
    let limits = |assembly: &mut ward::assembly::Assembly| {
        assembly.limits.job_queue = 1;
        assembly.limits.job_concurrency = 1;
        assembly.limits.event_queue = 10;
    };
    let ward = builder().configure(limits).start().await;
    let worker = worker(&ward);
    // Its one place is taken: nothing is delivered.
    let slow = crate::stage::enqueue(&worker, &json!({"text": "slow", "wait_ms": 120_000})).await;
    crate::stage::until(&worker, &slow, "running").await;
    let mut published = 0;
    let full = async |published: &mut usize| {
        let answer = worker.post("/publish", &json!({"topic": "notes", "data": [*published]})).await;
        *published += usize::from(answer.status == 204);
        answer.status == 503
    };
    for _ in 0..1_000 {
        if full(&mut published).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!((10..1_000).contains(&published), "{published}");
    worker.post(&format!("/jobs/{slow}/cancel"), &json!({})).await.expect(200);
    eventually("all are heard", async || heard(&worker).await.len() == published).await;
}
