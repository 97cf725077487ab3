//! Whether an archive is whole.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::ensure;

use super::archive;
use super::digest::{Rows, Sha256};
use super::manifest::{FORMAT, FileSum, HEAD, Manifest, ObjectsSum};
use super::objects;

/// Reads the whole archive and compares every byte with what the manifest says.
pub fn verify(path: &Path) -> anyhow::Result<Manifest> {
    let (mut files, mut objects) = (BTreeMap::new(), BTreeMap::<String, (Rows, u64)>::new());
    let manifest = archive::read(path, |name, size, source| {
        let mut sha256 = Sha256::new();
        archive::pieces(size, source, |piece| {
            sha256.add(piece);
            Ok(())
        })?;
        let found = sha256.finish();
        if let Some((domain, expected)) = objects::parse(name) {
            ensure!(found == expected, "the archive is damaged: {name} has other content than its name says");
            let (names, bytes) = objects.entry(domain.to_owned()).or_default();
            names.add(expected.as_bytes());
            *bytes += size;
        } else {
            let sum = FileSum { bytes: size, sha256: found };
            ensure!(files.insert(name.to_owned(), sum).is_none(), "the archive is damaged: {name} is there twice");
        }
        Ok(())
    })?;
    ensure!(
        manifest.head.format == FORMAT,
        "the archive has the form {}, and this version of Ward reads the form {FORMAT}",
        manifest.head.format
    );
    ensure!(files.contains_key(HEAD), "the archive is damaged: {HEAD} is missing");
    for (name, sum) in &manifest.files {
        ensure!(files.get(name) == Some(sum), "the archive is damaged: {name} is missing or has other content");
    }
    let unknown = files.keys().find(|name| !manifest.files.contains_key(*name));
    ensure!(unknown.is_none(), "the archive is damaged: the manifest does not know {unknown:?}");
    let sum = |(domain, (names, bytes)): (String, (Rows, u64))| {
        (domain, ObjectsSum { objects: names.count(), bytes, digest: names.digest() })
    };
    let found: BTreeMap<String, ObjectsSum> = objects.into_iter().map(sum).collect();
    ensure!(found == manifest.objects, "the archive is damaged: its objects are not those that the manifest knows");
    Ok(manifest)
}
