//! `ward key …`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::say;
use crate::signature::SigningKey;

/// What about keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes a key pair to sign plugins with: the private key goes into FILE, which must not be there yet,
    /// the public key is printed as ward.toml takes it.
    New {
        /// For the private key (PEM, PKCS#8; only this user may read it).
        file: PathBuf,
    },
}

/// Runs the command.
pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::New { file } = command;
    let pem = SigningKey::generate()?;
    let key = SigningKey::from_pem(&pem)?;
    write(file, &pem).with_context(|| format!("write {}", file.display()))?;
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = file.display();
    say(&format!(
        "The private key is in {shown}: who has it can sign. To trust what it signs, in ward.toml:\n\n\
         [trusted_keys]\n{name:?} = {:?}\n",
        key.public()
    ));
    Ok(())
}

/// Complete and on the disk, or not at all; never over a key that is there.
fn write(file: &Path, pem: &str) -> std::io::Result<()> {
    let mut created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    let written = created.write_all(pem.as_bytes()).and_then(|()| created.sync_all());
    if written.is_err() {
        // What is left of it is no key.
        let _ = std::fs::remove_file(file);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_its_owners_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hospital.pem");
        run(&Command::New { file: file.clone() }).unwrap();
        let pem = std::fs::read_to_string(&file).unwrap();
        SigningKey::from_pem(&pem).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(run(&Command::New { file: file.clone() }).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), pem);
    }
}
