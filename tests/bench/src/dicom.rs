//! 200 DICOM files of 0.5 MB up and down, beside Orthanc.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures_util::future::try_join_all;
use serde_json::Value;
use ward_tests::people::Person;
use ward_tests::process::Home;
use ward_tests::{Upload, dicom};

use crate::fetch::Fetch;
use crate::orthanc::Orthanc;
use crate::table::{Table, ratio};

const FILES: usize = 200;
const FILE_BYTES: usize = 500_000;

/// Clients at once.
const CLIENTS: usize = 4;

/// Times that every file is fetched.
const ROUNDS: u32 = 10;

/// Times of one server: all files once.
struct Times {
    upload: Duration,
    download: Duration,
    /// Of the server's processors, for one download.
    cost: Duration,
}

/// Measures.
pub async fn run() -> Result<Table> {
    let files: Arc<Vec<Bytes>> = Arc::new(
        (0..FILES).map(|number| dicom::image_of_size(u32::try_from(number).unwrap_or(0), FILE_BYTES).into()).collect(),
    );
    let ward = ward(&files).await?;
    let single = ward_single(&files).await?;
    let orthanc = orthanc(&files).await?;

    let mut table = Table::new(
        "200 DICOM files of 0.5 MB",
        &["server", "upload", "files/s", "to Orthanc", "download", "files/s", "to Orthanc", "processor time each"],
    );
    let mut line = |name: &str, times: &Times| {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred files")]
        let rate = |time: Duration| format!("{:.0}", FILES as f64 / time.as_secs_f64());
        let to = |own: Duration, other: Option<Duration>| {
            other.map_or("–".to_owned(), |other| ratio(other.as_secs_f64() / own.as_secs_f64()))
        };
        table.row([
            name.to_owned(),
            format!("{:.2} s", times.upload.as_secs_f64()),
            rate(times.upload),
            to(times.upload, orthanc.as_ref().map(|other| other.upload)),
            format!("{:.2} s", times.download.as_secs_f64()),
            rate(times.download),
            to(times.download, orthanc.as_ref().map(|other| other.download)),
            format!("{} µs", times.cost.as_micros()),
        ]);
    };
    line("Ward, a study of 50 files from each client", &ward);
    line("Ward, a study for each file", &single);
    match &orthanc {
        Some(times) => line("Orthanc, REST", times),
        None => table.note("ORTHANC IS ABSENT: no comparison (Debian: apt-get install orthanc)."),
    }
    table.note(format!("{CLIENTS} clients at once, SQLite, loopback; every file is fetched {ROUNDS} times and compared with what was sent."));
    Ok(table)
}

async fn ward(files: &Arc<Vec<Bytes>>) -> Result<Times> {
    ward_in(files, FILES / CLIENTS).await
}

async fn ward_single(files: &Arc<Vec<Bytes>>) -> Result<Times> {
    ward_in(files, 1).await
}

/// Uploads in studies of `in_one` files.
async fn ward_in(files: &Arc<Vec<Bytes>>, in_one: usize) -> Result<Times> {
    let home = Home::new().await;
    let server = home.start().await;
    let technician = server.admin().await.technician().await;

    let http = reqwest::Client::new();

    let started = Instant::now();
    let clients = (0..CLIENTS).map(|client| {
        let (files, technician, http) = (files.clone(), technician.clone(), http.clone());
        tokio::spawn(async move { ward_upload(&http, &technician, &files[share(client)], in_one).await })
    });
    let studies = try_join_all(clients).await?.into_iter().collect::<Result<Vec<_>>>()?;
    let upload = started.elapsed();

    let (base, prefix) = split(technician.base())?;
    let path = |study: i64, number: usize| format!("{prefix}/studies/{study}/instance/{}", number % in_one);
    let paths = studies.iter().map(|studies| (0..FILES / CLIENTS).map(|number| path(studies[number / in_one], number)));
    let paths = paths.map(Iterator::collect).collect();
    let before = server.processor_time();
    let download = download(base, Some(technician.token()), files, paths).await?;
    Ok(Times { upload, download, cost: each(server.processor_time().saturating_sub(before)) })
}

/// The address of a server, and the prefix below it.
fn split(url: &str) -> Result<(&str, &str)> {
    let host = url.find("://").context("an address")? + 3;
    Ok(url.split_at(url[host..].find('/').map_or(url.len(), |slash| host + slash)))
}

/// What one download cost of all.
fn each(all: Duration) -> Duration {
    all / ROUNDS / u32::try_from(FILES).unwrap_or(u32::MAX)
}

fn share(client: usize) -> std::ops::Range<usize> {
    let each = FILES / CLIENTS;
    client * each..(client + 1) * each
}

fn study(files: &[Bytes]) -> Upload {
    files
        .iter()
        .enumerate()
        .fold(Upload::new(), |upload, (number, file)| upload.file(&format!("{number}.dcm"), file.to_vec()))
}

/// Fetches each client's files `ROUNDS` times, each client from a thread of its own; the same for both servers.
async fn download(
    base: &str,
    token: Option<&str>,
    files: &Arc<Vec<Bytes>>,
    paths: Vec<Vec<String>>,
) -> Result<Duration> {
    let started = Instant::now();
    let clients = paths.into_iter().enumerate().map(|(client, paths)| {
        let (files, base, token) = (files.clone(), base.to_owned(), token.map(str::to_owned));
        tokio::task::spawn_blocking(move || {
            let mut fetch = Fetch::connect(&base, FILE_BYTES * 2)?;
            for _ in 0..ROUNDS {
                for (path, file) in paths.iter().zip(&files[share(client)]) {
                    ensure!(fetch.get(path, token.as_deref())? == file, "another file came back");
                }
            }
            anyhow::Ok(())
        })
    });
    try_join_all(clients).await?.into_iter().collect::<Result<()>>()?;
    Ok(started.elapsed() / ROUNDS)
}

async fn ward_upload(http: &reqwest::Client, person: &Person, files: &[Bytes], in_one: usize) -> Result<Vec<i64>> {
    let mut studies = Vec::new();
    for chunk in files.chunks(in_one) {
        let url = format!("{}/studies/upload", person.base());
        let answer = http.post(url).bearer_auth(person.token()).multipart(study(chunk).form()).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        studies.push(answer["id"].as_i64().context("the study has a number")?);
    }
    Ok(studies)
}

async fn orthanc(files: &Arc<Vec<Bytes>>) -> Result<Option<Times>> {
    let Some(orthanc) = Orthanc::start().await? else { return Ok(None) };
    let http = reqwest::Client::new();

    let started = Instant::now();
    let clients = (0..CLIENTS).map(|client| {
        let (files, http, base) = (files.clone(), http.clone(), orthanc.base.clone());
        tokio::spawn(async move {
            let mut ids = Vec::new();
            for file in &files[share(client)] {
                let answer =
                    http.post(format!("{base}/instances")).body(file.clone()).send().await?.error_for_status()?;
                let answer: Value = answer.json().await?;
                ids.push(answer["ID"].as_str().context("Orthanc gives an id")?.to_owned());
            }
            anyhow::Ok(ids)
        })
    });
    let ids = try_join_all(clients).await?.into_iter().collect::<Result<Vec<Vec<String>>>>()?;
    let upload = started.elapsed();

    let path = |id: String| format!("/instances/{id}/file");
    let paths = ids.into_iter().map(|ids| ids.into_iter().map(path).collect()).collect();
    let before = orthanc.processor_time();
    let download = download(&orthanc.base, None, files, paths).await?;
    Ok(Some(Times { upload, download, cost: each(orthanc.processor_time().saturating_sub(before)) }))
}
