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

use crate::orthanc::Orthanc;
use crate::table::{Table, ratio};

const FILES: usize = 200;
const FILE_BYTES: usize = 500_000;

/// Clients at once.
const CLIENTS: usize = 4;

/// Times of one server.
struct Times {
    upload: Duration,
    download: Duration,
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
        &["server", "upload", "files/s", "to Orthanc", "download", "files/s", "to Orthanc"],
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
        ]);
    };
    line("Ward, a study of 50 files from each client", &ward);
    line("Ward, a study for each file", &single);
    match &orthanc {
        Some(times) => line("Orthanc, REST", times),
        None => table.note("ORTHANC IS ABSENT: no comparison (Debian: apt-get install orthanc)."),
    }
    table.note(format!("{CLIENTS} clients at once, SQLite, loopback; every download is compared with what was sent."));
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

    let started = Instant::now();
    let clients = studies.into_iter().enumerate().map(|(client, studies)| {
        let (files, technician, http) = (files.clone(), technician.clone(), http.clone());
        tokio::spawn(async move { ward_download(&http, &technician, &files[share(client)], &studies, in_one).await })
    });
    for client in try_join_all(clients).await? {
        client?;
    }
    Ok(Times { upload, download: started.elapsed() })
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

/// Both servers are asked by the same client.
async fn ward_download(
    http: &reqwest::Client,
    person: &Person,
    files: &[Bytes],
    studies: &[i64],
    in_one: usize,
) -> Result<()> {
    for (number, file) in files.iter().enumerate() {
        let url = format!("{}/studies/{}/instance/{}", person.base(), studies[number / in_one], number % in_one);
        let answer = http.get(url).bearer_auth(person.token()).send().await?.error_for_status()?;
        ensure!(answer.bytes().await? == file, "another file came back");
    }
    Ok(())
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
    let ids = try_join_all(clients).await?;
    let upload = started.elapsed();

    let started = Instant::now();
    let clients = ids.into_iter().enumerate().map(|(client, ids)| {
        let (files, http, base) = (files.clone(), http.clone(), orthanc.base.clone());
        tokio::spawn(async move {
            for (id, file) in ids?.iter().zip(&files[share(client)]) {
                let answer = http.get(format!("{base}/instances/{id}/file")).send().await?.error_for_status()?;
                ensure!(answer.bytes().await? == file, "another file came back");
            }
            anyhow::Ok(())
        })
    });
    for client in try_join_all(clients).await? {
        client?;
    }
    Ok(Some(Times { upload, download: started.elapsed() }))
}
