//! Debian's Orthanc, started for the measurement.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A running Orthanc with an empty store. It ends when dropped.
pub struct Orthanc {
    /// Its REST API.
    pub base: String,
    child: Child,
    _home: TempDir,
}

impl Orthanc {
    /// Starts it; `None` where it is not installed.
    pub async fn start() -> Result<Option<Self>> {
        let Some(program) =
            ["/usr/sbin/Orthanc", "/usr/bin/Orthanc"].map(PathBuf::from).into_iter().find(|path| path.exists())
        else {
            return Ok(None);
        };
        let home = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let settings = json!({
            "Name": "bench",
            "StorageDirectory": home.path().join("storage"),
            "IndexDirectory": home.path().join("storage"),
            "StorageCompression": false,
            "HttpPort": port,
            "RemoteAccessAllowed": false,
            "AuthenticationEnabled": false,
            "KeepAlive": true,
            "TcpNoDelay": true,
            "HttpThreadsCount": 50,
            "DicomServerEnabled": false,
            "OverwriteInstances": false,
            "Plugins": [],
        });
        let file = home.path().join("orthanc.json");
        std::fs::write(&file, settings.to_string())?;
        let child = Command::new(program)
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let base = format!("http://127.0.0.1:{port}");
        for _ in 0..200 {
            if reqwest::get(format!("{base}/system")).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(Some(Self { base, child, _home: home }));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("Orthanc does not start")
    }

    /// Processor time that it has used.
    pub fn processor_time(&self) -> Duration {
        self.child.id().map(ward_tests::process::processor_time).unwrap_or_default()
    }
}
