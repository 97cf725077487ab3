//! Events over WebSocket.

use serde_json::json;
use ward_tests::Api;

use crate::client::Socket;
use crate::stage::{builder, publish, worker};

async fn begin(api: &Api, topics: &str, query: &str) -> Socket {
    let mut socket = Socket::listen(api, topics, query).await;
    assert_eq!(socket.next().await, Ok(json!({"hello": "你好"})));
    socket
}

#[tokio::test]
async fn a_client_hears_the_data_of_its_topics_as_they_are() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let mut socket = begin(&worker, "tasks", "").await;
    publish(&worker, "other", &[json!(0)]).await;
    publish(&worker, "tasks/7", &[json!({"type": "通知", "data": {}}), json!(2)]).await;
    assert_eq!(socket.next().await, Ok(json!({"type": "通知", "data": {}})));
    assert_eq!(socket.next().await, Ok(json!(2)));
}

#[tokio::test]
async fn the_token_may_be_in_the_query_and_the_socket_ends_with_it() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let person = worker.post("/people", &json!({"username": "listener"})).await.expect(200).json();
    let query = format!("&token={}", person["token"].as_str().unwrap());
    let mut socket = begin(&worker, "tasks", &query).await;
    worker.post(&format!("/people/{}/leave", person["id"]), &json!({})).await.expect(204);
    assert_eq!(socket.next().await, Err(Some(1008)));
    assert_eq!(Socket::try_listen(&worker, "tasks", &query).await.err(), Some(401));
    assert_eq!(Socket::try_listen(&worker, "tasks", "&token=forged").await.err(), Some(401));
}

#[tokio::test]
async fn a_refusal_comes_before_the_handshake() {
    let ward = builder().configure(|assembly| assembly.streams.per_account = 1).start().await;
    let worker = worker(&ward);
    assert_eq!(Socket::try_listen(&worker, "tasks", "&refuse=true").await.err(), Some(403));
    let _first = begin(&worker, "tasks", "").await;
    assert_eq!(Socket::try_listen(&worker, "tasks", "").await.err(), Some(429));
    let asked = worker.request(http::Method::GET, "/listen").header("upgrade", "websocket");
    assert_eq!(worker.send(asked).await.status, 429);
}

#[tokio::test]
async fn what_is_no_handshake_is_a_clear_error() {
    let ward = builder().start().await;
    let worker = worker(&ward);
    let half = worker.request(http::Method::GET, "/listen").header("upgrade", "websocket");
    let answer = worker.send(half).await.expect(400);
    assert_eq!(answer.json()["guest_error"], "malformed");
}

#[tokio::test]
async fn a_client_may_talk_and_nobody_minds() {
    let ward = builder().configure(|assembly| assembly.streams.idle_ms = 3_000).start().await;
    let worker = worker(&ward);
    let mut socket = begin(&worker, "tasks", "").await;
    for _ in 0..100 {
        socket.say("{\"type\":\"ping\"}").await;
    }
    publish(&worker, "tasks", &[json!(1)]).await;
    assert_eq!(socket.next().await, Ok(json!(1)));
    assert_eq!(socket.next().await, Err(Some(1000)), "nothing happens any more");
    let mut rude = begin(&worker, "tasks", "").await;
    rude.say(&"x".repeat(5_000)).await;
    assert!(rude.next().await.is_err());
}

#[tokio::test]
async fn a_socket_is_told_that_the_server_stops() {
    let mut ward = builder().start().await;
    let mut socket = begin(&worker(&ward), "tasks", "").await;
    ward.stop();
    assert_eq!(socket.next().await, Err(Some(1001)));
}

#[tokio::test]
async fn a_socket_that_never_reads_harms_nobody() {
    let ward = builder().configure(|assembly| assembly.http.body_idle_ms = 2_000).start().await;
    let worker = worker(&ward);
    let deaf = begin(&worker, "tasks", "").await;
    let mut listening = begin(&worker, "tasks", "").await;
    let large = "x".repeat(60_000);
    for number in 0..400 {
        publish(&worker, "tasks", &[json!({"number": number, "large": large})]).await;
        assert_eq!(listening.next().await.unwrap()["number"], number);
    }
    drop(deaf);
}
