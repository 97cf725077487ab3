//! `ward serve`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{log, say};
use crate::app::App;
use crate::assembly::Assembly;
use crate::telemetry::Telemetry;

/// What the command line can set; everything else is in the assembly and the environment.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Address to listen on; as `WARD_LISTEN`.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Directory for keys, cache, SQLite and local blobs; as `WARD_DATA`.
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<PathBuf>,
}

impl Arguments {
    /// The variables that these stand for.
    pub(super) fn overrides(&self) -> Vec<(&'static str, OsString)> {
        let listen = self.listen.map(|address| ("WARD_LISTEN", address.to_string().into()));
        let data = self.data.clone().map(|directory| ("WARD_DATA", directory.into()));
        listen.into_iter().chain(data).collect()
    }
}

/// Opens everything, says where it is, and serves until a signal comes.
pub(super) async fn run(assembly: Assembly) -> anyhow::Result<()> {
    let telemetry = Telemetry::start(&assembly)?;
    match &telemetry {
        Some(telemetry) => log::start_traced(&assembly.log, assembly.log_format, telemetry.tracer())?,
        None => log::start(&assembly.log, assembly.log_format)?,
    }
    let listen = assembly.listen;
    let app = App::open(assembly).await?;
    // Only now: while it opens, a signal ends the process as usual.
    let shutdown = Signals::new()?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr().context("the address that is listened on")?;
    say(&notice(&app, address));
    let served = app.serve(listener, shutdown.wait()).await;
    if let Some(telemetry) = telemetry {
        telemetry.stop().await;
    }
    served
}

/// What the operator needs to know at a start.
fn notice(app: &App, address: SocketAddr) -> String {
    let origin = format!("http://{}", reachable(address));
    let mut text = format!("Ward {} serves at {origin}\n\n", env!("CARGO_PKG_VERSION"));
    for point in &app.mounts {
        let version = point.active().map_or("(nothing active)".to_owned(), |mounted| mounted.version.clone());
        let name = format!("{} {version}", point.mount.plugin);
        let prefix = point.prefix.trim_end_matches('/');
        row(&mut text, &name, &format!("{origin}{prefix}"));
        for host in &point.hosts {
            row(&mut text, "", &format!("http://{host}:{}", address.port()));
        }
    }
    row(&mut text, "documentation", &format!("{origin}/docs"));
    row(&mut text, "health", &format!("{origin}/health"));
    if let Some(password) = &app.first_password {
        text.push_str("\nThis is the first start. The administrator, told only this once:\n\n");
        row(&mut text, "user name", "admin");
        row(&mut text, "password", password);
    }
    text.push('\n');
    text
}

fn row(text: &mut String, name: &str, value: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "  {name:<20} {value}");
}

/// The address as a client on this machine writes it.
fn reachable(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// SIGINT and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Done at the first signal. A second one ends the process at once.
    async fn wait(mut self) {
        self.next().await;
        tracing::info!("shutting down: running requests finish, new connections are refused");
        tokio::spawn(async move {
            self.next().await;
            tracing::warn!("a second signal: running requests are cut off");
            std::process::exit(1);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_is_shown_as_one_that_can_be_called() {
        assert_eq!(reachable(SocketAddr::from(([0, 0, 0, 0], 80))), "localhost:80");
        assert_eq!(reachable(SocketAddr::from(([127, 0, 0, 1], 8080))), "127.0.0.1:8080");
    }

    #[test]
    fn arguments_stand_for_variables() {
        let arguments = Arguments { listen: Some(SocketAddr::from(([1, 2, 3, 4], 5))), data: Some("d".into()) };
        let expected = vec![("WARD_LISTEN", OsString::from("1.2.3.4:5")), ("WARD_DATA", OsString::from("d"))];
        assert_eq!(arguments.overrides(), expected);
    }
}
