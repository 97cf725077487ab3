//! Radiomics features: native, inside the sandbox, and PyRadiomics.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::time::{ClockId, clock_gettime};
use ward::gateway::Mounted;
use ward::runtime::{Body, Request, ResponseBody};
use ward_radiomics_features::phantom::{Phantom, aniso96, large256};
use ward_radiomics_features::{Class, Settings};
use ward_tests::Ward;

use crate::pyradiomics::{self, PyRadiomics};
use crate::table::{Table, ratio};

type Features = BTreeMap<String, f64>;

/// Extractions in a row, and how often they are timed.
const TIMES: u32 = 10;
const BATCHES: u32 = 5;

/// Measures.
pub async fn run() -> Result<Table> {
    let ward = Ward::builder().without_plugins().guest("radiomics-features", &[]).start().await;
    let app = ward.app().clone();
    let guest = app.active().into_iter().flatten().next().context("the guest is mounted")?;
    let is_installed = pyradiomics::is_installed().await;

    let columns = ["volume and extractor", "seven classes", "to PyRadiomics", "shape", "to PyRadiomics"];
    let mut table = Table::new("Radiomics features, processor time", &columns);
    for (name, phantom) in [("aniso96", aniso96()), ("large256", large256())] {
        let peer = if is_installed { Some(PyRadiomics::run(&phantom).await?) } else { None };
        let native = native(&phantom)?;
        let inside = inside(&guest, name).await?;
        for (own, what) in [(&native, "native"), (&inside, "in the sandbox")] {
            let expected = peer.as_ref().map_or(&native.features, |peer| &peer.features);
            check(expected, &own.features).with_context(|| format!("{name}, {what}"))?;
            let to = |own: Duration, peer: Option<Duration>| {
                peer.map_or("–".to_owned(), |peer| ratio(peer.as_secs_f64() / own.as_secs_f64()))
            };
            table.row([
                format!("{name}, {what}"),
                milliseconds(own.all),
                to(own.all, peer.as_ref().map(|peer| peer.all)),
                milliseconds(own.shape),
                to(own.shape, peer.as_ref().map(|peer| peer.shape)),
            ]);
        }
        if let Some(peer) = peer {
            let one = || ratio(1.0);
            table.row([format!("{name}, PyRadiomics"), milliseconds(peer.all), one(), milliseconds(peer.shape), one()]);
        }
    }
    if !is_installed {
        table.note("PYRADIOMICS IS ABSENT: no comparison (pip install pyradiomics==3.0.1, see tests/bench/README.md).");
    }
    table.note("One thread; the fastest of several; each finds the region in the whole volume. All values agree.");
    Ok(table)
}

/// What an extractor needs and finds.
struct Measured {
    all: Duration,
    shape: Duration,
    features: Features,
}

fn native(phantom: &Phantom<i16>) -> Result<Measured> {
    let run = |classes: &[Class]| {
        let settings = Settings { classes: classes.to_vec(), ..Settings::default() };
        let mut fastest = Duration::MAX;
        for _ in 0..BATCHES {
            let started = processor_time();
            for _ in 0..TIMES {
                phantom.features(&settings)?;
            }
            fastest = fastest.min(since(started) / TIMES);
        }
        anyhow::Ok(fastest)
    };
    let features = phantom.features(&Settings::default())?;
    let features = features.iter().filter_map(|feature| Some((feature.to_string(), feature.value?)));
    Ok(Measured { all: run(&Class::ALL)?, shape: run(&[Class::Shape])?, features: features.collect() })
}

/// Instance, volume and answer are in the time of one extraction as of many: the difference has the others.
async fn inside(guest: &Arc<Mounted>, volume: &str) -> Result<Measured> {
    let mut times = [Duration::MAX; 2];
    let mut features = Features::new();
    for (shape_only, fastest) in [true, false].into_iter().zip(&mut times) {
        let mut ends = [Duration::MAX; 2];
        for _ in 0..BATCHES {
            for (number, end) in [1, 1 + TIMES].into_iter().zip(&mut ends) {
                let started = processor_time();
                features = call(guest, &format!("volume={volume}&shape_only={shape_only}&times={number}")).await?;
                *end = (*end).min(since(started));
            }
        }
        *fastest = ends[1].saturating_sub(ends[0]) / TIMES;
    }
    Ok(Measured { all: times[1], shape: times[0], features })
}

async fn call(guest: &Arc<Mounted>, query: &str) -> Result<Features> {
    let request = Request {
        operation: "run".into(),
        method: "GET".into(),
        path: "/run".into(),
        query: query.into(),
        headers: Vec::new(),
        body: Body::Empty,
        caller: None,
        request_id: "bench".into(),
        client_address: "127.0.0.1".into(),
        base: format!("/{}", guest.domain),
    };
    let response = guest.plugin.handle(request, Vec::new(), None, ward::audit::Touched::default()).await?;
    ensure!(response.status == 200, "the guest answered {}", response.status);
    let ResponseBody::Bytes(body) = response.body else { anyhow::bail!("the guest answered with a file") };
    Ok(serde_json::from_slice(&body)?)
}

fn since(started: Duration) -> Duration {
    processor_time().saturating_sub(started)
}

/// Of this process, all threads.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn check(expected: &Features, found: &Features) -> Result<()> {
    ensure!(found.len() == 107, "{} features", found.len());
    for (name, expected) in expected {
        let found = found.get(name).with_context(|| format!("{name} is missing"))?;
        ensure!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{name}: {found} instead of {expected}");
    }
    Ok(())
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}
