//! Where the signing key lives.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[tokio::test]
async fn tokens_outlive_a_restart() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        let again = ward.again().await;
        assert_eq!(again.jwks(), ward.identity.jwks());
        again.authenticate(&tokens.access, "alpha").await.expect("still opens");
    }
}

#[tokio::test]
async fn the_key_set_holds_the_public_key_only() {
    let ward = Ward::sqlite().await;
    let set = ward.identity.jwks();
    let key = set["keys"][0].as_object().expect("a key");
    let mut names: Vec<_> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(set["keys"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn only_the_owner_reads_the_key() {
    let ward = Ward::sqlite().await;
    let keys = ward.directory.path().join("keys");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("exists").permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o700);
    let files: Vec<_> =
        std::fs::read_dir(&keys).expect("a directory").map(|entry| entry.expect("a file").path()).collect();
    assert_eq!(files.len(), 1, "nothing but the key stays: {files:?}");
    assert_eq!(mode(&files[0]), 0o600);
}

#[tokio::test]
async fn a_key_that_others_may_read_is_refused() {
    let ward = Ward::sqlite().await;
    let keys = ward.directory.path().join("keys");
    let file = keys.join("tokens-ed25519.pk8");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("may");
    let opened = Identity::with_hasher(ward.database.host().clone(), &keys, ward.clock.clock(), hasher()).await;
    assert!(matches!(opened.err(), Some(IdentityError::Key(text)) if text.contains("tokens-ed25519.pk8")));
}

#[tokio::test]
async fn a_broken_key_is_not_replaced() {
    let ward = Ward::sqlite().await;
    let keys = ward.directory.path().join("keys");
    let file = keys.join("tokens-ed25519.pk8");
    std::fs::write(&file, b"half a k").expect("writes");
    let opened = Identity::with_hasher(ward.database.host().clone(), &keys, ward.clock.clock(), hasher()).await;
    assert!(matches!(opened.err(), Some(IdentityError::Key(_))));
    assert_eq!(std::fs::read(&file).expect("reads"), b"half a k");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_agree_on_one_key() {
    for ward in Ward::all().await {
        std::fs::remove_dir_all(ward.directory.path().join("keys")).ok();
        if ward.database.host().engine() == crate::storage::Engine::Postgres {
            ward.execute("DELETE FROM signing_key").await;
        }
        let all = futures_util::future::join_all((0..8).map(|_| ward.again())).await;
        for other in &all {
            assert_eq!(other.jwks(), all[0].jwks());
        }
    }
}
