//! What failed, told once more at the end: a suite prints thousands of lines after its failures.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Bytes that are told again of one command.
const MOST: usize = 32 << 10;

/// What a run of `cargo test` said of its failures: each test's own output, and the list of their names.
#[derive(Default)]
pub struct Failures {
    told: String,
    inside: bool,
}

impl Failures {
    /// Runs the command and shows its output as it comes. `None` when all passed.
    pub fn of(command: &mut Command) -> Result<Option<String>> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
        let mut failures = Self::default();
        let mut shown = std::io::stdout();
        for line in BufReader::new(child.stdout.take().context("cargo has no output")?).split(b'\n') {
            let line = line?;
            failures.read(&String::from_utf8_lossy(&line));
            shown.write_all(&line)?;
            shown.write_all(b"\n")?;
        }
        Ok(if child.wait()?.success() { None } else { Some(failures.told) })
    }

    /// libtest puts what failed between `failures:` and `test result:`.
    fn read(&mut self, line: &str) {
        if line == "failures:" {
            self.inside = true;
        }
        if self.inside && self.told.len() + line.len() < MOST {
            self.told.push_str(line);
            self.told.push('\n');
        }
        if line.starts_with("test result:") {
            self.inside = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_is_told_again() {
        let mut failures = Failures::default();
        for line in
            ["test a ... ok", "test b ... FAILED", "failures:", "---- b", "why", "test result: FAILED", "test c ... ok"]
        {
            failures.read(line);
        }
        assert_eq!(failures.told, "failures:\n---- b\nwhy\ntest result: FAILED\n");
    }

    #[test]
    fn a_passing_command_has_no_failures_and_a_failing_one_has() {
        assert_eq!(Failures::of(Command::new("sh").args(["-c", "echo fine"])).unwrap(), None);
        let failing = Failures::of(Command::new("sh").args(["-c", "echo failures:; echo why; exit 1"])).unwrap();
        assert_eq!(failing.as_deref(), Some("failures:\nwhy\n"));
    }
}
