//! Objects, from the store into an archive and back.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::archive::Writer;
use super::digest::{Rows, Sha256};
use super::manifest::ObjectsSum;
use crate::storage::{BlobStore, RESERVED, is_domain, is_sha256};

/// An object that the database names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// The domain of its directory.
    pub(super) domain: String,
    /// Its name.
    pub(super) sha256: String,
    /// Its bytes, as the row says.
    pub(super) bytes: u64,
}

/// The domain and the SHA-256 in an entry's name, if it is an object's.
pub(super) fn parse(name: &str) -> Option<(&str, &str)> {
    let (domain, sha256) = name.strip_prefix("blobs/")?.split_once('/')?;
    let known = is_domain(domain) || (RESERVED.contains(&domain) && domain == "packages");
    (known && is_sha256(sha256)).then_some((domain, sha256))
}

/// Copies objects into the archive. Those that are missing, or not what they should be, are told.
pub(super) async fn copy(
    store: &BlobStore,
    named: &[Named],
    writer: &mut Writer,
) -> anyhow::Result<(BTreeMap<String, ObjectsSum>, Vec<String>)> {
    let (mut sums, mut damaged) = (BTreeMap::<String, (Rows, u64)>::new(), Vec::new());
    for object in named {
        // Read to its end before: an entry that was begun cannot be taken back.
        if sound(store, object).await.context("read the object store")? {
            put(store, object, writer).await.with_context(|| format!("the object {}", object.sha256))?;
            let (rows, bytes) = sums.entry(object.domain.clone()).or_default();
            rows.add(object.sha256.as_bytes());
            *bytes += object.bytes;
        } else {
            damaged.push(format!("{}/{}", object.domain, object.sha256));
        }
    }
    let sum = |(domain, (names, bytes)): (String, (Rows, u64))| {
        (domain, ObjectsSum { objects: names.count(), bytes, digest: names.digest() })
    };
    Ok((sums.into_iter().map(sum).collect(), damaged))
}

/// Whether the object is there and is what its name says.
pub(crate) async fn is_sound(store: &BlobStore, domain: &str, sha256: &str, bytes: u64) -> bool {
    let object = Named { domain: domain.to_owned(), sha256: sha256.to_owned(), bytes };
    sound(store, &object).await.unwrap_or(false)
}

/// The same; an error where the store is away.
async fn sound(store: &BlobStore, object: &Named) -> anyhow::Result<bool> {
    let Some(mut stream) = store.object(&object.domain, &object.sha256, object.bytes).await? else { return Ok(false) };
    let (mut sha256, mut bytes) = (Sha256::new(), 0);
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        sha256.add(&piece);
        bytes += piece.len() as u64;
    }
    Ok(bytes == object.bytes && sha256.finish() == object.sha256)
}

async fn put(store: &BlobStore, object: &Named, writer: &mut Writer) -> anyhow::Result<()> {
    let stream = store.object(&object.domain, &object.sha256, object.bytes).await?;
    let mut stream = stream.context("it is gone")?;
    writer.begin(&format!("blobs/{}/{}", object.domain, object.sha256), object.bytes)?;
    let mut bytes = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        bytes += piece.len() as u64;
        writer.write(&piece)?;
    }
    ensure!(bytes == object.bytes, "it became shorter");
    writer.end(bytes)
}

/// Puts an object of the archive into the store, if it is what its name says.
pub(super) async fn take(
    store: &BlobStore,
    domain: &str,
    sha256: &str,
    size: u64,
    source: &mut dyn Read,
) -> anyhow::Result<()> {
    let mut stage = store.stage();
    let mut left = size;
    let mut piece = vec![0; 1 << 20];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(piece.len()).min(piece.len());
        let count = source.read(&mut piece[..most]).context("the archive is damaged or cut off")?;
        ensure!(count > 0, "the archive is cut off");
        stage.write(Bytes::copy_from_slice(&piece[..count])).await?;
        left -= count as u64;
    }
    let staged = stage.finish().await?;
    ensure!(staged.sha256 == sha256, "the archive is damaged: the object {sha256} has other content");
    Ok(store.put(domain, &staged).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_have_names_of_objects() {
        let sha256 = "0".repeat(64);
        assert_eq!(parse(&format!("blobs/pacs/{sha256}")), Some(("pacs", sha256.as_str())));
        assert_eq!(parse(&format!("blobs/packages/{sha256}")), Some(("packages", sha256.as_str())));
        for name in
            [format!("blobs/../{sha256}"), format!("blobs/staging/{sha256}"), "blobs/pacs/..".into(), "keys/x".into()]
        {
            assert_eq!(parse(&name), None, "{name}");
        }
    }
}
