//! Guests that must not be installed: the start fails with a sentence that names what is wrong.

use ward_tests::Ward;

/// Fails to start with this guest, and says why.
async fn refused(name: &str, grants: &[&str]) -> String {
    match Ward::builder().without_plugins().guest(name, grants).try_start().await {
        Ok(_) => panic!("{name} was installed"),
        Err(error) => {
            let sentence = format!("{error:#}");
            assert!(
                sentence.contains(name) || sentence.contains(&name.replace('-', "_")),
                "does not name {name}: {sentence}"
            );
            sentence
        }
    }
}

#[track_caller]
fn says(sentence: &str, words: &[&str]) {
    assert!(words.iter().all(|word| sentence.to_lowercase().contains(word)), "{words:?} not in: {sentence}");
}

#[tokio::test]
async fn what_is_not_granted_is_named() {
    says(&refused("ungranted", &[]).await, &["sql", "grant"]);
    Ward::builder()
        .without_plugins()
        .guest("ungranted", &["sql"])
        .start()
        .await
        .at("/ungranted")
        .get("/run")
        .await
        .expect(200);
}

#[tokio::test]
async fn what_is_used_must_be_requested() {
    says(&refused("unrequested", &["sql"]).await, &["sql"]);
}

#[tokio::test]
async fn nothing_random_and_no_time_is_baked_into_an_image() {
    says(&refused("random-at-init", &[]).await, &["random"]);
    says(&refused("clock-at-init", &[]).await, &["clock"]);
}

#[tokio::test]
async fn a_document_that_is_none_is_refused() {
    says(&refused("bad-openapi", &[]).await, &["openapi"]);
    says(&refused("missing-operation-id", &[]).await, &["operationid", "post /nameless"]);
    refused("twin-operations", &[]).await;
}

#[tokio::test]
async fn policies_that_do_not_fit_are_refused() {
    says(&refused("bad-policies", &[]).await, &["no_such"]);
    says(&refused("bad-schema", &[]).await, &["schema:2"]);
}

#[tokio::test]
async fn a_migration_that_fails_is_named() {
    says(&refused("bad-migration", &["sql"]).await, &["migration"]);
}

#[tokio::test]
async fn a_name_is_no_path() {
    match Ward::builder().without_plugins().guest("bad-name", &[]).try_start().await {
        Ok(_) => panic!("installed"),
        Err(error) => says(&format!("{error:#}"), &["name", "letters"]),
    }
}
