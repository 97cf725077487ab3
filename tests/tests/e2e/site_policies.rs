//! A hospital adds policies of its own, without touching the plugin's.

use ward_tests::{Upload, Ward};

#[tokio::test]
async fn a_hospitals_forbid_wins_over_the_plugins_permit() {
    let policy = r#"@id("no-uploads") forbid (principal, action == Action::"upload_study", resource);"#;
    let ward = Ward::builder().site_policy("pacs", "closed.cedar", policy).start().await;
    let technician = ward.admin().await.technician().await;
    let answer = technician.upload(Upload::new()).await.expect(403);
    assert_eq!(answer.detail(), "Not authorized to perform this action");
    technician.get("/studies").await.expect(200);
}

#[tokio::test]
async fn a_policy_that_does_not_fit_is_named_at_the_start() {
    for policy in ["permit (principal, action == Action::\"no_such_operation\", resource);", "permit (principal"] {
        let refused = Ward::builder().site_policy("pacs", "broken.cedar", policy).try_start().await;
        let error = format!("{:#}", refused.err().expect("the policy is wrong"));
        assert!(error.contains("broken.cedar"), "{error}");
    }
}
