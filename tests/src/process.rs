//! The product as a process of its own: what can be killed.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::database::TestDatabase;
use crate::ward::SharedCache;
use crate::{Api, PASSWORD, artefacts};

/// A directory and a database that outlive the process, as on a machine that is switched off.
pub struct Home {
    database: TestDatabase,
    directory: TempDir,
}

impl Home {
    /// An empty one.
    pub async fn new() -> Self {
        Self { database: TestDatabase::create().await, directory: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The data directory.
    pub fn data(&self) -> std::path::PathBuf {
        self.directory.path().join("data")
    }

    /// The database's URL; empty for SQLite.
    pub fn database(&self) -> &str {
        &self.database.url
    }

    /// Runs statements in a plugin's own schema, behind the plugin's back.
    pub async fn sql(&self, domain: &str, statements: &str) -> anyhow::Result<()> {
        self.database.run(&self.data(), domain, statements).await
    }

    /// Whether the database is one that several servers can share.
    pub fn is_postgres(&self) -> bool {
        self.database.is_postgres()
    }

    /// Runs a statement in the host's own schema, while no server runs.
    pub async fn host_sql(&self, statement: &str) {
        self.database.run_in_host(&self.data(), statement).await.expect("a statement");
    }

    /// Starts `ward serve` here with this assembly and the tests' guests.
    pub async fn start_guests(&self, assembly: &str, variables: &[(&str, &str)]) -> WardProcess {
        let file = self.directory.path().join("ward.toml");
        std::fs::write(&file, assembly).expect("a place to write");
        let (file, guests) = (file.display().to_string(), artefacts::guests().display().to_string());
        let own = [("WARD_CONFIG", &*file), ("WARD_PLUGINS", &*guests), ("WARD_ADMIN_PASSWORD", PASSWORD)];
        self.start_with(&[&own[..], variables].concat()).await
    }

    /// Starts `ward serve` here with a password for its administrator.
    pub async fn start(&self) -> WardProcess {
        self.start_with(&[("WARD_ADMIN_PASSWORD", PASSWORD)]).await
    }

    /// Starts `ward serve` here with these variables.
    pub async fn start_with(&self, variables: &[(&str, &str)]) -> WardProcess {
        self.start_command(Command::new(artefacts::binary()), variables).await
    }

    /// The same where no file may grow beyond so many KiB, as on a disk that is nearly full.
    pub async fn start_cramped(&self, kilobytes: u32, variables: &[(&str, &str)]) -> WardProcess {
        let mut command = Command::new("bash");
        // A write beyond the limit is an error then, and not the end of the process.
        command.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", &kilobytes.to_string()]);
        command.arg(artefacts::binary());
        self.start_command(command, variables).await
    }

    async fn start_command(&self, command: Command, variables: &[(&str, &str)]) -> WardProcess {
        let cache = SharedCache::open(&self.data()).expect("a place to write");
        let process = WardProcess::spawn(command, &self.data(), &self.database.url, variables).await;
        cache.keep().expect("a place to write");
        process
    }
}

/// A running `ward serve`. Killed when dropped.
pub struct WardProcess {
    child: Child,
    address: String,
    /// What it has printed up to the moment it served.
    pub printed: String,
    /// From the start of the process to the first answer of `/health`.
    pub start_time: Duration,
}

impl WardProcess {
    async fn spawn(mut command: Command, data: &Path, database: &str, variables: &[(&str, &str)]) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let started = Instant::now();
        command
            .arg("serve")
            .current_dir(artefacts::root())
            .env("WARD_LISTEN", &address)
            .env("WARD_DATA", data)
            .env("WARD_PLUGINS", artefacts::plugins())
            .env("WARD_RATE_LIMIT", "off")
            .env_remove("WARD_ADMIN_PASSWORD")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if !database.is_empty() {
            command.env("WARD_DATABASE", database);
        }
        command.envs(variables.iter().copied());
        let mut child = command.spawn().expect("the binary is built: cargo xtask build");
        let output = child.stdout.take().expect("piped");
        let printed = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let keep = printed.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let mut text = keep.lock().expect("not poisoned");
                text.push_str(&line);
                text.push('\n');
            }
        });
        let health = Api::new(format!("http://{address}"));
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                panic!("ward serve ended with {status}");
            }
            if health
                .try_send(health.request(http::Method::GET, "/health"))
                .await
                .is_ok_and(|answer| answer.status == 200)
            {
                break;
            }
            assert!(started.elapsed() < Duration::from_mins(2), "ward serve does not answer");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let start_time = started.elapsed();
        // The notice is printed when it serves; the pipe may be a moment behind.
        let mut length = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let text = printed.lock().expect("not poisoned");
            if text.contains(&address) && text.len() == length || started.elapsed() > Duration::from_secs(130) {
                break;
            }
            length = text.len();
        }
        let printed = printed.lock().expect("not poisoned").clone();
        Self { child, address, printed, start_time }
    }

    /// A client of what is mounted at `prefix`, signed in as nobody.
    pub fn at(&self, prefix: &str) -> Api {
        Api::new(format!("http://{}{prefix}", self.address))
    }

    /// A client of the PACS API, signed in as the administrator.
    pub async fn admin(&self) -> Api {
        self.at("/pacs").sign_in("admin", PASSWORD).await
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Resident memory, bytes.
    pub fn resident_bytes(&self) -> u64 {
        let id = self.child.id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("kilobytes") * 1024
    }

    /// Processor time that it has used, its threads' together.
    pub fn processor_time(&self) -> Duration {
        processor_time(self.child.id().expect("it runs"))
    }

    /// `kill -9`: no destructor, no flush.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }

    /// `SIGTERM`, and the exit status.
    pub async fn terminate(mut self) -> std::process::ExitStatus {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill");
        assert!(sent.success());
        tokio::time::timeout(Duration::from_mins(1), self.child.wait()).await.expect("it ends").expect("a status")
    }
}

/// Processor time that a process has used, its threads' together.
///
/// # Panics
/// If there is no such process.
pub fn processor_time(id: u32) -> Duration {
    // The kernel counts for programs in hundredths of a second, on every machine.
    const TICKS: u64 = 100;
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    // The second field, in parentheses, may hold anything; behind it come 11 others, then user and system time.
    let (_, fields) = text.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().expect("ticks"));
    Duration::from_millis(ticks.sum::<u64>() * 1000 / TICKS)
}
