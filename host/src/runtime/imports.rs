//! What a component imports, against what it requests and what it is granted.

use wasmtime::Engine;
use wasmtime::component::Component;

use super::Capability;

/// Interfaces of WASI that every plugin has: clocks, random numbers, standard error, and what std
/// itself links (an empty environment, closed standard input, a file system without a single directory).
const WASI: [&str; 5] = ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/"];

/// The contract's own interfaces.
const CONTRACT: &str = "ward:plugin/";

/// An import that is not allowed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Imported, but not granted by the assembly.
    #[error(
        "the plugin imports `{0}`, which the assembly does not grant it: add \"{0}\" to the mount's grants, or use another plugin"
    )]
    NotGranted(String),
    /// Imported, but missing in the description.
    #[error("the plugin imports `{0}`, which its description does not request")]
    NotRequested(String),
    /// Not an interface that Ward offers.
    #[error("the plugin imports `{0}`, which Ward does not offer")]
    Unknown(String),
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Sql,
        Self::Blobs,
        Self::Identity,
        Self::Policy,
        Self::Config,
        Self::Log,
        Self::Jobs,
        Self::Events,
        Self::Services,
        Self::Audit,
    ];

    /// The name in WIT and in the assembly.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Blobs => "blobs",
            Self::Identity => "identity",
            Self::Policy => "policy",
            Self::Config => "config",
            Self::Log => "log",
            Self::Jobs => "jobs",
            Self::Events => "events",
            Self::Services => "services",
            Self::Audit => "audit",
        }
    }

    /// The capability of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }

    /// One sentence for the operator.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Sql => "reads and writes rows in a database schema of its own",
            Self::Blobs => "receives, keeps and serves files in a container of its own",
            Self::Identity => "sees, creates and changes the accounts of its own domain, and signs them in",
            Self::Policy => "asks the hospital's policies about single records",
            Self::Config => "reads the settings, secrets and files that the assembly gives this mount",
            Self::Log => "writes lines to the host's log",
            Self::Jobs => "works in the background: jobs, schedules, and events it subscribed to",
            Self::Services => "calls other mounts, those that the assembly names, as the client that it answers",
            Self::Events => "tells other plugins and clients what happened, and hears other plugins",
            Self::Audit => "names the records and persons that a request touches, for the audit",
        }
    }
}

/// The capabilities that `component` imports.
pub(super) fn capabilities(engine: &Engine, component: &Component) -> Result<Vec<Capability>, ImportError> {
    let mut found = Vec::new();
    for (name, _) in component.component_type().imports(engine) {
        if WASI.iter().any(|interface| name.starts_with(interface)) {
            continue;
        }
        let interface = name.split('@').next().unwrap_or(name);
        let capability = interface.strip_prefix(CONTRACT).and_then(Capability::from_name);
        found.push(capability.ok_or_else(|| ImportError::Unknown(name.to_owned()))?);
    }
    Ok(found)
}

/// Checks that everything imported is granted.
pub(super) fn check_granted(imported: &[Capability], granted: &[Capability]) -> Result<(), ImportError> {
    match imported.iter().find(|capability| !granted.contains(capability)) {
        Some(capability) => Err(ImportError::NotGranted(capability.name().to_owned())),
        None => Ok(()),
    }
}

/// Checks that everything imported is requested.
pub(super) fn check_requested(imported: &[Capability], requested: &[Capability]) -> Result<(), ImportError> {
    match imported.iter().find(|capability| !requested.contains(capability)) {
        Some(capability) => Err(ImportError::NotRequested(capability.name().to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ungranted_import_is_named() {
        let error = check_granted(&[Capability::Log, Capability::Sql], &[Capability::Log]).unwrap_err();
        assert_eq!(error, ImportError::NotGranted("sql".into()));
        assert!(error.to_string().contains("\"sql\""));
    }

    #[test]
    fn an_import_must_be_requested() {
        let error = check_requested(&[Capability::Sql], &[Capability::Log]).unwrap_err();
        assert_eq!(error, ImportError::NotRequested("sql".into()));
    }

    #[test]
    fn names_go_both_ways() {
        for capability in Capability::ALL {
            assert_eq!(Capability::from_name(capability.name()), Some(capability));
        }
        assert_eq!(Capability::from_name("files"), None);
    }
}
