//! Components from hand-written core modules, which can break the calling convention as no compiler would.
//!
//! A file in `wat/` holds the function `$handle` (a pointer to the request in, a pointer to the response
//! out) and whatever it needs. Around it this module puts the memory, an honest `initialize`, `describe`
//! and `answer-problem`, and the component's own layer.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where the description lies in the guest's memory, and what belongs to it behind it.
const DESCRIPTION: u32 = 1024;

/// Where the honest answer of `answer-problem` lies: a response with status 500 and no body.
const ANSWER: u32 = 512;

/// Bytes of the record `description`.
const DESCRIPTION_SIZE: usize = 104;

/// The guests in `wat/` by name: `table_bomb`, …
pub fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".wat").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The component of the guest `wat/<name>.wat`. It has one operation, `run` (`GET /run`), and requests
/// the capability `log`.
pub fn component(name: &str) -> Result<Vec<u8>> {
    let file = folder().join(format!("{name}.wat"));
    let body = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut module = wat::parse_str(frame(name, &body)?).with_context(|| file.display().to_string())?;
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit"))?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default().module(&module)?.validate(true).encode()
}

/// A component that was built for another version of the contract.
pub fn other_world(version: &str) -> Result<Vec<u8>> {
    Ok(wat::parse_str(format!(r#"(component (import "ward:plugin/log@{version}" (instance)))"#))?)
}

/// A component that is nothing.
pub fn nothing() -> Result<Vec<u8>> {
    Ok(wat::parse_str("(component)")?)
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wat")
}

/// The whole module. `cabi_realloc` hands out memory from the second page on and never takes it back.
fn frame(name: &str, body: &str) -> Result<String> {
    let mut data = String::new();
    for byte in description(&name.replace('_', "-"))? {
        write!(data, "\\{byte:02x}")?;
    }
    Ok(format!(
        r#"(module
  (import "ward:plugin/log@0.1.0" "write" (func $log (param i32 i32 i32)))
  (memory (export "memory") 4)
  (global $free (mut i32) (i32.const 65536))
  (data (i32.const {DESCRIPTION}) "{data}")
  (data (i32.const {ANSWER}) "\f4\01")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "initialize"))
  (func (export "ward:plugin/describe@0.1.0#describe") (result i32) (i32.const {DESCRIPTION}))
  (func (export "ward:plugin/http@0.1.0#answer-problem")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const {ANSWER}))
  (export "ward:plugin/http@0.1.0#handle" (func $handle))
{body})
"#
    ))
}

/// The record `description` in the canonical layout, followed by what it points to.
fn description(name: &str) -> Result<Vec<u8>> {
    let openapi = r#"{"openapi":"3.1.0","info":{"title":"A guest of the tests","version":"1.0.0"},"paths":{"/run":{"get":{"operationId":"run","responses":{"200":{"description":"fine"}}}}}}"#;
    let log = "\u{5}";
    // Name, version, capabilities, document, migrations; schema, policies, roles, rate limits.
    let lists = [name, "1.0.0", log, openapi, "", "", crate::OPEN, "", ""];
    let mut record = Vec::new();
    let mut behind = String::new();
    for (place, list) in lists.into_iter().enumerate() {
        if place == 5 {
            // Works with a schema of no migrations.
            record.extend([0; 8]);
        }
        // Even a list of nothing must be aligned, and the record itself is.
        let behind_it = if list.is_empty() { 0 } else { DESCRIPTION_SIZE + behind.len() };
        let at = DESCRIPTION + u32::try_from(behind_it)?;
        record.extend(at.to_le_bytes());
        record.extend(u32::try_from(list.len())?.to_le_bytes());
        behind.push_str(list);
    }
    record.extend(60_u32.to_le_bytes());
    record.extend(120_u32.to_le_bytes());
    // No schedules, no subscriptions.
    record.extend([0; 16]);
    record.extend(behind.bytes());
    Ok(record)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_file_becomes_a_component() {
        let names = super::names().unwrap();
        assert!(names.contains(&"table_bomb".to_owned()));
        for name in names {
            super::component(&name).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        }
    }
}
