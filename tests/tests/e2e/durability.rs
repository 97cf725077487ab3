//! What was acknowledged is there after the plug was pulled; what was not leaves nothing.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::process::Home;
use ward_tests::raw::{Raw, is_complete, status};
use ward_tests::ward::eventually;
use ward_tests::{Upload, dicom};

const FILES: u32 = 4;
const FILE_BYTES: usize = 200_000;

fn upload(number: u32) -> Upload {
    (0..FILES).fold(Upload::new().field("study_description", number), |upload, file| {
        upload.file(&format!("{file}.dcm"), dicom::image_of_size(number * FILES + file, FILE_BYTES))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_keeps_what_it_acknowledged_and_nothing_else() {
    let home = Home::new().await;
    let first = home.start().await;
    let technician = first.admin().await.technician().await;
    first.kill().await;

    let acknowledged: Arc<Mutex<Vec<(u32, Value)>>> = Arc::default();
    for round in 0..3_u32 {
        let server = home.start().await;
        let technician = server.at("/pacs").sign_in(&technician.username, STAFF_PASSWORD).await;
        let clients: Vec<_> = (0..6_u32)
            .map(|client| {
                let (technician, acknowledged) = (technician.clone(), acknowledged.clone());
                tokio::spawn(async move {
                    for number in (client..).step_by(6).map(|number| round * 10_000 + number) {
                        let request =
                            technician.request(http::Method::POST, "/studies/upload").multipart(upload(number).form());
                        match technician.try_send(request).await {
                            Ok(answer) if answer.status == 200 => {
                                acknowledged.lock().unwrap().push((number, answer.json()));
                            }
                            Ok(answer) => panic!("{}: {}", answer.status, answer.text()),
                            Err(_) => break, // Killed.
                        }
                    }
                })
            })
            .collect();
        let before = acknowledged.lock().unwrap().len();
        eventually("uploads run", async || acknowledged.lock().unwrap().len() >= before + 6).await;
        tokio::time::sleep(Duration::from_millis(u64::from(round) * 333)).await;
        server.kill().await;
        for client in clients {
            client.await.unwrap();
        }
    }

    let server = home.start().await;
    let admin = server.admin().await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() >= 6, "only {} uploads were acknowledged", acknowledged.len());
    let studies = admin.get("/studies?limit=1000").await.expect(200).list();
    for (number, study) in &acknowledged {
        assert!(studies.iter().any(|known| known["id"] == study["id"]), "study {number} is lost");
    }
    // Also what was committed but not acknowledged is whole.
    for study in &studies {
        let number: u32 = study["study_description"].as_str().unwrap().parse().unwrap();
        for file in 0..FILES {
            let instance = admin.get(&format!("/studies/{}/instance/{file}", study["id"])).await.expect(200);
            assert_eq!(instance.body, dicom::image_of_size(number * FILES + file, FILE_BYTES));
        }
    }
    assert_eq!(staged_files(&home.data()), Vec::<String>::new());
}

/// Files in any directory named for staging.
fn staged_files(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(staged_files(&path));
        } else if path.parent().is_some_and(|parent| parent.to_string_lossy().contains("stag")) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_told_to_stop_finishes_what_runs() {
    let home = Home::new().await;
    let server = home.start().await;
    let technician = server.admin().await.technician().await;
    let (under_way, mut is_under_way) = tokio::sync::mpsc::unbounded_channel();
    let slow = {
        let technician = technician.clone();
        tokio::spawn(async move {
            let image = dicom::image_of_size(1, 400_000);
            let pieces: Vec<_> = image.chunks(40_000).map(<[u8]>::to_vec).collect();
            let drip = futures_util::stream::unfold(pieces.into_iter(), move |mut pieces| {
                let _ = under_way.send(());
                async {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    pieces.next().map(|piece| (Ok::<_, std::io::Error>(piece), pieces))
                }
            });
            let file = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(drip)).file_name("a.dcm");
            let form = Upload::new().form_as_is().part("dicom_files", file);
            technician.post_multipart("/studies/upload", form).await
        })
    };
    for _ in 0..3 {
        is_under_way.recv().await.unwrap();
    }
    let status = server.terminate().await;
    assert!(status.success(), "{status}");
    let study = slow.await.unwrap().expect(200).id();

    let server = home.start().await;
    let body = server.admin().await.get(&format!("/studies/{study}/instance/0")).await.expect(200).body;
    assert_eq!(body, dicom::image_of_size(1, 400_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_told_to_stop_under_load_cuts_no_answer_short() {
    let home = Home::new().await;
    let server = home.start().await;
    let token = server.admin().await.token().to_owned();
    let (address, whole) = (server.address().to_owned(), Arc::new(Mutex::new(0_u32)));
    let clients: Vec<_> = (0..32)
        .map(|_| {
            let (address, whole) = (address.clone(), whole.clone());
            let request = format!(
                "GET /pacs/users HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
            );
            tokio::spawn(async move {
                while let Some(mut connection) = Raw::try_connect(&address).await {
                    connection.write(request.as_bytes()).await;
                    let answer = connection.read(Duration::from_mins(1)).await;
                    // A connection that nobody had accepted yet is reset: then there is nothing at all.
                    if !answer.is_empty() {
                        assert_eq!(status(&answer), 200, "{answer}");
                        assert!(is_complete(answer.as_bytes()), "cut short: {answer}");
                        *whole.lock().unwrap() += 1;
                    }
                }
            })
        })
        .collect();
    eventually("requests run", async || *whole.lock().unwrap() >= 100).await;
    let ended = server.terminate().await;
    assert!(ended.success(), "{ended}");
    for client in clients {
        client.await.unwrap();
    }
}
