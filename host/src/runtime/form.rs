//! Whether a file is a plugin at all, so that what is wrong with one that is not can be said plainly.

use wasmtime::Engine;
use wasmtime::component::Component;

/// The contract that this host speaks.
const CONTRACT: &str = "ward:plugin/";
/// Its version.
const VERSION: &str = "0.1.0";
/// What every plugin exports.
const EXPORTS: [&str; 2] = ["describe", "http"];

/// What a file is instead of a plugin.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Something else.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// The kind of WebAssembly that components are made of.
    #[error(
        "the file is a core WebAssembly module, not a component: build it for wasm32-wasip2, or make a component of it"
    )]
    CoreModule,
    /// A format of later days, or of earlier ones.
    #[error("the file is WebAssembly of a format that Ward does not know")]
    Format,
    /// Made for another contract.
    #[error("the component was built for `{0}`, and this Ward speaks ward:plugin@{VERSION}")]
    World(String),
    /// Some component.
    #[error("the component does not export `{CONTRACT}{0}@{VERSION}`: it is no plugin of Ward")]
    NoPlugin(&'static str),
}

/// Looks at the first bytes.
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), FormError> {
    match bytes.get(..8) {
        Some(b"\0asm\x0d\0\x01\0") => Ok(()),
        Some(b"\0asm\x01\0\0\0") => Err(FormError::CoreModule),
        Some(head) if head.starts_with(b"\0asm") => Err(FormError::Format),
        _ => Err(FormError::NotWasm),
    }
}

/// Looks at what it imports and exports.
pub(super) fn check_world(engine: &Engine, component: &Component) -> Result<(), FormError> {
    let kind = component.component_type();
    let imports = kind.imports(engine).map(|(name, _)| name);
    let exports: Vec<&str> = kind.exports(engine).map(|(name, _)| name).collect();
    for name in imports.chain(exports.iter().copied()) {
        if name.starts_with(CONTRACT) && name.split_once('@').is_none_or(|(_, version)| version != VERSION) {
            return Err(FormError::World(name.to_owned()));
        }
    }
    let is_exported = |interface: &str| exports.iter().any(|name| *name == format!("{CONTRACT}{interface}@{VERSION}"));
    match EXPORTS.into_iter().find(|interface| !is_exported(interface)) {
        Some(interface) => Err(FormError::NoPlugin(interface)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_what_a_file_is() {
        assert_eq!(check_bytes(b"\0asm\x0d\0\x01\0..."), Ok(()));
        assert_eq!(check_bytes(b"\0asm\x01\0\0\0..."), Err(FormError::CoreModule));
        assert_eq!(check_bytes(b"\0asm\x0e\0\x01\0"), Err(FormError::Format));
        for bytes in [&b""[..], b"\0asm", b"#!/bin/sh\n"] {
            assert_eq!(check_bytes(bytes), Err(FormError::NotWasm));
        }
    }
}
