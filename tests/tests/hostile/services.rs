//! Plugins that call each other, through the guest `relay` at several mounts.

use std::time::Duration;

use serde_json::{Value, json};
use ward::assembly::Switch;
use ward_tests::{Api, Builder, Ward};

use crate::stage::{Stage, log_names};

const GRANTS: [&str; 5] = ["sql", "identity", "jobs", "events", "services"];

/// Mounts of `relay`: each one's domain, and the mounts that it may call. All serve the accounts of the first.
fn relays(mounts: &[(&str, &[&str])]) -> Builder {
    let first = mounts[0].0;
    mounts.iter().fold(Ward::builder().without_plugins(), |builder, (domain, services)| {
        builder.guest("relay", &GRANTS).configure(|assembly| {
            let mount = assembly.mounts.last_mut().unwrap();
            mount.domain = Some((*domain).to_owned());
            mount.path = format!("/{domain}");
            mount.hosts = Some(Vec::new());
            mount.accounts = (*domain != first).then(|| first.to_owned());
            mount.services = services.iter().map(|service| (*service).to_owned()).collect();
        })
    })
}

/// `one` may call `two`, and `two` may call `one`.
fn pair() -> Builder {
    relays(&[("one", &["two"]), ("two", &["one"])])
}

async fn call(api: &Api, order: &Value) -> Value {
    api.post("/call", order).await.expect(200).json()
}

/// An account of `one`, and a client of `one` that is signed in to it.
async fn joined(stage: &Stage, name: &str, roles: &[&str]) -> (i64, Api) {
    let joined =
        stage.guest("one").post("/people", &json!({"username": name, "roles": roles})).await.expect(200).json();
    (joined["id"].as_i64().unwrap(), stage.guest("one").with_token(joined["token"].as_str().unwrap()))
}

#[tokio::test]
async fn a_call_is_made_in_the_clients_name() {
    let stage = Stage::of(pair()).await;
    let (account, api) = joined(&stage, "ann", &["member"]).await;
    let answer = api.post("/call", &json!({"to": "two", "path": "/who"})).await.expect(200);
    let told = answer.json();
    assert_eq!(told["status"], 200);
    assert_eq!(told["body"]["account"], account);
    assert_eq!(told["body"]["roles"], json!(["member"]));
    assert_eq!(told["body"]["request_id"], answer.header("x-request-id").unwrap());
    assert_eq!(told["body"]["address"], "127.0.0.1");
    assert_eq!(told["body"]["base"], "/two");
}

#[tokio::test]
async fn an_anonymous_client_stays_anonymous() {
    let stage = Stage::of(pair()).await;
    let api = stage.guest("one");
    assert_eq!(call(&api, &json!({"to": "two", "path": "/who"})).await["body"]["account"], Value::Null);
    assert_eq!(call(&api, &json!({"to": "two", "path": "/members"})).await["status"], 401);
}

#[tokio::test]
async fn the_other_plugins_policies_decide() {
    let stage = Stage::of(pair()).await;
    let (_, member) = joined(&stage, "ann", &["member"]).await;
    let (_, stranger) = joined(&stage, "bob", &["visitor"]).await;
    let order = json!({"to": "two", "path": "/members"});
    assert_eq!(call(&member, &order).await["body"], true);
    let refused = call(&stranger, &order).await;
    assert_eq!((&refused["status"], &refused["body"]["guest_error"]), (&json!(403), &json!("forbidden")));
}

#[tokio::test]
async fn an_account_that_the_other_mount_does_not_know_is_refused_there() {
    let builder = pair().configure(|assembly| assembly.mounts[1].accounts = None);
    let stage = Stage::of(builder).await;
    let (_, api) = joined(&stage, "ann", &["member"]).await;
    assert_eq!(call(&api, &json!({"to": "two", "path": "/who"})).await["status"], 401);
}

#[tokio::test]
async fn a_mount_serves_the_accounts_that_the_assembly_names() {
    let stage = Stage::of(pair()).await;
    let (account, api) = joined(&stage, "ann", &["member"]).await;
    let there = stage.guest("two").with_token(api.token());
    assert_eq!(there.get("/who").await.expect(200).json()["account"], account);
    there.get("/members").await.expect(200);
}

#[tokio::test]
async fn the_other_plugins_rate_limits_hold() {
    let stage = Stage::of(pair().configure(|assembly| assembly.rate_limit = Switch::On)).await;
    let (_, api) = joined(&stage, "ann", &["member"]).await;
    let order = |times: u32| json!({"to": "two", "path": "/members", "times": times});
    assert_eq!(call(&api, &order(3)).await["status"], 200);
    assert_eq!(call(&api, &order(1)).await["status"], 429);
}

#[tokio::test]
async fn a_call_goes_where_the_assembly_lets_it_go() {
    let stage = Stage::of(relays(&[("one", &["two"]), ("two", &["one"]), ("three", &["one"])])).await;
    let api = stage.guest("one");
    for to in ["three", "one", "host", "", "/two", "relay", "TWO"] {
        let told = call(&api, &json!({"to": to, "path": "/who"})).await;
        assert_eq!(told["error"], "denied", "{to}: {told}");
    }
}

#[tokio::test]
async fn a_call_does_not_come_back() {
    let stage = Stage::of(pair()).await;
    let back = json!({"to": "two", "method": "POST", "path": "/call", "body": {"to": "one", "path": "/who"}});
    let told = call(&stage.guest("one"), &back).await;
    assert_eq!((&told["status"], &told["body"]["error"]), (&json!(200), &json!("Cycle")));
}

#[tokio::test]
async fn a_call_leads_over_four_mounts_and_no_more() {
    let chain: [(&str, &[&str]); 5] = [("a", &["b"]), ("b", &["c"]), ("c", &["d"]), ("d", &["e"]), ("e", &["a"])];
    let stage = Stage::of(relays(&chain)).await;
    let mut order = json!({"to": "e", "path": "/who"});
    for to in ["d", "c", "b"] {
        order = json!({"to": to, "method": "POST", "path": "/call", "body": order});
    }
    let told = call(&stage.guest("a"), &order).await;
    assert_eq!(told["body"]["body"]["body"]["error"], "TooDeep", "{told}");
    let told = call(&stage.guest("b"), &order["body"]).await;
    assert_eq!(told["body"]["body"]["status"], 200, "{told}");
}

#[tokio::test]
async fn a_callee_that_traps_answers_in_its_own_words_and_is_blamed() {
    let stage = Stage::of(pair()).await;
    let answer = stage.guest("one").post("/call", &json!({"to": "two", "path": "/trap"})).await.expect(200);
    let told = answer.json();
    assert_eq!((&told["status"], &told["body"]["guest_error"]), (&json!(500), &json!("internal")));
    assert_eq!(told["body"]["operation"], "trap");
    log_names(&answer, "relay");
    stage.still_answers("two").await;
}

#[tokio::test]
async fn a_callee_that_hangs_is_ended_by_its_own_limit() {
    let stage = Stage::of(pair().configure(|assembly| assembly.mounts[1].limits.cpu_ms = Some(100))).await;
    let told = call(&stage.guest("one"), &json!({"to": "two", "path": "/hang"})).await;
    assert_eq!((&told["status"], &told["body"]["guest_error"]), (&json!(504), &json!("timeout")));
    stage.still_answers("one").await;
    stage.still_answers("two").await;
}

#[tokio::test]
async fn a_call_ends_when_its_client_leaves() {
    let builder = pair().configure(|assembly| {
        assembly.mounts[1].limits.concurrency = Some(1);
        assembly.mounts[1].limits.queue = Some(0);
    });
    let stage = Stage::of(builder).await;
    let (one, two) = (stage.guest("one"), stage.guest("two"));
    let order = json!({"to": "two", "path": "/hang"});
    let waiting = tokio::spawn(async move { one.post("/call", &order).await });
    until(&two, 503).await;
    waiting.abort();
    until(&two, 200).await;
}

/// Waits until the only place of a mount is taken, or free.
async fn until(api: &Api, status: u16) {
    for _ in 0..400 {
        if api.get("/fine").await.status == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never {status}");
}

#[tokio::test]
async fn an_answer_is_bounded_at_both_ends() {
    let stage = Stage::of(pair().configure(|assembly| assembly.mounts[0].limits.call_bytes = Some(1 << 20))).await;
    let api = stage.guest("one");
    let big = |bytes: usize| json!({"to": "two", "path": format!("/big?bytes={bytes}")});
    assert_eq!(call(&api, &big(1 << 20)).await["body"]["bytes"], 1 << 20);
    let told = call(&api, &big((1 << 20) + 1)).await;
    assert!(told["error"].as_str().unwrap().starts_with("TooLarge"), "{told}");
    assert_eq!(call(&api, &big(100_000_000)).await["status"], 500);
}

#[tokio::test]
async fn a_plugin_gets_no_event_stream() {
    let stage = Stage::of(pair()).await;
    let told = call(&stage.guest("one"), &json!({"to": "two", "path": "/stream"})).await;
    assert_eq!((&told["status"], &told["body"]["guest_error"]), (&json!(400), &json!("malformed")));
}

#[tokio::test]
async fn no_call_is_made_while_a_transaction_is_open() {
    let stage = Stage::of(pair()).await;
    let order = |open: bool| json!({"to": "two", "method": "POST", "path": "/rows", "in_transaction": open});
    assert_eq!(call(&stage.guest("one"), &order(true)).await["error"], "InTransaction");
    assert_eq!(call(&stage.guest("one"), &order(false)).await["body"], 1, "the refused call did nothing");
}

#[tokio::test]
async fn a_request_makes_so_many_calls_and_no_more() {
    let stage = Stage::of(pair()).await;
    let many = |times: u32| json!({"to": "two", "path": "/fine", "times": times});
    assert_eq!(call(&stage.guest("one"), &many(1_000)).await["body"], true);
    let told = call(&stage.guest("one"), &many(1_001)).await;
    assert!(told["error"].as_str().unwrap().contains("1000 calls"), "{told}");
}

#[tokio::test]
async fn a_plugin_neither_says_who_asks_nor_sends_what_no_client_could() {
    let stage = Stage::of(pair()).await;
    let api = stage.guest("one");
    for name in ["authorization", "cookie", "x-forwarded-for", "x-ward-purpose", "x-request-id", "content-length"] {
        let told = call(&api, &json!({"to": "two", "path": "/who", "headers": [[name, "1"]]})).await;
        assert_eq!(told["error"], "invalid", "{name}: {told}");
    }
    for path in ["", "who", "//who", "/../one/who", "/who#x", "http://elsewhere/who", "/who\r\n"] {
        let told = call(&api, &json!({"to": "two", "path": path})).await;
        assert_eq!(told["error"], "invalid", "{path:?}: {told}");
    }
    for method in ["", "GET ", "CONNECT\r\n"] {
        let told = call(&api, &json!({"to": "two", "path": "/who", "method": method})).await;
        assert_eq!(told["error"], "invalid", "{method:?}: {told}");
    }
}

#[tokio::test]
async fn a_missing_operation_is_missing_for_plugins_too() {
    let stage = Stage::of(pair()).await;
    let api = stage.guest("one");
    assert_eq!(call(&api, &json!({"to": "two", "path": "/nothing"})).await["status"], 404);
    assert_eq!(call(&api, &json!({"to": "two", "path": "/who", "method": "DELETE"})).await["status"], 405);
    assert_eq!(call(&api, &json!({"to": "two", "path": "/who", "method": "HEAD"})).await["status"], 200);
    assert_eq!(call(&api, &json!({"to": "two", "path": "/people", "method": "POST", "body": {}})).await["status"], 422);
}

#[tokio::test]
async fn a_job_calls_nobody() {
    let stage = Stage::of(pair()).await;
    let api = stage.guest("one");
    api.post("/later", &json!({"to": "two", "path": "/who"})).await.expect(204);
    for _ in 0..600 {
        if let [told] = api.get("/told").await.expect(200).list().as_slice() {
            assert_eq!(told["error"], "invalid");
            assert!(told["why"].as_str().unwrap().contains("job"), "{told}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never ran");
}
