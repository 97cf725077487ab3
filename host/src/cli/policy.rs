//! `ward policy …`.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::{log, say};
use crate::assembly::Assembly;
use crate::examine;

/// What about the policies.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Prints who may call what: a line for each operation, a column for each role, with the hospital's
    /// own policies. An account stands for a role that has only that role and no attributes.
    Table {
        /// The plugin, or the domain it is mounted with.
        plugin: String,
    },
}

/// Runs the command.
pub(super) async fn run(command: &Command, assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    let Command::Table { plugin } = command;
    let Some(mount) = assembly.mounts.iter().find(|mount| mount.domain() == plugin || mount.plugin == *plugin) else {
        bail!("the assembly does not mount `{plugin}`");
    };
    let runtime = examine::runtime(&assembly)?;
    let examined = examine::file(&assembly, &runtime, mount).await;
    let examined = examined.with_context(|| format!("mount `{}` at {}", mount.plugin, mount.path))?;
    let roles: Vec<String> = examined.installed.description.roles.iter().map(|role| role.name.clone()).collect();
    say(&render(&roles, &examined.policies.table(&roles)));
    Ok(())
}

/// Aligned columns: operations down, roles across, `anonymous` last.
fn render(roles: &[String], table: &[(String, String, bool)]) -> String {
    let columns: Vec<&str> = roles.iter().map(String::as_str).chain(["anonymous"]).collect();
    let first: Vec<&(String, String, bool)> = table.iter().filter(|(role, ..)| role == "anonymous").collect();
    let width = first.iter().map(|(_, operation, _)| operation.len()).max().unwrap_or_default();
    let mut text = format!("{:width$}", "");
    for column in &columns {
        let _ = write!(text, "  {column}");
    }
    text.push('\n');
    for (row, (_, operation, _)) in first.iter().enumerate() {
        let _ = write!(text, "{operation:width$}");
        for (index, column) in columns.iter().enumerate() {
            let allowed = table.get(index * first.len() + row).is_some_and(|(.., allowed)| *allowed);
            let _ = write!(text, "  {:column_width$}", if allowed { "yes" } else { "-" }, column_width = column.len());
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_operations_down_and_roles_across() {
        let row = |role: &str, operation: &str, allowed| (role.to_owned(), operation.to_owned(), allowed);
        let table = [
            row("admin", "list", true),
            row("admin", "remove", true),
            row("clerk", "list", true),
            row("clerk", "remove", false),
            row("anonymous", "list", false),
            row("anonymous", "remove", false),
        ];
        let text = render(&["admin".to_owned(), "clerk".to_owned()], &table);
        assert_eq!(text, "        admin  clerk  anonymous\nlist    yes    yes    -\nremove  yes    -      -\n");
    }
}
