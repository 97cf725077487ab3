//! The addresses that are to be listened on.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;

use super::Findings;
use crate::assembly::Assembly;

/// How long the one who listens there has to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn examine(assembly: &Assembly, findings: &mut Findings) {
    for address in std::iter::once(assembly.listen).chain(assembly.metrics_listen) {
        // A port of 0 is any that is free.
        match TcpListener::bind(address).await {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => taken(address, findings).await,
            Err(error) => findings.problem(format!("{address} cannot be listened on: {error}")),
        }
    }
}

/// By a Ward that runs, which is asked how it is, or by something else.
async fn taken(address: SocketAddr, findings: &mut Findings) {
    let Some(health) = health(address).await else {
        findings.problem(format!("another program listens on {address}: end it, or set another address"));
        return;
    };
    if health["status"] == "ok" {
        return;
    }
    let parts = [("database", &health["database"]), ("blob store", &health["blobs"])];
    for (what, _) in parts.into_iter().filter(|(_, part)| part["ok"] == false) {
        findings.problem(format!("the {what} of the server at {address} does not answer"));
    }
    for plugin in health["plugins"].as_array().into_iter().flatten().filter(|plugin| plugin["ok"] == false) {
        let mount = plugin["mount"].as_str().unwrap_or_default();
        if !plugin["version"].is_null() {
            findings.problem(format!("the plugin at {mount} of the server at {address} does not answer"));
        }
    }
}

async fn health(mut address: SocketAddr) -> Option<Value> {
    if address.ip().is_unspecified() {
        address.set_ip([127, 0, 0, 1].into());
    }
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().ok()?;
    let health: Value = client.get(format!("http://{address}/health")).send().await.ok()?.json().await.ok()?;
    (health["status"].is_string() && health["plugins"].is_array()).then_some(health)
}
