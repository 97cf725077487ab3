//! Two nodes on one PostgreSQL.

use serde_json::json;
use ward_tests::Ward;

use crate::client::{Events, Socket};
use crate::stage::{builder, enqueue, publish, until, worker};

/// Two nodes whose polls come too late to be what a test sees; nothing on SQLite, which has one.
async fn two() -> Option<(Ward, Ward)> {
    let patient = || builder().configure(|assembly| assembly.background.poll_ms = 60_000);
    let first = patient().start().await;
    if !first.database().is_postgres() {
        return None;
    }
    let second = patient().beside(&first).start().await;
    // Both listen, once they have heard each other.
    let (here, there) = (worker(&first), worker(&second));
    for (from, to) in [(&here, &there), (&there, &here)] {
        let mut events = Events::listen(to, "hello", None).await;
        events.next().await;
        let calling = async {
            loop {
                publish(from, "hello", &[json!(0)]).await;
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        };
        tokio::select! {
            _ = events.next() => {}
            () = calling => {}
        }
    }
    Some((first, second))
}

#[tokio::test]
async fn a_client_of_one_node_hears_what_is_published_on_the_other() {
    let Some((first, second)) = two().await else { return };
    let (here, there) = (worker(&first), worker(&second));
    let mut socket = Socket::listen(&here, "tasks", "").await;
    let mut events = Events::listen(&here, "tasks", None).await;
    assert_eq!((socket.next().await.is_ok(), events.next().await.id), (true, None));
    let data: Vec<_> = (0..50).map(|number| json!(number)).collect();
    publish(&there, "tasks", &data).await;
    for number in 0..50 {
        assert_eq!(socket.next().await, Ok(json!(number)));
        assert_eq!(events.next().await.data, number);
    }
}

#[tokio::test]
async fn who_comes_back_to_another_node_goes_on_where_it_was() {
    let Some((first, second)) = two().await else { return };
    let (here, there) = (worker(&first), worker(&second));
    let mut events = Events::listen(&here, "tasks", None).await;
    events.next().await;
    publish(&here, "tasks", &[json!(1), json!(2), json!(3)]).await;
    let heard = events.next().await;
    let mut again = Events::listen(&there, "tasks", heard.id.as_deref()).await;
    again.next().await;
    assert_eq!((again.next().await.data, again.next().await.data), (json!(2), json!(3)));
}

#[tokio::test]
async fn all_nodes_hear_one_order_whoever_publishes() {
    let Some((first, second)) = two().await else { return };
    let (here, there) = (worker(&first), worker(&second));
    let mut streams = Vec::new();
    for api in [&here, &there] {
        let mut events = Events::listen(api, "tasks", None).await;
        events.next().await;
        streams.push(events);
    }
    let publishing = (0..60).map(|number| {
        let api = if number % 2 == 0 { here.clone() } else { there.clone() };
        async move { publish(&api, "tasks", &[json!(number)]).await }
    });
    futures_util::future::join_all(publishing).await;
    let mut orders = Vec::new();
    for events in &mut streams {
        let mut order = Vec::new();
        for _ in 0..60 {
            let event = events.next().await;
            order.push((event.id, event.data));
        }
        orders.push(order);
    }
    assert_eq!(orders[0], orders[1]);
    let mut numbers: Vec<_> = orders[0].iter().map(|(_, data)| data.as_i64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..60).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_job_is_cancelled_from_another_node_than_the_one_that_runs_it() {
    let first = builder().start().await;
    if !first.database().is_postgres() {
        return;
    }
    let here = worker(&first);
    let id = enqueue(&here, &json!({"text": "far", "wait_ms": 120_000})).await;
    until(&here, &id, "running").await;
    let second = builder().beside(&first).start().await;
    let there = worker(&second);
    assert_eq!(there.post(&format!("/jobs/{id}/cancel"), &json!({})).await.expect(200).json(), "running");
    assert_eq!(until(&there, &id, "cancelled").await["attempt"], 1);
}

#[tokio::test]
async fn a_node_that_stops_puts_back_what_it_runs() {
    let mut first = builder().configure(|assembly| assembly.http.shutdown_ms = 300).start().await;
    if !first.database().is_postgres() {
        return;
    }
    let here = worker(&first);
    let id = enqueue(&here, &json!({"text": "moved", "wait_ms": 3_000})).await;
    until(&here, &id, "running").await;
    let second = builder().configure(|assembly| assembly.background.lease_ms = 600_000).beside(&first).start().await;
    first.stop();
    let job = until(&worker(&second), &id, "done").await;
    assert_eq!(job["attempt"], 2);
}
