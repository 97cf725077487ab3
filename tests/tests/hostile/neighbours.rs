//! While one guest is hostile, the others answer as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ward_tests::{Api, Ward};

use crate::stage::Stage;

const REQUESTS: usize = 100;

/// Four clients attack without a pause while the neighbour is asked a hundred times. What counts is the
/// order of events, not their time: at most `attacks` attacks may end before the neighbour has answered.
#[expect(clippy::print_stdout, reason = "what was counted")]
async fn neighbour_beside(attacker: &str, grants: &[&str], most: usize) {
    let builder = Ward::builder().without_plugins().guest("hundred-routes", &[]).guest(attacker, grants);
    let stage = Stage::alone(builder.configure(|assembly| assembly.limits.cpu_ms = 1_000)).await;
    let neighbour = stage.guest("hundred-routes");
    neighbour.get("/resource50/7").await.expect(200);

    let (over, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let attackers: Vec<_> = (0..4).map(|_| attack(stage.guest(attacker), over.clone(), ended.clone())).collect();
    ward_tests::ward::eventually("attacks run", async || ended.load(Ordering::Relaxed) > 0).await;
    let before = ended.load(Ordering::Relaxed);
    for _ in 0..REQUESTS {
        neighbour.get("/resource50/7").await.expect(200);
    }
    let during = ended.load(Ordering::Relaxed) - before;
    over.store(true, Ordering::Relaxed);
    for task in attackers {
        task.await.unwrap();
    }
    println!("{attacker}: {during} attacks ended during {REQUESTS} requests of its neighbour");
    assert!(during <= most, "the neighbour waited for {during} attacks");
}

fn attack(guest: Api, over: Arc<AtomicBool>, ended: Arc<AtomicUsize>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        while !over.load(Ordering::Relaxed) {
            let answer = guest.get("/run").await;
            assert!([500, 503, 504].contains(&answer.status), "{}", answer.status);
            ended.fetch_add(1, Ordering::Relaxed);
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_takes_nobody_elses_time() {
    neighbour_beside("endless-loop", &[], REQUESTS / 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_bomb_takes_nobody_elses_memory() {
    neighbour_beside("memory-bomb", &[], 20 * REQUESTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_traps_is_felt_by_nobody_else() {
    neighbour_beside("trap", &[], 20 * REQUESTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_stack_overflows_is_felt_by_nobody_else() {
    neighbour_beside("stack-overflow", &[], 20 * REQUESTS).await;
}
