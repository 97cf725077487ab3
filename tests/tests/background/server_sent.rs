//! Events over Server-Sent Events.

use std::time::Duration;

use serde_json::json;
use ward_tests::Api;

use crate::client::{Event, Events};
use crate::stage::{builder, publish, worker};

async fn begin(api: &Api, topics: &str) -> Events {
    let mut events = Events::listen(api, topics, None).await;
    let greeting = Event { id: None, name: None, data: json!({"hello": "你好"}) };
    assert_eq!(events.next().await, greeting);
    events
}

#[tokio::test]
async fn a_client_hears_its_topics_in_their_order_and_no_others() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let mut events = begin(&worker, "tasks,rooms/1").await;
    publish(&worker, "other", &[json!(0)]).await;
    publish(&worker, "tasks/7", &[json!(1), json!({"text": "张\n伟"})]).await;
    publish(&worker, "rooms/10", &[json!(0)]).await;
    publish(&worker, "rooms/1", &[json!(2)]).await;
    assert_eq!(events.next().await.data, 1);
    assert_eq!(events.next().await.data, json!({"text": "张\n伟"}));
    assert_eq!(events.next().await.data, 2);
}

#[tokio::test]
async fn who_hears_no_topic_hears_nothing() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let mut events = begin(&worker, "").await;
    publish(&worker, "tasks", &[json!(0)]).await;
    let mut other = begin(&worker, "tasks").await;
    publish(&worker, "tasks", &[json!(1)]).await;
    while other.next().await.data != json!(1) {}
    assert!(events.more().await);
    assert!(!events.rest().contains("data"), "{}", events.rest());
}

#[tokio::test]
async fn who_comes_back_goes_on_after_the_last_event_it_heard() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let mut events = begin(&worker, "tasks").await;
    publish(&worker, "tasks", &[json!(1), json!(2)]).await;
    let first = events.next().await;
    drop(events);
    publish(&worker, "tasks", &(3..250).map(|number| json!(number)).collect::<Vec<_>>()).await;
    let mut again = Events::listen(&worker, "tasks", first.id.as_deref()).await;
    assert_eq!(again.next().await.data, json!({"hello": "你好"}));
    for number in 2..250 {
        let event = again.next().await;
        assert_eq!((event.data, event.name), (json!(number), None));
    }
}

#[tokio::test]
async fn who_names_an_event_that_never_was_is_told_of_a_gap() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let mut events = Events::listen(&worker, "tasks", Some("1000000")).await;
    assert_eq!(events.next().await.data, json!({"hello": "你好"}));
    assert_eq!(events.next().await.name.as_deref(), Some("gap"));
    publish(&worker, "tasks", &[json!(1)]).await;
    assert_eq!(events.next().await.data, 1);
    for wrong in ["-1", "x", "99999999999999999999"] {
        assert_eq!(Events::try_listen(&worker, "tasks", Some(wrong)).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn signs_of_life_come_while_nothing_happens() {
    let ward = builder().start().await;
    let mut events = begin(&worker(&ward), "tasks").await;
    while events.rest().matches("\n\n").count() < 3 {
        assert!(events.more().await);
    }
    assert!(events.rest().lines().any(|line| line == ":"), "{}", events.rest());
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_ends() {
    let ward = builder().configure(|assembly| assembly.streams.idle_ms = 500).start().await;
    let mut events = begin(&worker(&ward), "tasks").await;
    assert_eq!(events.until_end().await, None);
}

#[tokio::test]
async fn a_stream_ends_with_its_callers_token() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let person = worker.post("/people", &json!({"username": "listener"})).await.expect(200).json();
    let api = worker.with_token(person["token"].as_str().unwrap());
    let mut events = begin(&api, "tasks").await;
    worker.post(&format!("/people/{}/leave", person["id"]), &json!({})).await.expect(204);
    assert_eq!(events.until_end().await, None);
    assert_eq!(Events::try_listen(&api, "tasks", None).await.status(), 401);
}

#[tokio::test]
async fn one_account_has_so_many_streams_and_others_have_theirs() {
    let ward = builder().configure(|assembly| assembly.streams.per_account = 2).start().await;
    let worker = worker(&ward);
    let person = worker.post("/people", &json!({"username": "listener"})).await.expect(200).json();
    let api = worker.with_token(person["token"].as_str().unwrap());
    let first = begin(&api, "tasks").await;
    let _second = begin(&api, "tasks").await;
    let refused = Events::try_listen(&api, "tasks", None).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["guest_error"], "too-many-requests");
    let _other = begin(&worker, "tasks").await;
    drop(first);
    ward_tests::ward::eventually("its place is free", async || {
        Events::try_listen(&api, "tasks", None).await.status() == 200
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_that_never_reads_harms_nobody() {
    let ward = builder().configure(|assembly| assembly.http.body_idle_ms = 2_000).start().await;
    let worker = worker(&ward);
    let deaf = begin(&worker, "tasks").await;
    let mut listening = begin(&worker, "tasks").await;
    let large = "x".repeat(60_000);
    for number in 0..400 {
        publish(&worker, "tasks", &[json!({"number": number, "large": large})]).await;
        assert_eq!(listening.next().await.data["number"], number);
    }
    drop(deaf);
}

#[tokio::test]
async fn a_stream_does_not_hold_up_the_end_of_the_server() {
    let mut ward = builder().start().await;
    let mut events = begin(&worker(&ward), "tasks").await;
    let started = std::time::Instant::now();
    ward.stop();
    assert_eq!(events.until_end().await, None);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_refusal_and_an_ordinary_answer_are_what_they_are() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let refused = worker.request(http::Method::GET, "/listen?refuse=true").header("accept", "text/event-stream");
    worker.send(refused).await.expect(403);
    let token = worker.post("/people", &json!({"username": "asks"})).await.expect(200).json()["token"].clone();
    let token = token.as_str().unwrap();
    let asked = worker.request(http::Method::GET, &format!("/seen?a=1&token={token}&b=2"));
    let seen = worker.send(asked.header("accept", "text/event-stream")).await.expect(200).json();
    assert_eq!(seen, "a=1&b=2", "a plugin sees no credentials");
    let wrong = worker.request(http::Method::GET, "/seen?token=wrong").header("accept", "text/event-stream");
    worker.send(wrong).await.expect(401);
    let ordinary = worker.get("/seen?token=mine").await.expect(200).json();
    assert_eq!(ordinary, "token=mine", "only a stream's query is read");
}
