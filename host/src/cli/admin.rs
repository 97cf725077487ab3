//! `ward admin …`.

use std::io::{IsTerminal as _, Read as _};

use anyhow::Context as _;

use super::{log, say};
use crate::assembly::Assembly;
use crate::clock;
use crate::identity::Identity;
use crate::storage::Database;

/// What about the administrator.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Sets the password of `admin`, ends its tokens and any lock-out. Takes the first line of standard input; makes
    /// one up and prints it where that is a terminal or empty. With SQLite, stop the server first.
    ResetPassword,
}

/// Bytes of standard input that are looked at.
const MOST_BYTES: u64 = 4 << 10;

/// Runs the command.
pub(super) async fn run(command: &Command, assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    let Command::ResetPassword = command;
    let given = given()?;
    let database = Database::open(&assembly.database, &assembly.data).await.context("open the database")?;
    let keys = assembly.data.join("keys");
    let identity =
        Identity::open(database.host().clone(), &keys, clock::system()).await.context("open the accounts")?;
    match identity.reset_administrator(&given).await.context("set the password")? {
        Some(made_up) => say(&format!("The new password of `admin`: {made_up}\n")),
        None => say("The password of `admin` is set.\n"),
    }
    Ok(())
}

/// The password on standard input; empty where there is none.
fn given() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(String::new());
    }
    let mut text = String::new();
    input.lock().take(MOST_BYTES).read_to_string(&mut text).context("read the password from standard input")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
