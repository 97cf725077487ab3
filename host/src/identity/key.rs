//! The key that signs tokens: a file kept with the data, or, for many nodes, a row in their database.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::IdentityError;
use super::rows::{bounds, text};
use crate::storage::{Engine, Pool, Value};

/// Name of the file.
const FILE: &str = "tokens-ed25519.pk8";
/// Bytes of a key file that is read; a real one has 83.
const MAX_BYTES: u64 = 1024;

/// The PKCS#8 document of this installation's key; made where there is none yet.
pub(super) async fn load(db: &Pool, directory: &Path, now: i64) -> Result<Vec<u8>, IdentityError> {
    match db.engine() {
        Engine::Postgres => from_database(db, now).await,
        Engine::Sqlite => from_directory(directory)
            .map_err(|e| IdentityError::Key(format!("{}: {e}", directory.join(FILE).display()))),
    }
}

fn generate() -> Result<Vec<u8>, &'static str> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| "no random numbers")?;
    Ok(document.as_ref().to_vec())
}

/// Of several nodes that start at once, the first writes the key and all read the same.
async fn from_database(db: &Pool, now: i64) -> Result<Vec<u8>, IdentityError> {
    const SELECT: &str = "SELECT pkcs8 FROM signing_key WHERE id = 1";
    let mut found = db.query(SELECT, &[], bounds(1)).await?;
    if found.rows.is_empty() {
        let made = generate().map_err(|e| IdentityError::Key(e.to_owned()))?;
        let row = [Value::Text(STANDARD.encode(made)), Value::Int(now)];
        db.execute("INSERT INTO signing_key (id, pkcs8, created) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING", &row)
            .await?;
        found = db.query(SELECT, &[], bounds(1)).await?;
    }
    let row = found.rows.first_mut().ok_or(IdentityError::Internal("no signing key"))?;
    let encoded = text(row, 0)?;
    STANDARD.decode(encoded).map_err(|_| IdentityError::Key("the row is not Base64".into()))
}

fn from_directory(directory: &Path) -> io::Result<Vec<u8>> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700))?;
    let path = directory.join(FILE);
    if !path.try_exists()? {
        create(directory, &path)?;
    }
    read(&path)
}

/// Complete or not at all, and never over one that another process was faster to make.
fn create(directory: &Path, path: &Path) -> io::Result<()> {
    let staging = directory.join(format!("{FILE}.{}", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staging)?;
    let written = file.write_all(&generate().map_err(io::Error::other)?).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&staging, path));
    fs::remove_file(&staging)?;
    match linked {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => File::open(directory)?.sync_all()?,
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::other("others may read it; set its mode to 600"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
