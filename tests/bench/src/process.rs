//! One request in process: what each step costs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ward::gateway::Mounted;
use ward::policy::Decision;
use ward::runtime::{Body, Request};
use ward_tests::Ward;

use crate::table::{Table, microseconds, ratio};

/// What the design's prototype needed for a fresh instance and a handler.
const DESIGN: Duration = Duration::from_micros(19);

const ROUNDS: u32 = 5_000;
const BATCHES: u32 = 7;

/// Measures.
pub async fn run() -> Result<Table> {
    let ward = Ward::builder().guest("hundred-routes", &[]).guest("ungranted", &["sql"]).start().await;
    let admin = ward.admin().await;
    let app = ward.app().clone();
    let mounted = |name: &str| {
        let active = app.active().into_iter().flatten().find(|mounted| mounted.name == name);
        active.with_context(|| format!("the guest {name} is mounted"))
    };
    // `ungranted` is named for another test; granted, it is the smallest guest with a query.
    let (routes, query) = (mounted("hundred-routes")?, mounted("ungranted")?);
    let session =
        app.identity.authenticate(admin.token(), &routes.domain).await.context("the administrator's token")?;

    let instance = batches(|| handle(&routes, "get_resource50", "/resource50/7")).await?;
    let empty = batches(|| handle(&query, "fine", "/fine")).await?;
    let database = batches(|| handle(&query, "run", "/run")).await?;
    let token = batches(|| async {
        app.identity.authenticate(admin.token(), &routes.domain).await.context("the token")?;
        Ok(())
    })
    .await?;
    let policy = batches(|| async {
        ensure!(routes.policies.gateway(Some(session.subject()), 50) == Decision::Allow, "the policy denies");
        Ok(())
    })
    .await?;

    let mut table = Table::new("One request in process", &["step", "time", "to the design's 19 µs"]);
    let to_design = |time: Duration| ratio(time.as_secs_f64() / DESIGN.as_secs_f64());
    table.row(["fresh instance + JSON handler, 100 routes".into(), microseconds(instance), to_design(instance)]);
    table.row(["token check".into(), microseconds(token), to_design(token)]);
    table.row(["policy".into(), microseconds(policy), to_design(policy)]);
    let extra = database.saturating_sub(empty);
    table.row(["one SELECT, beyond the handler".into(), microseconds(extra), to_design(extra)]);
    let all = instance + token + policy + extra;
    table.row(["all of them".into(), microseconds(all), to_design(all)]);
    table.note(format!(
        "Fastest of {BATCHES} batches of {ROUNDS} requests one after the other, a warm cache, one thread."
    ));
    Ok(table)
}

async fn handle(mounted: &Arc<Mounted>, operation: &str, path: &str) -> Result<()> {
    let request = Request {
        operation: operation.into(),
        method: "GET".into(),
        path: path.into(),
        query: String::new(),
        headers: Vec::new(),
        body: Body::Empty,
        caller: None,
        request_id: "bench".into(),
        client_address: "127.0.0.1".into(),
        base: format!("/{}", mounted.domain),
    };
    let response = mounted.plugin.handle(request, Vec::new(), None, ward::audit::Touched::default()).await?;
    ensure!(response.status == 200, "{operation} answered {}", response.status);
    Ok(())
}

/// The mean of the fastest batch: the machine's other work only ever makes it slower.
async fn batches<F: Future<Output = Result<()>>>(step: impl Fn() -> F) -> Result<Duration> {
    let mut fastest = Duration::MAX;
    for _ in 0..BATCHES {
        let started = Instant::now();
        for _ in 0..ROUNDS {
            step().await?;
        }
        fastest = fastest.min(started.elapsed() / ROUNDS);
    }
    Ok(fastest)
}
