//! Finding, reading and completing the assembly.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::AssemblyError;
use super::{Assembly, environment, rules};

/// The file that is looked for where none is named.
const FILE: &str = "ward.toml";

impl Assembly {
    /// Reads the assembly: `config`, or else the file that `WARD_CONFIG` names, or else `./ward.toml`.
    /// `variables` are the environment, of which the `WARD_…` override the file.
    ///
    /// # Errors
    /// No file, a malformed one, a variable that does not exist, or a rule that is broken.
    pub fn load(
        config: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, AssemblyError> {
        let variables = environment::collect(variables)?;
        let named = variables.iter().find(|(name, _)| name == "WARD_CONFIG").map(|(_, value)| PathBuf::from(value));
        let file = match config.map(Path::to_owned).or(named) {
            Some(file) => file,
            None if Path::new(FILE).exists() => FILE.into(),
            None => return Err(AssemblyError::Missing),
        };
        let text =
            std::fs::read_to_string(&file).map_err(|source| AssemblyError::Read { file: file.clone(), source })?;
        let mut assembly = Self::parse(&file, &text)?;
        environment::apply(&mut assembly, &variables)?;
        rules::check(&assembly)?;
        assembly.complete();
        Ok(assembly)
    }

    /// Parses the text of `file` without looking at the rules.
    pub(super) fn parse(file: &Path, text: &str) -> Result<Self, AssemblyError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.as_bytes().get(..start).unwrap_or_default();
            let line = before.split(|&byte| byte == b'\n').count();
            let what = error.message().to_owned();
            let key = if what.starts_with("unknown field") { String::new() } else { key_of(text, line) };
            AssemblyError::Malformed { file: file.to_owned(), line, key, what }
        })
    }

    /// Writes the defaults that depend on other keys into their places.
    fn complete(&mut self) {
        for mount in &mut self.mounts {
            mount.hosts = Some(mount.hosts());
            mount.domain = Some(mount.domain().to_owned());
        }
    }
}

/// The key that stands in the line, for messages that only speak of its value.
fn key_of(text: &str, line: usize) -> String {
    let line = text.lines().nth(line - 1).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => format!("{}: ", key.trim()),
        None => String::new(),
    }
}
