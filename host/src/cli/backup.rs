//! `ward backup` and `ward restore`.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{log, say};
use crate::assembly::Assembly;
use crate::backup;

/// What to restore.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The archive, from `ward backup`.
    file: PathBuf,
    /// Reads the whole archive, says what is in it, and restores nothing.
    #[arg(long)]
    verify: bool,
}

/// Writes a backup.
pub(super) async fn back_up(file: &Path, assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    let manifest = backup::create(&assembly, file).await?;
    say(&format!("{}\n{}", file.display(), manifest.report()));
    if !manifest.damaged.is_empty() {
        bail!(
            "the backup is complete but for {} objects that the store does not have as they were",
            manifest.damaged.len()
        );
    }
    Ok(())
}

/// Restores one, or says what is in it.
pub(super) async fn restore(
    arguments: &Restore,
    assembly: impl FnOnce() -> anyhow::Result<Assembly>,
) -> anyhow::Result<()> {
    if arguments.verify {
        let manifest = backup::verify(&arguments.file)?;
        say(&format!("{}The archive is whole.\n", manifest.report()));
        return Ok(());
    }
    let assembly = assembly()?;
    log::start_quiet(assembly.log_format)?;
    let manifest = backup::restore(&assembly, &arguments.file).await?;
    say(&format!("{}Every table, object and key is restored and equal to what was backed up.\n", manifest.report()));
    Ok(())
}
