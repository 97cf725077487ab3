//! Who may call what: every role and every operation, compared with a checked-in table. A change of a
//! policy shows as a difference there.

use std::fmt::Write as _;

use ward::identity::Session;
use ward::policy::Decision;
use ward_tests::{Api, Ward};

#[tokio::test]
async fn the_table_of_roles_and_operations_is_the_checked_in_one() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let centre_user = admin.centre_user(technician.centre.unwrap()).await;
    let radiologist = admin.radiologist().await;
    let callers: [(&str, Option<&Api>); 5] = [
        ("anonymous", None),
        ("admin", Some(&admin)),
        ("radiologist", Some(&radiologist)),
        ("technician", Some(&technician)),
        ("diagnostic_centre", Some(&centre_user)),
    ];

    let mut table = String::new();
    for mounted in &ward.app().mounts {
        let mut sessions = Vec::new();
        for (_, caller) in callers {
            sessions.push(match caller {
                Some(api) => Some(ward.app().identity.authenticate(api.token(), &mounted.domain).await.unwrap()),
                None => None,
            });
        }
        let names = callers.map(|(name, _)| name);
        writeln!(table, "{:32} {}", mounted.prefix, names.join("  ")).unwrap();
        let mut operations: Vec<_> = mounted.operations.names().iter().enumerate().collect();
        operations.sort_by_key(|(_, name)| name.as_str());
        for (index, operation) in operations {
            let cells = names.iter().zip(&sessions).map(|(name, session)| {
                let allowed = matches!(
                    mounted.policies.gateway(session.as_deref().map(Session::subject), index),
                    Decision::Allow
                );
                format!("{:width$}", if allowed { "yes" } else { "-" }, width = name.len())
            });
            let cells: Vec<String> = cells.collect();
            writeln!(table, "{operation:32} {}", cells.join("  ").trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!("roles_and_operations", table);
}
