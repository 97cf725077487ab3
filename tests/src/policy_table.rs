//! Who may call what, as a table to be compared with a checked-in one.

use std::fmt::Write as _;

use ward::identity::Session;
use ward::policy::Decision;

use crate::{Api, Ward};

/// One row for each operation of what is mounted at `prefix`, one column for each caller.
pub async fn policy_table(ward: &Ward, prefix: &str, callers: &[(&str, Option<&Api>)]) -> String {
    let point = ward.app().mounts.iter().find(|point| point.prefix == prefix).expect("it is mounted");
    let mounted = point.active().expect("it serves");
    let mut sessions = Vec::new();
    for (_, caller) in callers {
        sessions.push(match caller {
            Some(api) => {
                let session = ward.app().identity.authenticate(api.token(), &mounted.accounts).await;
                Some(session.expect("a token of this domain"))
            }
            None => None,
        });
    }
    let names: Vec<&str> = callers.iter().map(|(name, _)| *name).collect();
    let mut table = String::new();
    writeln!(table, "{:32} {}", point.prefix, names.join("  ")).expect("a string takes it");
    let mut operations: Vec<_> = mounted.operations.names().iter().enumerate().collect();
    operations.sort_by_key(|(_, name)| name.as_str());
    for (index, operation) in operations {
        let cells = names.iter().zip(&sessions).map(|(name, session)| {
            let subject = session.as_deref().map(Session::subject);
            let allowed = matches!(mounted.policies.gateway(subject, index), Decision::Allow);
            format!("{:width$}", if allowed { "yes" } else { "-" }, width = name.len())
        });
        let cells: Vec<String> = cells.collect();
        writeln!(table, "{operation:32} {}", cells.join("  ").trim_end()).expect("a string takes it");
    }
    table
}
