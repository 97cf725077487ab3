//! `ward plugin …`.
//!
//! What changes or asks what is installed goes through the API of the server that runs: it owns the
//! database and swaps in its own process, so that the same works while requests are served, with SQLite
//! and on any node. What only looks at files needs no server.

mod diff;
mod inspect;
mod remote;
pub(super) mod server;
mod sign;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use bytes::Bytes;

use crate::life::MAX_BYTES;

/// What about plugins.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Says what a component is, and in plain words what it can touch.
    Inspect {
        /// The component, a `.wasm` file.
        file: PathBuf,
    },
    /// Says what changes for clients from A to B; fails if something breaks them.
    Diff {
        /// A component (`.wasm`) or an OpenAPI document (`.json`).
        a: PathBuf,
        /// Another.
        b: PathBuf,
    },
    /// Signs a component: writes FILE.sig, the Ed25519 signature over its bytes.
    Sign {
        /// The component.
        file: PathBuf,
        /// The private key, from `ward key new`.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Installs a component on the server. It serves only when it is activated.
    #[command(after_help = SERVER)]
    Install {
        /// The component.
        file: PathBuf,
        /// Its signature; without it FILE.sig, if that is there.
        #[arg(long, value_name = "FILE")]
        signature: Option<PathBuf>,
        /// Activates it too.
        #[arg(long)]
        activate: bool,
        #[command(flatten)]
        change: Change,
    },
    /// Lists what is installed and what serves.
    #[command(after_help = SERVER)]
    List,
    /// Lets a version serve from the next request on.
    #[command(after_help = SERVER)]
    Activate {
        /// The plugin.
        name: String,
        /// An installed version.
        version: String,
        #[command(flatten)]
        change: Change,
    },
    /// Lets the version serve again that served before. Data are not rolled back.
    #[command(after_help = SERVER)]
    Rollback {
        /// The plugin.
        name: String,
        /// The domain of the mount, where the plugin has several.
        #[arg(long)]
        domain: Option<String>,
    },
    /// Removes a version, or takes the plugin out of service and removes all. Data stay.
    #[command(after_help = SERVER)]
    Remove {
        /// The plugin.
        name: String,
        /// Only this version, which must not serve.
        version: Option<String>,
    },
}

/// How a version is activated.
#[derive(Debug, clap::Args)]
pub(super) struct Change {
    /// The domain of the mount, where the plugin has several.
    #[arg(long)]
    domain: Option<String>,
    /// Accepts changes of the API that break clients.
    #[arg(long)]
    accept_breaking: bool,
}

pub(super) const SERVER: &str = "\
The server is at WARD_URL, or else where the assembly listens. WARD_TOKEN is an administrator's token; without it \
WARD_USER (`admin`) signs in with WARD_PASSWORD, which a terminal is asked for.";

/// Runs the command.
pub(super) async fn run(command: &Command, config: Option<&Path>) -> anyhow::Result<()> {
    match command {
        Command::Inspect { file } => inspect::run(file, config).await,
        Command::Diff { a, b } => diff::run(a, b).await,
        Command::Sign { file, key } => sign::run(file, key),
        Command::Install { file, signature, activate, change } => {
            remote::install(config, file, signature.as_deref(), activate.then_some(change)).await
        }
        Command::List => remote::list(config).await,
        Command::Activate { name, version, change } => remote::activate(config, name, version, change).await,
        Command::Rollback { name, domain } => remote::rollback(config, name, domain.as_deref()).await,
        Command::Remove { name, version } => remote::remove(config, name, version.as_deref()).await,
    }
}

/// Reads a component; one that is larger than any may be is not read.
fn component(file: &Path) -> anyhow::Result<Bytes> {
    let shown = file.display();
    let bytes = std::fs::metadata(file).with_context(|| format!("read {shown}"))?.len();
    if bytes > MAX_BYTES {
        bail!("{shown} has {bytes} bytes, and a component has at most {MAX_BYTES}");
    }
    Ok(std::fs::read(file).with_context(|| format!("read {shown}"))?.into())
}

/// The file of a component's signature, beside it.
fn signature_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// What was not written here is not trusted, and a terminal obeys control characters.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
