//! While one guest is hostile, the others answer as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ward_tests::{Api, Ward};

use crate::stage::{Stage, times};

/// What a neighbour waits at most, whatever others do, on two busy cores.
const PATIENCE: Duration = Duration::from_millis(400);

/// Measures the neighbour alone and while four clients attack without a pause.
#[expect(clippy::print_stdout, reason = "what was measured")]
async fn neighbour_beside(attacker: &str, grants: &[&str], path: &'static str) {
    let builder = Ward::builder().without_plugins().guest("hundred-routes", &[]).guest(attacker, grants);
    let stage = Stage::alone(builder.configure(|assembly| assembly.limits.cpu_ms = 1_000)).await;
    let neighbour = stage.guest("hundred-routes");
    let before = times(&neighbour, "/resource50/7", 100).await;

    let over = Arc::new(AtomicBool::new(false));
    let attackers: Vec<_> = (0..4)
        .map(|_| {
            let (guest, over): (Api, _) = (stage.guest(attacker), over.clone());
            tokio::spawn(async move {
                let mut attacks = 0;
                while !over.load(Ordering::Relaxed) {
                    let answer = guest.get(path).await;
                    assert!([500, 503, 504].contains(&answer.status), "{}", answer.status);
                    attacks += 1;
                }
                attacks
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let during = times(&neighbour, "/resource50/7", 100).await;
    over.store(true, Ordering::Relaxed);
    let mut attacks = 0;
    for task in attackers {
        attacks += task.await.unwrap();
    }
    assert!(attacks > 0);
    println!(
        "{attacker}: median {:?} before, {:?} during {attacks} attacks; slowest {:?}",
        before[50], during[50], during[99]
    );
    assert!(during[50] < PATIENCE, "half of the neighbour's requests took longer than {:?}", during[50]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_takes_nobody_elses_time() {
    neighbour_beside("endless-loop", &[], "/run").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_bomb_takes_nobody_elses_memory() {
    neighbour_beside("memory-bomb", &[], "/run").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_traps_is_felt_by_nobody_else() {
    neighbour_beside("trap", &[], "/run").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_stack_overflows_is_felt_by_nobody_else() {
    neighbour_beside("stack-overflow", &[], "/run").await;
}
