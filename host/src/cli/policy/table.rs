//! `ward policy table`.

use std::fmt::Write as _;

use super::{examine, mount};
use crate::assembly::Assembly;
use crate::cli::say;

pub(super) async fn run(plugin: &str, assembly: &Assembly) -> anyhow::Result<()> {
    let examined = examine(assembly, mount(assembly, plugin)?).await?;
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
