//! Real DICOM files and tools for the tests.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::packages::{find, install};
use crate::workspace::{run, say, target};

const WHEEL: &str = "pydicom==3.0.2 --hash=sha256:abf971a5440f84dbaf42c4b6758e30e62480902584f8b270b9a5d146e278a07b\n";
const WHEEL_FILE: &str = "pydicom-3.0.2-py3-none-any.whl";

/// Where the files lie: `pydicom/data/…`.
pub fn directory() -> PathBuf {
    target().join("fixtures")
}

/// The DICOM files inside the PyPI wheel `pydicom`, unpacked. The wheel's digest is pinned.
pub fn pydicom(may_fetch: bool) -> Result<()> {
    let directory = directory();
    let complete = directory.join(format!("{WHEEL_FILE}.complete"));
    if complete.exists() {
        return Ok(());
    }
    if !may_fetch {
        bail!("the wheel has not been fetched");
    }
    std::fs::create_dir_all(&directory)?;
    let requirements = directory.join("requirements.txt");
    std::fs::write(&requirements, WHEEL)?;
    say("Fetching", "the DICOM files of the PyPI wheel pydicom");
    run(pip()?
        .args(["download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest"])
        .arg(&directory)
        .arg("--requirement")
        .arg(&requirements))?;
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(directory.join(WHEEL_FILE)).arg(&directory))?;
    std::fs::write(complete, "")?;
    Ok(())
}

/// `img2dcm` and `dump2dcm` of Debian's `dcmtk`.
pub fn dcmtk(may_install: bool) -> Result<()> {
    if find("img2dcm").is_some() && find("dump2dcm").is_some() {
        return Ok(());
    }
    if !may_install {
        bail!("dcmtk is not installed");
    }
    install(&["dcmtk"])
}

fn pip() -> Result<Command> {
    let works = |command: &mut Command| {
        command
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let command = || {
        let mut command = Command::new("python3");
        command.args(["-m", "pip"]);
        command
    };
    if !works(&mut command()) {
        install(&["python3-pip"]).context("pip is not installed")?;
    }
    Ok(command())
}
