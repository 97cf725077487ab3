//! The mark of a restore that did not finish: what it left must not be served.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// Its name in the data directory.
const FILE: &str = "RESTORE-UNFINISHED";

fn path(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Sets the mark, durably.
pub(super) fn mark(data: &Path) -> anyhow::Result<()> {
    let written = || format!("write {}", path(data).display());
    let mut file = File::create_new(path(data)).with_context(written)?;
    let text = "A restore into this directory did not finish. Remove the directory, empty the database and the blob \
                store, and restore again.\n";
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(written)?;
    File::open(data)?.sync_all().with_context(written)
}

/// Takes it away, when everything else is durable.
pub(super) fn clear(data: &Path) -> anyhow::Result<()> {
    std::fs::remove_file(path(data)).and_then(|()| File::open(data)?.sync_all()).context("end the restore")
}

/// Refuses a data directory with the mark.
pub fn refuse(data: &Path) -> anyhow::Result<()> {
    if path(data).exists() {
        bail!(
            "a restore into {} did not finish: remove the directory, empty the database and the blob store, and \
             restore again",
            data.display()
        );
    }
    Ok(())
}
