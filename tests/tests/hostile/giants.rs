//! Guests that take or give too much: the limit holds, and the host's memory stays as it was.

use serde_json::Value;
use ward_tests::Ward;

use crate::stage::{Stage, is_the_guests_fault, log_names, resident_bytes};

const MIB: u64 = 1 << 20;

/// Runs `attack` a few times and compares the memory afterwards with that after the first time, which
/// has filled whatever is kept for good.
async fn leaves_no_memory<F: Future<Output = ()>>(attack: impl Fn() -> F) {
    attack().await;
    let before = resident_bytes();
    for _ in 0..5 {
        attack().await;
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 40 * MIB, "memory has grown by {} MiB", grown / MIB);
}

#[tokio::test]
async fn a_memory_bomb_stops_at_its_limit() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("memory-bomb", &[])).await;
    let guest = stage.guest("memory-bomb");
    leaves_no_memory(|| async { is_the_guests_fault(&guest.get("/run").await, "memory-bomb", 500, "internal") }).await;
    stage.still_answers("memory-bomb").await;
}

#[tokio::test]
async fn a_table_bomb_stops_at_its_limit() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("table-bomb", &["log"])).await;
    let guest = stage.guest("table-bomb");
    leaves_no_memory(|| async { log_names(&guest.get("/run").await.expect(500), "table-bomb") }).await;
}

#[tokio::test]
async fn millions_of_headers_are_refused_before_they_are_made() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("many-headers", &["log"])).await;
    let guest = stage.guest("many-headers");
    leaves_no_memory(|| async { log_names(&guest.get("/run").await.expect(500), "many-headers") }).await;
}

#[tokio::test]
async fn a_giant_response_is_refused() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("giant-response", &[])).await;
    let guest = stage.guest("giant-response");
    for query in ["bytes=8388609", "bytes=100000000", "headers=2000", "bytes=100000000&headers=2000"] {
        let answer = guest.get(&format!("/run?{query}")).await;
        is_the_guests_fault(&answer, "giant-response", 500, "internal");
    }
    leaves_no_memory(|| async { drop(guest.get("/run?bytes=100000000").await.expect(500)) }).await;
    assert_eq!(guest.get("/run?bytes=8388608").await.expect(200).body.len(), 8 << 20);
}

#[tokio::test]
async fn a_giant_argument_is_refused() {
    let grants = ["sql", "blobs", "identity", "policy", "config", "log"];
    let stage = Stage::alone(Ward::builder().without_plugins().guest("giant-argument", &grants)).await;
    let guest = stage.guest("giant-argument");
    for what in ["statement", "parameter", "parameters", "log", "setting", "blob", "login", "entity"] {
        let attack = || async {
            let answer = guest.get(&format!("/run?what={what}")).await;
            match answer.status {
                200 => assert!(is_refusal(&answer.json()), "{what}: {}", answer.text()),
                500 => is_the_guests_fault(&answer, "giant-argument", 500, "internal"),
                status => panic!("{what}: {status} {}", answer.text()),
            }
        };
        leaves_no_memory(attack).await;
    }
    stage.still_answers("giant-argument").await;
}

/// What a guest says when the host has refused.
fn is_refusal(answer: &Value) -> bool {
    let text = answer.to_string().to_lowercase();
    ["too", "denied", "invalid", "refused", "notfound", "not-found", "none", "dropped"]
        .iter()
        .any(|word| text.contains(word))
}

#[tokio::test]
async fn handles_are_counted() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("handle-bomb", &["sql", "blobs"])).await;
    let blobs = stage.data().join("blobs");
    let before = files_below(&blobs);
    for (kind, most) in [("transactions", 8), ("writers", 64)] {
        let answer = stage.guest("handle-bomb").get(&format!("/run?kind={kind}")).await.expect(200).json();
        let opened = answer["opened"].as_u64().unwrap();
        assert!((1..=most).contains(&opened), "{kind}: {answer}");
        assert!(!answer["refusal"].as_str().unwrap().is_empty(), "{kind}: {answer}");
        stage.still_answers("handle-bomb").await;
    }
    // Its writers have left nothing in the store.
    ward_tests::ward::eventually("staging is clean", async || files_below(&blobs) == before).await;
}

fn files_below(directory: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut_and_counted() {
    let stage = Stage::alone(Ward::builder().without_plugins().guest("log-flood", &["log"])).await;
    let answer = stage.guest("log-flood").get("/run").await.expect(200);
    let lines = ward_tests::log::lines_with(&[answer.header("x-request-id").unwrap()]);
    assert!(lines.len() < 150, "{} lines", lines.len());
    assert!(lines.iter().all(|line| line.len() < 5_000));
    assert!(lines.iter().any(|line| line.contains("dropped")), "nobody says that lines were dropped");
}
