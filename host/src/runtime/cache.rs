//! Compiled artefacts on disk, keyed by the component's digest and the engine's configuration.
//!
//! Mapping a compiled artefact is running its machine code: whoever can write the file owns the host.
//! So the directory and the file must belong to this user and be writable by nobody else, and the
//! contents carry a MAC whose key only this installation has. What fails a check is compiled anew.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use wasmtime::Engine;

/// Counts up when what is done to a component before it is compiled changes.
const FORMAT: u32 = 2;

/// Bytes of the MAC in front of an artefact.
const MAC_BYTES: usize = 32;

/// A directory of compiled artefacts.
pub struct Cache {
    directory: PathBuf,
    key: hmac::Key,
}

impl Cache {
    /// Opens `directory`, creating it, and its key in `keys`.
    pub fn open(directory: &Path, keys: &Path) -> io::Result<Self> {
        for private in [directory, keys] {
            DirBuilder::new().recursive(true).mode(0o700).create(private)?;
            check_private(private, &fs::symlink_metadata(private)?)?;
        }
        let key = secret(&keys.join("cache.key"))?;
        Ok(Self { directory: directory.to_owned(), key: hmac::Key::new(hmac::HMAC_SHA256, &key) })
    }

    /// The artefact of the component with this SHA-256, or `None` if there is none that can be trusted.
    pub(super) fn get(&self, engine: &Engine, digest: &str) -> Option<Vec<u8>> {
        let path = self.path(engine, digest);
        match self.read(&path) {
            Ok(artefact) => Some(artefact),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "a compiled artefact is not trusted and is made anew");
                None
            }
        }
    }

    /// Keeps the artefact of the component with this SHA-256. Another process that writes the same wins or loses whole.
    pub(super) fn put(&self, engine: &Engine, digest: &str, artefact: &[u8]) -> io::Result<()> {
        let path = self.path(engine, digest);
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(hmac::sign(&self.key, artefact).as_ref())?;
        file.write_all(artefact)?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    }

    fn path(&self, engine: &Engine, digest: &str) -> PathBuf {
        let mut configuration = std::hash::DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut configuration);
        FORMAT.hash(&mut configuration);
        self.directory.join(format!("{digest}-{:016x}.cwasm", configuration.finish()))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let no_link = rustix::fs::OFlags::NOFOLLOW.bits();
        let mut file = OpenOptions::new().read(true).custom_flags(no_link.cast_signed()).open(path)?;
        check_private(path, &file.metadata()?)?;
        let mut mac = [0; MAC_BYTES];
        file.read_exact(&mut mac)?;
        let mut artefact = Vec::new();
        file.read_to_end(&mut artefact)?;
        hmac::verify(&self.key, &artefact, &mac)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "its MAC does not fit"))?;
        Ok(artefact)
    }
}

/// Refuses what another user owns or could write.
fn check_private(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    let owner = rustix::process::geteuid().as_raw();
    if metadata.uid() != owner || metadata.mode() & 0o022 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} belongs to another user or can be written by one", path.display()),
        ));
    }
    Ok(())
}

/// Reads the secret in `path`, or makes one.
fn secret(path: &Path) -> io::Result<[u8; 32]> {
    use rand::TryRngCore as _;
    let mut secret = [0; 32];
    match File::open(path) {
        Ok(mut file) => {
            check_private(path, &file.metadata()?)?;
            file.read_exact(&mut secret)?;
            return Ok(secret);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    rand::rngs::OsRng.try_fill_bytes(&mut secret).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache::open(&home.path().join("cache"), &home.path().join("keys")).unwrap();
        (home, cache)
    }

    #[test]
    fn what_is_put_is_got() {
        let (_home, cache) = cache();
        let engine = Engine::default();
        assert_eq!(cache.get(&engine, "digest"), None);
        cache.put(&engine, "digest", b"artefact").unwrap();
        assert_eq!(cache.get(&engine, "digest").as_deref(), Some(&b"artefact"[..]));
        assert_eq!(cache.get(&engine, "another"), None);
    }

    #[test]
    fn an_altered_artefact_is_not_trusted() {
        let (_home, cache) = cache();
        let engine = Engine::default();
        cache.put(&engine, "digest", b"artefact").unwrap();
        let path = cache.path(&engine, "digest");
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(cache.get(&engine, "digest"), None);
    }

    #[test]
    fn a_file_that_others_can_write_is_not_trusted() {
        let (_home, cache) = cache();
        let engine = Engine::default();
        cache.put(&engine, "digest", b"artefact").unwrap();
        let path = cache.path(&engine, "digest");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(cache.get(&engine, "digest"), None);
    }

    #[test]
    fn a_link_is_not_followed() {
        let (home, cache) = cache();
        let engine = Engine::default();
        cache.put(&engine, "digest", b"artefact").unwrap();
        let path = cache.path(&engine, "digest");
        let elsewhere = home.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(cache.get(&engine, "digest"), None);
    }

    #[test]
    fn a_directory_that_others_can_write_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let open = home.path().join("cache");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Cache::open(&open, &home.path().join("keys")).is_err());
    }

    #[test]
    fn another_engine_configuration_has_its_own_artefact() {
        let (_home, cache) = cache();
        let mut config = wasmtime::Config::new();
        config.epoch_interruption(true);
        let other = Engine::new(&config).unwrap();
        cache.put(&Engine::default(), "digest", b"artefact").unwrap();
        assert_eq!(cache.get(&other, "digest"), None);
    }
}
