//! What the database names: plugins at the mounts, their components, objects.

use super::Findings;
use super::database::Database;
use crate::assembly::Assembly;
use crate::storage::BlobStore;

/// Objects that are named one by one.
const NAMED: usize = 5;

pub(super) async fn examine(database: &mut Database, assembly: &Assembly, findings: &mut Findings) {
    active(database, assembly, findings).await;
    if !assembly.blobs.starts_with("s3://") && !local(assembly).exists() {
        if database.numbers("ward", "SELECT 1 FROM ward_blob LIMIT 1").await.is_some_and(|rows| !rows.is_empty()) {
            findings.problem("the database names objects, and the blob store is not there");
        }
        return;
    }
    let store = match BlobStore::look(&assembly.blobs, &assembly.data).await {
        Ok(store) => store,
        Err(error) => return findings.problem(format!("the blob store cannot be opened: {error}")),
    };
    if store.ping().await.is_err() {
        return findings.problem("the blob store does not answer");
    }
    for schema in database.schemas(assembly).await {
        let domain = schema.strip_prefix("plugin_").map_or("packages".to_owned(), |name| name.replace('_', "-"));
        objects(database, &schema, &domain, &store, findings).await;
    }
}

fn local(assembly: &Assembly) -> std::path::PathBuf {
    if assembly.blobs.is_empty() { assembly.data.join("blobs") } else { assembly.blobs.as_str().into() }
}

/// Whether there is a version for every mount.
async fn active(database: &mut Database, assembly: &Assembly, findings: &mut Findings) {
    let active = database.pairs("ward", "SELECT domain || ' ' || name FROM plugin_active WHERE name IS NOT NULL").await;
    for mount in &assembly.mounts {
        let (domain, plugin, path) = (mount.domain(), &mount.plugin, &mount.path);
        let takes_checkout = mount.unsigned && assembly.checkout(mount).exists();
        match active.get(domain) {
            Some(name) if name == plugin => {}
            _ if takes_checkout => findings
                .warning(format!("no version of `{plugin}` is active at {path} yet: the next start takes its development build")),
            Some(name) => findings.problem(format!(
                "the mount at {path} is of the plugin `{plugin}`, and `{name}` is active in its domain `{domain}`"
            )),
            None => findings.problem(format!(
                "no version of the plugin `{plugin}` is active at {path}: `ward plugin install` and `ward plugin activate`"
            )),
        }
    }
}

/// Whether the objects that a schema names are there; components are read to their end.
async fn objects(database: &mut Database, schema: &str, domain: &str, store: &BlobStore, findings: &mut Findings) {
    let select = "SELECT DISTINCT sha256 || ' ' || bytes FROM ward_blob";
    let (mut missing, mut count) = (Vec::new(), 0_usize);
    for (sha256, bytes) in database.pairs(schema, select).await {
        let bytes = bytes.parse().unwrap_or_default();
        let sound = if domain == "packages" {
            crate::backup::is_sound(store, domain, &sha256, bytes).await
        } else {
            store.object(domain, &sha256, bytes).await.is_ok_and(|found| found.is_some())
        };
        if !sound {
            count += 1;
            missing.push(sha256);
            missing.truncate(NAMED);
        }
    }
    if count == 0 {
        return;
    }
    let named = missing.join(", ");
    if domain == "packages" {
        findings.problem(format!("{count} installed components are missing or damaged in the blob store: {named}"));
    } else {
        findings.problem(format!("{count} objects of `{domain}` are missing in the blob store: {named}"));
    }
}
