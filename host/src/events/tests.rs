//! Events on each engine.

use std::sync::Arc;

use crate::assembly::{BackgroundLimits, Limits};
use crate::clock::HeldClock;
use crate::jobs::{Queue, QueueLimits};
use crate::storage::tests::Fixture;
use crate::storage::{Engine, Pool};

use super::deliver::{self, Subscriber};
use super::hub::{Hub, Told};
use super::outbox::Outbox;

struct Bench {
    _fixture: Fixture,
    pool: Pool,
    clock: HeldClock,
    hub: Arc<Hub>,
    subscriber: Subscriber,
}

impl Bench {
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for fixture in Fixture::all().await {
            let clock = HeldClock::at(1_000_000_000_000);
            let pool = fixture.plugin().await;
            let (limits, times) = (Limits::default(), BackgroundLimits::default());
            let outbox = Outbox::new("alpha", &pool, clock.clock(), &limits, &times);
            let small = Limits { job_queue: 3, ..limits };
            let other = fixture.database.plugin("beta", &[]).await.expect("another plugin");
            let queue = Queue::new(&other, clock.clock(), QueueLimits::new(&small, &times));
            let subscriber = Subscriber { domain: "beta".into(), topic: "tasks".into(), kind: "heard".into(), queue };
            all.push(Self { _fixture: fixture, pool, clock, hub: Hub::new(outbox), subscriber });
        }
        all
    }

    async fn publish(&self, topic: &str, data: &str) {
        let mut tx = self.pool.begin().await.expect("begins");
        self.hub.outbox().publish(topic, data, &mut tx).await.expect("publishes");
        tx.commit().await.expect("commits");
    }

    async fn turn(&self) {
        self.hub.outbox().number_new().await.expect("numbers");
        self.hub.tell().await.expect("tells");
    }

    async fn all_data(&self) -> Vec<(i64, String)> {
        let events = self.hub.outbox().after(0).await.expect("reads");
        events.into_iter().map(|event| (event.seq, event.data)).collect()
    }
}

#[tokio::test]
async fn numbers_follow_the_commits_and_have_no_gaps() {
    for bench in Bench::all().await {
        if bench.pool.engine() == Engine::Sqlite {
            // One writer: nobody commits while another is open.
            continue;
        }
        let mut late = bench.pool.begin().await.expect("begins");
        bench.hub.outbox().publish("tasks", "1", &mut late).await.expect("publishes");
        bench.publish("tasks", "2").await;
        bench.turn().await;
        assert_eq!(bench.all_data().await, [(1, "2".into())]);
        late.commit().await.expect("commits");
        let mut lost = bench.pool.begin().await.expect("begins");
        bench.hub.outbox().publish("tasks", "3", &mut lost).await.expect("publishes");
        drop(lost);
        bench.publish("tasks", "4").await;
        bench.turn().await;
        assert_eq!(bench.all_data().await, [(1, "2".into()), (2, "1".into()), (3, "4".into())]);
    }
}

#[tokio::test]
async fn numbering_at_once_gives_each_event_one_number() {
    for bench in Bench::all().await {
        for number in 0..20 {
            bench.publish("tasks", &number.to_string()).await;
        }
        let outbox = bench.hub.outbox();
        for numbered in futures_util::future::join_all((0..4).map(|_| outbox.number_new())).await {
            numbered.expect("numbers");
        }
        let expected: Vec<(i64, String)> = (0..20).map(|number| (number + 1, number.to_string())).collect();
        assert_eq!(bench.all_data().await, expected);
        assert_eq!(outbox.head().await, Ok(20));
    }
}

#[tokio::test]
async fn a_follower_misses_nothing_whenever_it_comes_and_however_slow_it_is() {
    for bench in Bench::all().await {
        bench.publish("tasks", "0").await;
        bench.turn().await;
        let mut early = bench.hub.follow(vec!["tasks".into()], 0);
        assert!(matches!(early.next().await, Ok(Told::Event(event)) if event.data == "0"));
        // More than the node keeps for those who are behind.
        for number in 1..600 {
            bench.publish(if number % 2 == 0 { "tasks/x" } else { "other" }, &number.to_string()).await;
            if number % 50 == 0 {
                bench.turn().await;
            }
        }
        bench.turn().await;
        let mut late = bench.hub.follow(vec!["tasks".into()], 1);
        for follower in [&mut early, &mut late] {
            for number in (2..600).step_by(2) {
                let told = follower.next().await.expect("tells");
                assert!(matches!(told, Told::Event(event) if event.data == number.to_string()), "{number}");
            }
        }
    }
}

#[tokio::test]
async fn who_comes_back_too_late_is_told_of_a_gap() {
    for bench in Bench::all().await {
        for number in 0..5 {
            bench.publish("tasks", &number.to_string()).await;
        }
        bench.turn().await;
        bench.clock.advance(24 * 3_600_000 + 1);
        assert_eq!(bench.hub.outbox().sweep().await, Ok(5));
        bench.publish("tasks", "5").await;
        bench.turn().await;
        let follow = |after| bench.hub.follow(vec!["tasks".into()], after).resuming();
        for after in [0, 3, 100] {
            assert_eq!(follow(after).next().await, Ok(Told::Gap), "{after}");
        }
        let mut exact = follow(5);
        assert!(matches!(exact.next().await, Ok(Told::Event(event)) if event.data == "5"));
    }
}

#[tokio::test]
async fn a_subscriber_is_told_once_as_far_as_it_has_room_and_nothing_is_swept_before() {
    for bench in Bench::all().await {
        let (outbox, subscriber) = (bench.hub.outbox(), &bench.subscriber);
        bench.publish("tasks", "\"before it subscribed\"").await;
        bench.turn().await;
        deliver::introduce(outbox, std::slice::from_ref(subscriber)).await.expect("introduces");
        for number in 0..5 {
            bench.publish("tasks", &number.to_string()).await;
            bench.publish("other", "0").await;
        }
        bench.turn().await;
        for _ in 0..3 {
            subscriber.deliver(outbox).await.expect("delivers");
        }
        assert_eq!(subscriber.queue.room().await, Ok(0));
        bench.clock.advance(24 * 3_600_000 + 1);
        outbox.sweep().await.expect("sweeps");
        let kept = bench.all_data().await;
        assert!(kept.iter().any(|(_, data)| data == "3") && kept.iter().any(|(_, data)| data == "4"), "{kept:?}");
        // Whoever is introduced again is where it was.
        deliver::introduce(outbox, std::slice::from_ref(subscriber)).await.expect("introduces");
        let waiting = outbox.room().await.expect("counts");
        assert!(waiting < Limits::default().event_queue);
        deliver::introduce(outbox, &[]).await.expect("forgets");
        assert_eq!(outbox.room().await, Ok(Limits::default().event_queue));
    }
}
