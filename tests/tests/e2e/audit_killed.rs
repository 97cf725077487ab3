//! What was answered has been recorded, whenever the plug is pulled.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use ward_tests::process::Home;
use ward_tests::ward::eventually;
use ward_tests::{PASSWORD, artefacts};

use crate::audit::{records, sign_in};

/// Runs `ward audit …` on the data of `home`: exit code and output.
async fn ward_audit(home: &Home, url: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = tokio::process::Command::new(artefacts::binary());
    command.arg("audit").args(arguments).current_dir(artefacts::root()).stdin(std::process::Stdio::null());
    command.env("WARD_DATA", home.data()).env("WARD_URL", url).env("WARD_PASSWORD", PASSWORD);
    if home.is_postgres() {
        command.env("WARD_DATABASE", home.database());
    }
    let output = command.output().await.expect("the binary is built: cargo xtask build");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_recorded_what_it_answered() {
    let home = Home::new().await;
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    for round in 0..2 {
        let server = home.start().await;
        let admin = server.admin().await;
        let clients: Vec<_> = (0..6)
            .map(|client| {
                let (admin, answered) = (admin.clone(), answered.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        let id = format!("k-{round}-{client}-{number}");
                        let request = admin.request(http::Method::GET, "/studies").header("x-request-id", &id);
                        match admin.try_send(request).await {
                            Ok(answer) if answer.status == 200 => answered.lock().unwrap().push(id),
                            Ok(answer) => panic!("{}: {}", answer.status, answer.text()),
                            Err(_) => break, // Killed.
                        }
                    }
                })
            })
            .collect();
        let before = answered.lock().unwrap().len();
        eventually("requests run", async || answered.lock().unwrap().len() >= before + 60).await;
        server.kill().await;
        for client in clients {
            client.await.unwrap();
        }
    }

    let server = home.start().await;
    let url = format!("http://{}", server.address());
    let auditor = sign_in(&server.at("/_ward")).await;
    let answered = answered.lock().unwrap().clone();
    let mut recorded = std::collections::HashSet::new();
    let mut before = i64::MAX;
    loop {
        let page = records(&auditor, &format!("operation=list_studies&before={before}")).await;
        let Some(last) = page.last() else { break };
        before = last["number"].as_i64().unwrap();
        recorded.extend(page.iter().map(|record| record["request"].as_str().unwrap().to_owned()));
    }
    let lost: Vec<&String> = answered.iter().filter(|id| !recorded.contains(*id)).collect();
    assert!(lost.is_empty(), "{} of {}: {lost:?}", lost.len(), answered.len());

    // While it serves, and with an end that was noted.
    let (code, said) = ward_audit(&home, &url, &["verify"]).await;
    assert_eq!(code, 0, "{said}");
    let head = said.lines().last().unwrap().to_owned();
    let (code, said) = ward_audit(&home, &url, &["verify", "--head", &head]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = ward_audit(&home, &url, &["verify", "--head", &format!("1:{}", "0".repeat(64))]).await;
    assert!(code == 1 && said.contains("the chain had another record 1"), "{said}");

    let (code, said) = ward_audit(&home, &url, &["export", "--operation", "list_studies"]).await;
    assert_eq!(code, 0, "{said}");
    let bundles: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let exported: usize = bundles.iter().map(|bundle| bundle["entry"].as_array().unwrap().len()).sum();
    assert_eq!(exported, recorded.len());
    let (code, said) = ward_audit(&home, &url, &["export", "--outcome", "none"]).await;
    assert!(code == 1 && said.contains("`outcome` is"), "{said}");
}
