//! Two nodes on one PostgreSQL. Without a server there is nothing to test: SQLite has one node.

use std::time::Instant;

use super::super::Change;
use super::*;

/// What a busy machine is given before the test is over; it measures nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until the node hears the database.
async fn hears(identity: &Identity, token: &str, account: i64) {
    let patience = Instant::now() + PATIENCE;
    while identity.0.cache.standing(account).is_none() {
        assert!(Instant::now() < patience, "the node never heard the database");
        identity.authenticate(token, "alpha").await.expect("opens");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the other node refuses the token.
async fn refuses(identity: &Identity, token: &str) {
    let patience = Instant::now() + PATIENCE;
    while identity.authenticate(token, "alpha").await.is_ok() {
        assert!(Instant::now() < patience, "the other node did not hear of it");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_logout_here_is_heard_there() {
    let Some(ward) = Ward::postgres().await else { return };
    let other = ward.again().await;
    let (account, tokens) = ward.signed_in("anna").await;
    hears(&other, &tokens.access, account.id).await;
    ward.alpha().revoke(account.id).await.expect("is revoked");
    refuses(&other, &tokens.access).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deactivation_here_is_heard_there() {
    let Some(ward) = Ward::postgres().await else { return };
    let other = ward.again().await;
    let (account, tokens) = ward.signed_in("anna").await;
    hears(&other, &tokens.access, account.id).await;
    let off = Change { active: Some(false), ..Change::default() };
    ward.alpha().update(account.id, off).await.expect("is changed");
    refuses(&other, &tokens.access).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_whose_listener_is_gone_reads_every_time() {
    let Some(ward) = Ward::postgres().await else { return };
    let (account, tokens) = ward.signed_in("anna").await;
    hears(&ward.identity, &tokens.access, account.id).await;
    ward.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()",
    )
    .await;
    let patience = Instant::now() + PATIENCE;
    while ward.identity.0.cache.standing(account.id).is_some() {
        assert!(Instant::now() < patience, "the node believes what it remembers");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ward.execute(&format!("UPDATE account SET token_version = 9 WHERE id = {}", account.id)).await;
    assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
    let tokens = ward.alpha().issue(account.id).await.expect("is issued");
    hears(&ward.identity, &tokens.access, account.id).await;
}
