//! Who may call what: every role and every operation, compared with a checked-in table. A change of a
//! policy shows as a difference there.

use ward_tests::Ward;
use ward_tests::policy_table::policy_table;

#[tokio::test]
async fn the_table_of_roles_and_operations_is_the_checked_in_one() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let centre_user = admin.centre_user(technician.centre.unwrap()).await;
    let radiologist = admin.radiologist().await;
    let callers = [
        ("anonymous", None),
        ("admin", Some(&admin)),
        ("radiologist", Some(&*radiologist)),
        ("technician", Some(&*technician)),
        ("diagnostic_centre", Some(&*centre_user)),
    ];
    insta::assert_snapshot!("billing_roles_and_operations", policy_table(&ward, "/pacs/billing", &callers).await);
    insta::assert_snapshot!("roles_and_operations", policy_table(&ward, "/pacs", &callers).await);
}
