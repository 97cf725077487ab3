//! What the request path remembers, and when it must not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::cache::Cache;
use super::super::standing::Standing;
use super::*;

fn standing(version: i64) -> Arc<Standing> {
    Arc::new(Standing { version, ..Standing::default() })
}

#[tokio::test]
async fn a_warm_token_reads_no_database() {
    let ward = Ward::sqlite().await;
    let (account, tokens) = ward.signed_in("anna").await;
    let first = ward.authenticate(&tokens.access).await.expect("opens");
    ward.execute(&format!("UPDATE account SET token_version = 9 WHERE id = {}", account.id)).await;
    let second = ward.authenticate(&tokens.access).await.expect("opens without a look at the database");
    assert!(Arc::ptr_eq(&first, &second), "decisions of a session are shared by its requests");
    ward.identity.0.cache.forget(account.id);
    assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
}

#[tokio::test]
async fn without_a_database_warm_tokens_open_and_cold_ones_say_so() {
    let ward = Ward::sqlite().await;
    let (_, known) = ward.signed_in("anna").await;
    let (_, cold) = ward.signed_in("berta").await;
    ward.authenticate(&known.access).await.expect("opens");
    for table in ["spent_refresh", "account_attribute", "account_role", "membership", "login"] {
        ward.execute(&format!("DROP TABLE {table}")).await;
    }
    ward.authenticate(&known.access).await.expect("opens");
    assert_eq!(ward.refused(&cold.access).await, AuthError::Unavailable);
}

#[test]
fn what_was_read_before_a_change_is_not_kept_after_it() {
    let cache = Cache::new(false);
    let ticket = cache.ticket(7);
    cache.forget(7);
    cache.keep(ticket, standing(1));
    assert!(cache.standing(7).is_none());
    cache.keep(cache.ticket(7), standing(2));
    assert_eq!(cache.standing(7).map(|known| known.version), Some(2));
    let ticket = cache.ticket(7);
    cache.forget_all();
    assert!(cache.standing(7).is_none());
    cache.keep(ticket, standing(2));
    assert!(cache.standing(7).is_none());
}

#[test]
fn a_node_that_hears_nothing_believes_nothing() {
    let cache = Cache::new(true);
    cache.keep(cache.ticket(7), standing(1));
    assert!(cache.standing(7).is_none(), "before it has heard anything");
    cache.heard(Instant::now());
    assert!(cache.standing(7).is_some());
    cache.deaf();
    assert!(cache.standing(7).is_none(), "after the connection was lost");
    let started = Instant::now();
    std::thread::sleep(Duration::from_millis(2));
    let later = Cache::new(true);
    later.keep(later.ticket(7), standing(1));
    later.heard(started);
    assert!(later.standing(7).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_that_begins_after_a_logout_is_let_in() {
    for ward in Ward::all().await {
        let account = ward.alpha().create(person("anna")).await.expect("is created");
        for _ in 0..20 {
            let tokens = ward.alpha().issue(account.id).await.expect("is issued");
            let readers: Vec<_> =
                (0..3).map(|_| tokio::spawn(hammer(ward.identity.clone(), tokens.access.clone()))).collect();
            tokio::task::yield_now().await;
            ward.alpha().revoke(account.id).await.expect("is revoked");
            for _ in 0..50 {
                assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
                tokio::task::yield_now().await;
            }
            for reader in readers {
                reader.await.expect("no panic");
            }
        }
    }
}

/// Asks until it is refused.
async fn hammer(identity: Identity, token: String) {
    while identity.authenticate(&token, "alpha").await.is_ok() {
        tokio::task::yield_now().await;
    }
}
