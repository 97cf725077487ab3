//! Code goes back, data do not.

use serde_json::{Value, json};
use ward_tests::shifting::NOTE;

use crate::stage::{Stage, says};

const EXPAND: &str = "ALTER TABLE note ADD COLUMN author TEXT";
const CONTRACT: &str = "ALTER TABLE note DROP COLUMN text";

#[tokio::test]
async fn an_old_version_that_does_not_know_the_schema_is_refused() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &json!({ "migrations": [NOTE, EXPAND] })).await.expect(201);
    stage.activate("1.1.0").await.expect(200);
    says(&stage.rollback().await.expect(422), "migrate", &["migration 2", "does not work with a schema that new"]);
    assert_eq!(stage.version().await, "1.1.0");
}

#[tokio::test]
async fn an_old_version_that_works_with_what_the_new_one_added_may_come_back() {
    let stage = Stage::empty().await;
    stage.install_version("1.0.0", &json!({ "maximum": 2 })).await.expect(201);
    stage.install_version("1.1.0", &json!({ "migrations": [NOTE, EXPAND], "maximum": 3 })).await.expect(201);
    stage.install_version("1.2.0", &json!({ "migrations": [NOTE, EXPAND, CONTRACT] })).await.expect(201);
    for version in ["1.0.0", "1.1.0"] {
        stage.activate(version).await.expect(200);
    }
    assert_eq!(stage.rollback().await.expect(200).json()["version"], "1.0.0");
    assert_eq!(stage.ward.at("/shifting").get("/count").await.expect(200).text(), "0");
    // What is contracted is gone for good: one step back is promised, two are not.
    stage.activate("1.2.0").await.expect(200);
    says(&stage.activate("1.0.0").await.expect(422), "migrate", &["migration 3"]);
    stage.activate("1.1.0").await.expect(200);
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_was_applied_is_refused() {
    let stage = Stage::serving_one().await;
    let other = "CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT, more TEXT)";
    stage.install_version("1.1.0", &json!({ "migrations": [other] })).await.expect(201);
    says(&stage.activate("1.1.0").await.expect(422), "migrate", &["migration 1", "changed"]);
    assert_eq!(stage.version().await, "1.0.0");
}

#[tokio::test]
async fn data_stay_whatever_code_serves() {
    let stage = Stage::serving_one().await;
    let add = "INSERT INTO note (id, text) VALUES (1, 'kept')";
    stage.install_version("1.1.0", &json!({ "migrations": [NOTE, add], "maximum": 2 })).await.expect(201);
    stage.activate("1.1.0").await.expect(200);
    let count = async || stage.ward.at("/shifting").get("/count").await.expect(200).text();
    assert_eq!(count().await, "1");
    stage.admin.delete("/plugins/shifting").await.expect(200);
    stage.install_version("1.0.1", &json!({ "maximum": 2 })).await.expect(201);
    stage.activate("1.0.1").await.expect(200);
    assert_eq!(count().await, "1");
    assert_eq!(stage.mount().await["previous"], Value::Null);
}
