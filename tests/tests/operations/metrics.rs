//! What is counted, and who may read it.

use serde_json::json;
use ward_tests::ward::eventually;
use ward_tests::{Upload, Ward};

use crate::stage::{Numbers, administrator, free_address};

/// Samples that must be the same but for their values belong to one family.
fn assert_exact(got: f64, expected: u32) {
    assert!((got - f64::from(expected)).abs() < f64::EPSILON, "{got} is not {expected}");
}

#[tokio::test]
async fn requests_are_counted_by_mount_operation_and_status() {
    let ward = Ward::builder()
        .without_plugins()
        .guest("echo", &["sql", "blobs", "identity", "policy", "config", "log"])
        .start()
        .await;
    let echo = ward.at("/echo");
    for _ in 0..3 {
        echo.get("/health").await.expect(404);
    }
    ward.at("").get("/health").await.expect(200);
    ward.at("").get("/nowhere").await.expect(404);
    let numbers = Numbers::of(&ward).await;
    let of = |domain, operation, status| {
        numbers.get("ward_requests_total", &[("domain", domain), ("operation", operation), ("status", status)])
    };
    assert_exact(of("echo", "none", "4xx"), 3);
    assert_exact(of("host", "health", "2xx"), 1);
    assert_exact(of("host", "none", "4xx"), 1);
    assert_exact(numbers.get("ward_request_seconds_count", &[("domain", "echo"), ("operation", "none")]), 3);
    assert_exact(numbers.get("ward_plugin_active", &[("domain", "echo")]), 1);
}

#[tokio::test]
async fn nothing_that_a_client_says_becomes_a_label() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    admin.get("/studies/%E5%BC%A0%E4%BC%9F-secret").await;
    admin.get("/studies?patient=zhangwei-secret").await;
    ward.at("/zhangwei-secret").get("").await.expect(404);
    admin.post("/auth/token", &json!({ "username": "zhangwei-secret" })).await;
    let numbers = Numbers::of(&ward).await;
    assert!(!numbers.text().contains("secret"), "{}", numbers.text());
    assert!(numbers.get("ward_requests_total", &[("operation", "list_studies"), ("status", "2xx")]) >= 1.0);
}

#[tokio::test]
async fn a_trap_and_a_limit_are_counted_where_they_happen() {
    let builder = Ward::builder().without_plugins().guest("trap", &[]).guest("memory-bomb", &[]);
    let ward = builder.guest("endless-loop", &[]).configure(|assembly| assembly.limits.cpu_ms = 200).start().await;
    for guest in ["trap", "memory-bomb"] {
        ward.at(&format!("/{guest}")).get("/run").await.expect(500);
    }
    ward.at("/endless-loop").get("/run").await.expect(504);
    let numbers = Numbers::of(&ward).await;
    assert_exact(numbers.get("ward_faults_total", &[("domain", "trap"), ("kind", "trap")]), 1);
    assert_exact(numbers.get("ward_limit_hits_total", &[("domain", "memory-bomb"), ("limit", "memory")]), 1);
    assert_exact(numbers.get("ward_limit_hits_total", &[("domain", "endless-loop"), ("limit", "cpu_time")]), 1);
}

#[tokio::test]
async fn the_database_objects_and_sign_ins_are_counted() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    technician.upload(Upload::new()).await.expect(200);
    ward.anonymous().post_form("/auth/token", &[("username", "admin"), ("password", "wrong")]).await.expect(401);
    let numbers = Numbers::of(&ward).await;
    let database =
        |statement| numbers.get("ward_database_seconds_count", &[("domain", "pacs"), ("statement", statement)]);
    assert!(database("query") > 0.0 && database("commit") > 0.0, "{}", numbers.text());
    assert!(numbers.get("ward_database_connections", &[("domain", "pacs"), ("state", "most")]) >= 2.0);
    assert!(numbers.get("ward_blob_seconds_count", &[("domain", "pacs"), ("access", "keep")]) >= 1.0);
    assert!(numbers.get("ward_blob_bytes_total", &[("domain", "pacs"), ("access", "keep")]) > 100.0);
    assert_exact(numbers.get("ward_sign_ins_total", &[("domain", "pacs"), ("outcome", "failure")]), 1);
    assert!(numbers.get("ward_sign_ins_total", &[("domain", "pacs"), ("outcome", "success")]) >= 2.0);
    assert!(numbers.get("process_resident_memory_bytes", &[]) > 1e6);
    assert!(numbers.get("process_cpu_seconds_total", &[]) > 0.0);
    assert!(numbers.get("ward_instances", &[("state", "most")]) >= 64.0);
    assert_exact(numbers.get("ward_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1);
}

#[tokio::test]
async fn jobs_and_events_are_counted() {
    let ward = Ward::builder()
        .without_plugins()
        .guest("worker", &["sql", "identity", "jobs", "events"])
        .configure(|assembly| assembly.background.retry_ms = 1)
        .start()
        .await;
    let worker = ward.at("/worker");
    worker.post("/jobs", &json!({ "text": "one" })).await.expect(200);
    worker.post("/jobs", &json!({ "text": "two", "give_up": true })).await.expect(200);
    worker.post("/jobs", &json!({ "text": "three", "delay_ms": 3_600_000 })).await.expect(200);
    worker.post("/publish", &json!({ "topic": "a", "data": [1, 2] })).await.expect(204);
    let kind = ("kind", "task");
    eventually("jobs and events are counted", || async {
        let numbers = Numbers::of(&ward).await;
        let ended = |outcome| numbers.get("ward_jobs_ended_total", &[kind, ("outcome", outcome)]);
        let there = |state| numbers.get("ward_jobs", &[kind, ("state", state)]);
        let counts = [ended("done"), ended("dead"), there("waiting"), there("dead"), there("done")];
        let expected = [1.0, 1.0, 1.0, 1.0, 0.0];
        let same = counts.iter().zip(expected).all(|(count, expected)| (count - expected).abs() < 0.5);
        same && numbers.get("ward_events_total", &[("domain", "worker")]) >= 2.0
    })
    .await;
}

#[tokio::test]
async fn only_administrators_of_the_host_and_the_bearer_of_the_token_read_them() {
    let ward = Ward::builder().configure(|assembly| assembly.metrics_token.0 = "a-token-of-prometheus".into()).start();
    let ward = ward.await;
    let radiologist = ward.admin().await.radiologist().await;
    let host = ward.at("");
    for path in ["/metrics", "/_ward/metrics"] {
        host.get(path).await.expect(401);
        host.with_token("another-token-of-nobody").get(path).await.expect(401);
        host.with_token(radiologist.token()).get(path).await.expect(403);
        administrator(&ward).await.get(path).await.expect(200);
    }
    let prometheus = host.with_token("a-token-of-prometheus");
    let answer = prometheus.get("/metrics").await.expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    prometheus.get("/_ward/metrics").await.expect(401);
    prometheus.get("/_ward/plugins").await.expect(401);
}

#[tokio::test]
async fn without_a_token_of_its_own_an_empty_one_opens_nothing() {
    let ward = Ward::builder().without_plugins().guest("trap", &[]).start().await;
    for token in ["", " ", "x"] {
        ward.at("").with_token(token).get("/metrics").await.expect(401);
    }
}

#[tokio::test]
async fn an_address_of_their_own_serves_operators_and_nothing_else() {
    let address = free_address();
    let builder = Ward::builder().without_plugins().guest("trap", &[]);
    let _ward = builder.configure(|assembly| assembly.metrics_listen = Some(address)).start().await;
    let operators = ward_tests::Api::new(format!("http://{address}"));
    eventually("it listens", || async {
        operators.try_send(operators.request(http::Method::GET, "/health/live")).await.is_ok()
    })
    .await;
    let numbers = Numbers::read(operators.get("/metrics").await.expect(200).text());
    assert!(numbers.text().contains("ward_build_info"));
    operators.get("/health").await.expect(200);
    operators.get("/health/ready").await.expect(200);
    for path in ["/", "/trap/run", "/_ward/plugins", "/openapi.json", "/docs", "/metrics/x"] {
        operators.get(path).await.expect(404);
    }
    operators.post("/metrics", &json!({})).await.expect(405);
}
