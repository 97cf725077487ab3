//! The command line, as an operator types it.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;
use ward_tests::artefacts;

/// What a command left behind.
pub struct Outcome {
    pub code: i32,
    pub said: String,
}

impl Outcome {
    #[track_caller]
    pub fn succeeds(self) -> String {
        assert_eq!(self.code, 0, "{}", self.said);
        self.said
    }

    /// It fails, and says all of these words.
    #[track_caller]
    pub fn fails(self, words: &[&str]) {
        assert_eq!(self.code, 1, "{}", self.said);
        assert!(words.iter().all(|word| self.said.contains(word)), "{words:?} not in: {}", self.said);
    }
}

/// An installation: its directory, its database, and the assembly that it has.
pub struct Place<'p> {
    pub data: &'p Path,
    /// Empty for SQLite.
    pub database: &'p str,
    pub assembly: &'p Path,
}

impl Place<'_> {
    /// Runs `ward` with these arguments.
    pub async fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[]).await
    }

    /// The same with more variables.
    pub async fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = self.command(arguments).envs(variables.iter().copied()).output().await.unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        Outcome { code: output.status.code().unwrap_or(-1), said }
    }

    /// The command, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(artefacts::binary());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("WARD_CONFIG", self.assembly).env("WARD_DATA", self.data).env("WARD_PLUGINS", artefacts::guests());
        if !self.database.is_empty() {
            command.env("WARD_DATABASE", self.database);
        }
        command
    }
}
