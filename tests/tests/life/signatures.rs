//! Whose files are taken.

use serde_json::{Value, json};
use ward_tests::shifting;

use crate::stage::{SIGNER, Stage, key, says};

#[tokio::test]
async fn a_package_says_who_signed_it() {
    let stage = Stage::serving_one().await;
    let packages = stage.admin.get("/plugins").await.expect(200).json()["packages"].clone();
    assert_eq!(packages[0]["signed_by"], SIGNER);
}

#[tokio::test]
async fn what_is_not_signed_is_refused() {
    let stage = Stage::serving_one().await;
    let component = shifting::version("1.1.0", &Value::Null);
    says(&stage.install_signed(&component, None).await.expect(422), "signature", &["not signed"]);
    assert_eq!((stage.version().await.as_str(), stage.packages().await.len()), ("1.0.0", 1));
}

#[tokio::test]
async fn what_another_key_signed_is_refused() {
    let stage = Stage::serving_one().await;
    let component = shifting::version("1.1.0", &Value::Null);
    let signature = key().sign(&component);
    says(&stage.install_signed(&component, Some(&signature)).await.expect(422), "signature", &["no key"]);
}

#[tokio::test]
async fn what_was_altered_after_it_was_signed_is_refused() {
    let stage = Stage::serving_one().await;
    let component = shifting::version("1.1.0", &Value::Null);
    let altered = shifting::version("1.1.0", &json!({ "a": 1 }));
    let signature = stage.key.sign(&component);
    says(&stage.install_signed(&altered, Some(&signature)).await.expect(422), "signature", &["altered"]);
}

#[tokio::test]
async fn what_is_no_signature_is_refused() {
    let stage = Stage::serving_one().await;
    let component = shifting::version("1.1.0", &Value::Null);
    for signature in ["nonsense", "YWJj", "影像"] {
        let answer = stage.install_signed(&component, Some(signature)).await;
        assert!([400, 422].contains(&answer.status), "{}", answer.text());
    }
    assert_eq!(stage.packages().await, ["1.0.0"]);
}

#[tokio::test]
async fn the_same_file_may_be_installed_again_but_no_other_of_its_version() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.0.0", &Value::Null).await.expect(201);
    let answer = stage.install_version("1.0.0", &json!({ "a": 1 })).await.expect(409);
    says(&answer, "record", &["1.0.0", "other content"]);
    assert_eq!((stage.version().await.as_str(), stage.packages().await.len()), ("1.0.0", 1));
}

#[tokio::test]
async fn a_component_that_was_altered_in_the_object_store_does_not_serve() {
    let stage = Stage::serving_one().await;
    let component = shifting::version("1.1.0", &Value::Null);
    let installed = stage.install(&component).await.expect(201).json();
    let digest = installed["package"]["sha256"].as_str().unwrap();
    let object = stage.ward.data().join("blobs/packages").join(&digest[..2]).join(digest);
    // In its place and not into it: staging may hold a link to the same file.
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, shifting::version("1.1.0", &json!({ "a": 1 }))).unwrap();
    says(&stage.activate("1.1.0").await.expect(422), "signature", &["not the one that was installed"]);
    assert_eq!(stage.version().await, "1.0.0");
    std::fs::remove_file(&object).unwrap();
    stage.activate("1.1.0").await.expect(503);
    assert_eq!(stage.version().await, "1.0.0");
}
