//! Revocation counts at once, also for tokens that were used a moment ago.

use super::super::Change;
use super::*;

/// A signed-in account whose token is remembered.
async fn warm(ward: &Ward) -> (Account, Tokens) {
    let (account, tokens) = ward.signed_in("anna").await;
    ward.authenticate(&tokens.access).await.expect("opens");
    (account, tokens)
}

#[tokio::test]
async fn logout_ends_all_tokens() {
    for ward in Ward::all().await {
        let (account, tokens) = warm(&ward).await;
        let second = ward.alpha().issue(account.id).await.expect("is issued");
        ward.alpha().revoke(account.id).await.expect("is revoked");
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
        assert_eq!(ward.refused(&second.access).await, AuthError::Revoked);
        assert!(matches!(ward.alpha().refresh(&second.refresh).await, Err(IdentityError::BadCredentials)));
        let fresh = ward.alpha().issue(account.id).await.expect("is issued");
        ward.authenticate(&fresh.access).await.expect("signing in again works");
    }
}

#[tokio::test]
async fn logout_of_one_account_is_nothing_to_others() {
    let ward = Ward::sqlite().await;
    let (account, _) = warm(&ward).await;
    let (_, other) = ward.signed_in("berta").await;
    ward.alpha().revoke(account.id).await.expect("is revoked");
    ward.authenticate(&other.access).await.expect("still opens");
}

#[tokio::test]
async fn a_new_password_ends_all_tokens() {
    for ward in Ward::all().await {
        let (account, tokens) = warm(&ward).await;
        ward.alpha().set_password(account.id, Some(PASSWORD), "another one").await.expect("is set");
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
        assert!(matches!(ward.alpha().refresh(&tokens.refresh).await, Err(IdentityError::BadCredentials)));
        assert!(matches!(ward.verify("anna", PASSWORD).await, Err(IdentityError::BadCredentials)));
        ward.verify("anna", "another one").await.expect("the new one opens");
    }
}

#[tokio::test]
async fn deactivation_ends_all_tokens_for_good() {
    for ward in Ward::all().await {
        let (account, tokens) = warm(&ward).await;
        let active = |active| Change { active: Some(active), ..Change::default() };
        let changed = ward.alpha().update(account.id, active(false)).await.expect("is changed");
        assert!(!changed.active);
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
        assert!(matches!(ward.alpha().issue(account.id).await, Err(IdentityError::BadCredentials)));
        assert!(matches!(ward.alpha().refresh(&tokens.refresh).await, Err(IdentityError::BadCredentials)));
        assert!(matches!(ward.verify("anna", PASSWORD).await, Err(IdentityError::BadCredentials)));
        ward.alpha().update(account.id, active(true)).await.expect("is changed");
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked, "old tokens stay void");
        ward.verify("anna", PASSWORD).await.expect("may sign in again");
    }
}

#[tokio::test]
async fn roles_and_attributes_change_at_once_and_keep_the_token() {
    for ward in Ward::all().await {
        let (account, tokens) = warm(&ward).await;
        let change = Change {
            roles: Some(vec!["writer".into(), "admin".into()]),
            attributes: vec![("centre".into(), "7".into())],
            ..Change::default()
        };
        ward.alpha().update(account.id, change).await.expect("is changed");
        let session = ward.authenticate(&tokens.access).await.expect("still opens");
        assert_eq!(session.roles, ["admin", "writer"]);
        assert_eq!(session.attributes, [("centre".to_owned(), "7".to_owned())]);
    }
}

#[tokio::test]
async fn a_refresh_token_is_traded_once() {
    for ward in Ward::all().await {
        let (account, tokens) = ward.signed_in("anna").await;
        let (id, next) = ward.alpha().refresh(&tokens.refresh).await.expect("is traded");
        assert_eq!(id, account.id);
        ward.authenticate(&next.access).await.expect("opens");
        ward.authenticate(&tokens.access).await.expect("the old access token lives out its time");
        ward.alpha().refresh(&next.refresh).await.expect("the next is traded too");
    }
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_everything() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        let (_, next) = ward.alpha().refresh(&tokens.refresh).await.expect("is traded");
        ward.authenticate(&next.access).await.expect("opens");
        assert!(matches!(ward.alpha().refresh(&tokens.refresh).await, Err(IdentityError::BadCredentials)));
        assert_eq!(ward.refused(&next.access).await, AuthError::Revoked);
        assert!(matches!(ward.alpha().refresh(&next.refresh).await, Err(IdentityError::BadCredentials)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_trade_one_token_at_once_at_most_one_gets_it() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        let alpha = ward.alpha();
        let trades = futures_util::future::join_all((0..8).map(|_| alpha.refresh(&tokens.refresh))).await;
        assert_eq!(trades.iter().filter(|trade| trade.is_ok()).count(), 1);
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
    }
}

#[tokio::test]
async fn a_refresh_token_is_of_one_domain_one_kind_and_one_time() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        let (_, other) = Ward::sqlite().await.signed_in("anna").await;
        for token in [&tokens.access, &other.refresh, &String::new(), &"x".repeat(10_000)] {
            assert!(matches!(ward.alpha().refresh(token).await, Err(IdentityError::BadCredentials)));
        }
        assert!(matches!(ward.beta().refresh(&tokens.refresh).await, Err(IdentityError::BadCredentials)));
        ward.seconds(86_400);
        assert!(matches!(ward.alpha().refresh(&tokens.refresh).await, Err(IdentityError::BadCredentials)));
    }
}

#[tokio::test]
async fn spent_tokens_are_kept_only_until_they_expire() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        ward.alpha().refresh(&tokens.refresh).await.expect("is traded");
        assert_eq!(ward.count("spent_refresh").await, 1);
        ward.seconds(86_400 + 3_601);
        ward.verify("nobody", PASSWORD).await.expect_err("there is none");
        assert_eq!(ward.count("spent_refresh").await, 0);
    }
}
