//! What `--help` says beyond the arguments.

use std::fmt::Write as _;

use crate::assembly::environment::VARIABLES;
use crate::assembly::{BackgroundLimits, HttpLimits, Limits, StreamLimits};

pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 success, 1 failure (standard error says why), 2 a command line that is not understood.";

/// Adds what is generated from the assembly's own tables.
pub(super) fn complete(command: clap::Command) -> clap::Command {
    command.mut_subcommand("serve", |serve| serve.after_long_help(variables()))
}

/// Every variable that overrides the assembly.
fn variables() -> String {
    let mut text = String::from("The environment overrides every key of the assembly:\n");
    let width = VARIABLES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, meaning) in VARIABLES {
        line(&mut text, &format!("{name:width$}  {meaning}"));
    }
    text.push_str("\nLimits of every plugin (bytes, milliseconds, counts), with their defaults:\n");
    for (key, value) in Limits::default().values() {
        line(&mut text, &format!("WARD_LIMITS_{}={value}", key.to_ascii_uppercase()));
    }
    text.push_str("\nLimits of the HTTP server, with their defaults:\n");
    for (key, value) in HttpLimits::default().values() {
        line(&mut text, &format!("WARD_HTTP_{}={value}", key.to_ascii_uppercase()));
    }
    text.push_str("\nTimes of jobs and events, with their defaults:\n");
    for (key, value) in BackgroundLimits::default().values() {
        line(&mut text, &format!("WARD_BACKGROUND_{}={value}", key.to_ascii_uppercase()));
    }
    text.push_str("\nLimits of event streams, with their defaults:\n");
    for (key, value) in StreamLimits::default().values() {
        line(&mut text, &format!("WARD_STREAMS_{}={value}", key.to_ascii_uppercase()));
    }
    text.push_str("\nOne mount, named by its domain in capital letters, `-` as `_`:\n");
    for form in [
        "WARD_MOUNT_<DOMAIN>_PLUGIN, _PATH, _ACCOUNTS, and by comma _HOSTS, _GRANTS and _SERVICES",
        "WARD_MOUNT_<DOMAIN>_SETTING_<NAME> and WARD_MOUNT_<DOMAIN>_SECRET_<NAME>",
        "WARD_MOUNT_<DOMAIN>_LIMITS_<KEY>",
        "WARD_MOUNT_<DOMAIN>_RATE_LIMIT_<NAME>=<requests>/<seconds>",
    ] {
        line(&mut text, form);
    }
    text.push_str("\nA variable that begins with WARD_ and is none of these is an error.");
    text
}

fn line(text: &mut String, content: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "  {content}");
}
