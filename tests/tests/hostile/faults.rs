//! Guests that break: the caller gets the guest's own error, and the next request an answer.

use ward_tests::{Ward, log};

use crate::stage::{Stage, is_the_guests_fault, log_names};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_is_ended_when_its_time_is_up() {
    let builder = Ward::builder().without_plugins().guest("endless-loop", &[]);
    let stage = Stage::of(builder.configure(|assembly| assembly.limits.cpu_ms = 300)).await;
    let answer = stage.guest("endless-loop").get("/run").await;
    is_the_guests_fault(&answer, "endless-loop", 504, "timeout");
    stage.still_answers("endless-loop").await;
}

#[tokio::test]
async fn a_trap_is_the_guests_own_500() {
    let stage = Stage::with("trap", &[]).await;
    is_the_guests_fault(&stage.guest("trap").get("/run").await, "trap", 500, "internal");
    stage.still_answers("trap").await;
}

#[tokio::test]
async fn a_panics_message_is_told_to_nobody() {
    let stage = Stage::with("panic", &[]).await;
    let answer = stage.guest("panic").get("/run").await;
    is_the_guests_fault(&answer, "panic", 500, "internal");
    assert!(!answer.text().contains("panic-secret-7f3a"));
    assert_eq!(log::lines_with(&["panic-secret-7f3a"]), Vec::<String>::new());
    stage.still_answers("panic").await;
}

#[tokio::test]
async fn a_stack_overflow_is_the_guests_own_500() {
    let stage = Stage::with("stack-overflow", &[]).await;
    for _ in 0..3 {
        is_the_guests_fault(&stage.guest("stack-overflow").get("/run").await, "stack-overflow", 500, "internal");
    }
    stage.still_answers("stack-overflow").await;
}

#[tokio::test]
async fn a_guest_that_traps_over_its_own_trap_is_answered_for() {
    let stage = Stage::with("problem-traps", &[]).await;
    let answer = stage.guest("problem-traps").get("/run").await.expect(500);
    assert!(!answer.body.is_empty());
    log_names(&answer, "problem-traps");
}

#[tokio::test]
async fn nothing_of_a_request_is_there_in_the_next() {
    let stage = Stage::with("memory-of-requests", &[]).await;
    for _ in 0..5 {
        assert_eq!(stage.guest("memory-of-requests").get("/run").await.expect(200).json(), 1);
    }
}

/// The hand-written guests break the calling convention itself; their own envelope is an empty 500.
async fn lying(name: &str) {
    let stage = Stage::with(name, &["log"]).await;
    for _ in 0..2 {
        let answer = stage.guest(name).get("/run").await.expect(500);
        assert!(answer.body.is_empty(), "{}", answer.text());
        log_names(&answer, name);
    }
}

#[tokio::test]
async fn text_that_is_not_utf8_is_not_taken() {
    lying("bad-utf8-call").await;
    lying("bad-utf8-header").await;
}

#[tokio::test]
async fn a_length_or_an_address_that_lies_is_not_believed() {
    for name in ["lying-call", "lying-length", "lying-pointer", "odd-pointer"] {
        lying(name).await;
    }
}

#[tokio::test]
async fn a_kind_that_does_not_exist_is_no_answer() {
    lying("unknown-case").await;
}

#[tokio::test]
async fn what_http_cannot_carry_reaches_no_client() {
    let stage = Stage::with("bad-response", &["sql", "blobs"]).await;
    for how in 0..=7 {
        let answer = stage.guest("bad-response").get(&format!("/run?how={how}")).await;
        match answer.status {
            500 => log_names(&answer, "bad-response"),
            200 => assert!(
                answer.headers.iter().all(|(name, _)| name.as_str() != "injected"),
                "{how}: {:?}",
                answer.headers
            ),
            status => panic!("{how}: {status} {}", answer.text()),
        }
        assert!(how > 4 || answer.status == 500, "{how}: {}", answer.status);
    }
}
