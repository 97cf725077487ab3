//! `ward plugin sign`.

use std::path::Path;

use anyhow::Context as _;

use super::super::say;
use super::{component, signature_beside};
use crate::signature::SigningKey;

/// Writes the signature beside the component.
pub(super) fn run(file: &Path, key: &Path) -> anyhow::Result<()> {
    let pem = std::fs::read_to_string(key).with_context(|| format!("read {}", key.display()))?;
    let key = SigningKey::from_pem(&pem).with_context(|| format!("the key {}", key.display()))?;
    let signature = key.sign(&component(file)?);
    let beside = signature_beside(file);
    std::fs::write(&beside, format!("{signature}\n")).with_context(|| format!("write {}", beside.display()))?;
    say(&format!("The signature is in {}; its key is {}\n", beside.display(), key.public()));
    Ok(())
}
