//! A throw-away PostgreSQL cluster.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::packages::{find, install, is_root};
use crate::workspace::{run, say};

/// A running cluster. It stops and its files go when this is dropped, and also when this process
/// dies without dropping anything: a small keeper waits for the end of a pipe that only we hold.
pub struct Cluster {
    port: u16,
    keeper: Child,
}

/// Loopback only, no durability (nothing in it is worth keeping), room for many tests at once.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=500",
    "shared_buffers=64MB",
    "max_pred_locks_per_transaction=256",
    "autovacuum=off",
    "log_min_messages=warning",
];

/// Stops the cluster and removes its files once standard input ends. `$1`: directory, `$2…`: how to
/// run `pg_ctl`. Deaf to Ctrl-C, which reaches the whole process group.
const KEEPER: &str = r#"
trap '' INT TERM HUP
directory="$1"; shift
cat >/dev/null
"$@" -D "$directory/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$directory"
"#;

impl Cluster {
    /// Starts a cluster; installs Debian's `postgresql` first if it is absent and `may_install`.
    pub fn start(may_install: bool) -> Result<Self> {
        if find("initdb").is_none() {
            if !may_install {
                bail!("PostgreSQL is not installed");
            }
            install(&["postgresql"]).context("PostgreSQL is not installed")?;
        }
        let directory = directory()?;
        let keeper = keeper(&directory)?;
        let cluster = Self { port: free_port()?, keeper };
        cluster.initialise(&directory)?;
        say("Started", &format!("a throw-away PostgreSQL on 127.0.0.1:{}", cluster.port));
        Ok(cluster)
    }

    /// The administrator's URL.
    pub fn url(&self) -> String {
        format!("postgres://ward@127.0.0.1:{}/postgres", self.port)
    }

    fn initialise(&self, directory: &Path) -> Result<()> {
        let data = directory.join("data");
        run(program("initdb")?
            .arg("--pgdata")
            .arg(&data)
            .args(["--username=ward", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .stdout(Stdio::null()))?;
        let mut options = format!("-c port={} -c unix_socket_directories={}", self.port, directory.display());
        for setting in SETTINGS {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        run(program("pg_ctl")?
            .arg("--pgdata")
            .arg(&data)
            .arg("--log")
            .arg(directory.join("log"))
            .args(["--wait", "--silent", "--options", &options, "start"])
            .stdin(Stdio::null())
            .stdout(Stdio::null()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.keeper.stdin.take() {
            // Nothing to do about a keeper that is gone already.
            let _ = pipe.flush();
        }
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root: then it runs as the package's own user.
fn program(name: &str) -> Result<Command> {
    let file = find(name).with_context(|| format!("PostgreSQL's {name} is not installed"))?;
    if !is_root() {
        return Ok(Command::new(file));
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(file);
    // A directory that the other user can enter.
    command.current_dir("/");
    Ok(command)
}

fn directory() -> Result<PathBuf> {
    let name = format!("ward-postgres-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    if is_root() {
        run(Command::new("chown").arg("postgres:").arg(&directory))?;
    }
    Ok(directory)
}

fn keeper(directory: &Path) -> Result<Child> {
    let stop = program("pg_ctl")?;
    Command::new("sh")
        .args(["-c", KEEPER, "keeper"])
        .arg(directory)
        .arg(stop.get_program())
        .args(stop.get_args())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run sh")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_leaves_nothing() {
        if find("initdb").is_none() {
            eprintln!("NOT TESTED for lack of PostgreSQL");
            return;
        }
        let cluster = Cluster::start(false).unwrap();
        let answer = Command::new(find("psql").unwrap()).args([&cluster.url(), "-Atc", "SELECT 1"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), "1");
        let port = cluster.port;
        let directory = std::env::temp_dir().join(format!("ward-postgres-{}", std::process::id()));
        assert!(directory.exists());
        drop(cluster);
        assert!(!directory.exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
