//! The command line as a whole.

use clap::CommandFactory as _;

use super::*;

fn command() -> clap::Command {
    help::complete(Cli::command())
}

#[test]
fn the_command_line_is_consistent() {
    command().debug_assert();
}

#[test]
fn every_subcommand_says_what_it_does() {
    fn walk(command: &clap::Command) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            assert!(sub.get_about().is_some(), "{}", sub.get_name());
            walk(sub);
        }
    }
    walk(&command());
}

#[test]
fn the_help_of_serve_names_every_variable() {
    let help = command().find_subcommand_mut("serve").unwrap().render_long_help().to_string();
    for (name, _) in crate::assembly::environment::VARIABLES {
        assert!(help.contains(name), "{name}");
    }
    for key in crate::assembly::Limits::KEYS.iter().chain(crate::assembly::HttpLimits::KEYS) {
        assert!(help.contains(&key.to_ascii_uppercase()), "{key}");
    }
}

#[test]
fn the_commands_are_understood() {
    for line in [
        "ward serve",
        "ward serve --listen 127.0.0.1:0 --data d --config c",
        "ward --config c check",
        "ward plugin inspect a.wasm",
        "ward plugin diff a.wasm b.json",
        "ward plugin sign a.wasm --key k.pem",
        "ward plugin install a.wasm --activate --accept-breaking --domain d",
        "ward plugin list",
        "ward plugin activate pacs 1.0.0 --accept-breaking",
        "ward plugin rollback pacs",
        "ward plugin remove pacs",
        "ward plugin remove pacs 1.0.0",
        "ward key new k.pem",
        "ward policy table pacs",
        "ward backup a.ward",
        "ward restore a.ward",
        "ward restore a.ward --verify",
        "ward doctor",
        "ward jobs list",
        "ward jobs list pacs --state waiting",
        "ward jobs inspect pacs 1",
        "ward jobs retry pacs 1 2",
        "ward jobs discard pacs --all",
        "ward admin reset-password",
    ] {
        Cli::try_parse_from(line.split(' ')).unwrap();
    }
    for line in [
        "ward",
        "ward serve --listen nowhere",
        "ward plugin inspect",
        "ward plugin activate pacs",
        "ward policy table",
        "ward jobs retry pacs",
        "ward jobs discard pacs 1 --all",
        "ward fly",
    ] {
        assert_eq!(Cli::try_parse_from(line.split(' ')).unwrap_err().exit_code(), 2, "{line}");
    }
}
