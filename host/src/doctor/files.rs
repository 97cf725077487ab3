//! The data directory, the keys, the compiled cache, the local objects, the room on the disk.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{Access, access, statvfs};

use super::Findings;
use crate::assembly::Assembly;
use crate::backup;

/// Room below which writes will soon fail, and below which somebody should know.
const NO_ROOM: u64 = 64 << 20;
const LITTLE_ROOM: u64 = 1 << 30;
/// What lies in staging for longer was left by a crash.
const STAGING_AGE: Duration = Duration::from_hours(24);

pub(super) fn examine(assembly: &Assembly, findings: &mut Findings) {
    let data = &assembly.data;
    if !data.exists() {
        findings.warning(format!("the data directory {} is not there yet: the first start makes it", data.display()));
        return;
    }
    if let Err(error) = backup::refuse_unfinished(data) {
        findings.problem(error.to_string());
    }
    private(data, "the data directory", findings);
    writable(data, "the data directory", findings);
    room(data, findings);
    let (keys, cache) = (data.join("keys"), data.join("cache"));
    private(&keys, "the directory of keys", findings);
    for key in entries(&keys) {
        if mode(&key) & 0o077 != 0 {
            findings.problem(format!("the key {} can be read by others: set its mode to 600", key.display()));
        }
    }
    if cache.exists() && (mode(&cache) & 0o022 != 0 || !mine(&cache)) {
        findings.problem(format!(
            "the directory of compiled plugins {} can be written by others, who could run code in this host: set its mode to 700",
            cache.display()
        ));
    }
    objects(assembly, findings);
}

/// Local objects; those in S3 are looked at with the database.
fn objects(assembly: &Assembly, findings: &mut Findings) {
    if assembly.blobs.starts_with("s3://") {
        return;
    }
    let root = if assembly.blobs.is_empty() { assembly.data.join("blobs") } else { PathBuf::from(&assembly.blobs) };
    if !root.exists() {
        findings.warning(format!("the blob store {} is not there yet: the first start makes it", root.display()));
        return;
    }
    writable(&root, "the blob store", findings);
    private(&root, "the blob store", findings);
    if !root.starts_with(&assembly.data) {
        room(&root, findings);
    }
    let left = entries(&root.join("staging")).into_iter().filter(|path| is_old(path)).count();
    if left > 0 && !served(&root) {
        findings
            .warning(format!("{left} uploads lie in staging for more than a day: a start of the server removes them"));
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).map_or(0, |about| about.mode())
}

fn mine(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.uid() == rustix::process::geteuid().as_raw())
}

fn private(path: &Path, what: &str, findings: &mut Findings) {
    if !path.exists() {
        return;
    }
    if !mine(path) {
        findings.problem(format!("{what} {} belongs to another user than the one who runs this", path.display()));
    }
    if mode(path) & 0o022 != 0 {
        findings.problem(format!("{what} {} can be written by others: set its mode to 700", path.display()));
    } else if mode(path) & 0o077 != 0 {
        findings.warning(format!("{what} {} can be read by others: set its mode to 700", path.display()));
    }
}

fn writable(path: &Path, what: &str, findings: &mut Findings) {
    if access(path, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        findings.problem(format!("{what} {} cannot be written", path.display()));
    }
}

fn room(path: &Path, findings: &mut Findings) {
    let Ok(about) = statvfs(path) else { return };
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    let megabytes = free >> 20;
    let what = || format!("only {megabytes} MiB are free on the disk of {}", path.display());
    if free < NO_ROOM {
        findings.problem(format!("{}: writes will fail", what()));
    } else if free < LITTLE_ROOM {
        findings.warning(what());
    }
}

fn is_old(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    SystemTime::now().duration_since(modified).is_ok_and(|age| age > STAGING_AGE)
}

/// Whether a process uses the store.
fn served(root: &Path) -> bool {
    File::open(root.join(".lock")).is_ok_and(|lock| lock.try_lock_shared().is_err())
}
