//! Installed packages: rows of the host's schema, components in the object store.

use bytes::Bytes;

use super::error::LifeError;
use super::work::retry;
use crate::storage::{BlobStore, Bounds, Container, Pool, SqlError, Staged, Transaction, Value};

/// Name of the container.
pub(super) const CONTAINER: &str = "packages";
/// The media type of a component.
const MEDIA_TYPE: &str = "application/wasm";
/// Bytes of a component.
pub const MAX_BYTES: u64 = 128 << 20;
/// Most packages of one installation.
const MAX_PACKAGES: usize = 1_000;
/// Bytes that are read at once.
const PIECE: u32 = 4 << 20;

/// An installed package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The plugin's name.
    pub name: String,
    /// Its version, unlike that of every other package of the name.
    pub version: String,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// Bytes of the component.
    pub bytes: i64,
    /// The trusted key that signed it; none: unsigned.
    pub signer: Option<String>,
    /// The signature, Base64.
    pub signature: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub installed: i64,
    pub(super) blob: String,
}

/// All packages. Cheap to clone.
#[derive(Clone)]
pub(super) struct Packages {
    db: Pool,
    container: Container,
}

const SELECT: &str = "SELECT name, version, digest, bytes, signer, signature, installed, blob FROM plugin_package";

impl Packages {
    pub(super) fn new(db: &Pool, blobs: &BlobStore) -> Self {
        Self { db: db.clone(), container: blobs.container(CONTAINER, db.clone()) }
    }

    pub(super) fn container(&self) -> &Container {
        &self.container
    }

    /// All, ordered by name, the newest last.
    pub(super) async fn list(&self) -> Result<Vec<Package>, SqlError> {
        let rows = self.db.query(&format!("{SELECT} ORDER BY name, installed, version"), &[], bounds()).await?;
        rows.rows.into_iter().map(decode).collect()
    }

    pub(super) async fn get(&self, name: &str, version: &str) -> Result<Option<Package>, SqlError> {
        let key = [text(name), text(version)];
        let rows = self.db.query(&format!("{SELECT} WHERE name = $1 AND version = $2"), &key, bounds()).await?;
        rows.rows.into_iter().next().map(decode).transpose()
    }

    /// Keeps a component and writes its row, both or none of them.
    pub(super) async fn insert(&self, staged: &Staged, package: &Package) -> Result<(), LifeError> {
        retry(|| async {
            let mut tx = self.db.begin().await?;
            let kept = self.container.keep(staged, MEDIA_TYPE, &mut tx).await?;
            insert(&mut tx, package, &kept.id).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Removes rows; their components go in a later sweep.
    pub(super) async fn remove(&self, packages: &[Package]) -> Result<(), LifeError> {
        retry(|| async {
            let mut tx = self.db.begin().await?;
            for package in packages {
                let key = [text(&package.name), text(&package.version)];
                tx.execute("DELETE FROM plugin_package WHERE name = $1 AND version = $2", &key).await?;
                self.container.remove(&package.blob, &mut tx).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The component. One that is not what was installed is an error.
    pub(super) async fn read(&self, package: &Package) -> Result<Bytes, LifeError> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.container.read(&package.blob, bytes.len() as u64, PIECE).await?;
            if piece.is_empty() {
                break;
            }
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > MAX_BYTES {
                return Err(altered());
            }
        }
        if digest(&bytes) == package.digest { Ok(bytes.into()) } else { Err(altered()) }
    }
}

fn altered() -> LifeError {
    LifeError::refused(super::Step::Signature, "the component in the object store is not the one that was installed")
}

/// SHA-256, hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

async fn insert(tx: &mut Transaction, package: &Package, blob: &str) -> Result<(), SqlError> {
    const INSERT: &str = "INSERT INTO plugin_package (name, version, digest, blob, bytes, signer, signature, installed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let row = [
        text(&package.name),
        text(&package.version),
        text(&package.digest),
        text(blob),
        Value::Int(package.bytes),
        optional(package.signer.as_deref()),
        optional(package.signature.as_deref()),
        Value::Int(package.installed),
    ];
    tx.execute(INSERT, &row).await?;
    Ok(())
}

fn decode(row: Vec<Value>) -> Result<Package, SqlError> {
    let [
        Value::Text(name),
        Value::Text(version),
        Value::Text(digest),
        Value::Int(bytes),
        signer,
        signature,
        Value::Int(installed),
        Value::Text(blob),
    ] = <[Value; 8]>::try_from(row).map_err(|_| unexpected())?
    else {
        return Err(unexpected());
    };
    let (signer, signature) = (maybe(signer)?, maybe(signature)?);
    Ok(Package { name, version, digest, bytes, signer, signature, installed, blob })
}

pub(super) fn bounds() -> Bounds {
    Bounds { rows: MAX_PACKAGES, bytes: 4 << 20 }
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

/// A text that may be NULL.
pub(super) fn maybe(value: Value) -> Result<Option<String>, SqlError> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text)),
        _ => Err(unexpected()),
    }
}

pub(super) fn unexpected() -> SqlError {
    SqlError::Invalid("a row about plugins is not as its migration says".into())
}
