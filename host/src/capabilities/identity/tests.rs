//! What the interface adds to the accounts: the grant, and proof before tokens.

use wit::Host as _;

use super::*;
use crate::identity::tests::Ward;

fn new_account(username: &str) -> NewAccount {
    NewAccount {
        name: "A Person".into(),
        logins: vec![wit::Login { kind: LoginKind::Username, value: username.into() }],
        password: "correct horse".into(),
        roles: vec!["reader".into()],
        attributes: Vec::new(),
    }
}

fn change() -> AccountChange {
    AccountChange { name: None, logins: Vec::new(), active: None, roles: None, attributes: Vec::new() }
}

fn filter() -> AccountFilter {
    AccountFilter { role: None, attribute: None, active: None, skip: 0, limit: 10 }
}

fn is_denied<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Denied(_)))
}

#[tokio::test]
async fn without_the_grant_every_function_is_denied() {
    let mut ctx = IdentityCtx::default();
    ctx.proven.insert(1);
    let mut view = View { ctx: &mut ctx };
    assert!(is_denied(&view.verify(vec![LoginKind::Username], "admin".into(), "admin".into()).await));
    assert!(is_denied(&view.issue(1).await));
    assert!(is_denied(&view.refresh("token".into()).await));
    assert!(is_denied(&view.revoke(1).await));
    assert!(is_denied(&view.get(1).await));
    assert!(is_denied(&view.list_accounts(filter()).await));
    assert!(is_denied(&view.create(new_account("anna")).await));
    assert!(is_denied(&view.update(1, change()).await));
    assert!(is_denied(&view.set_password(1, None, "another".into()).await));
}

#[tokio::test]
async fn tokens_are_issued_to_what_this_request_has_proven() {
    let ward = Ward::sqlite().await;
    let mut ctx = IdentityCtx::new(Some(ward.alpha()));
    let account = View { ctx: &mut ctx }.create(new_account("anna")).await.expect("is created");
    let tokens = View { ctx: &mut ctx }.issue(account.id).await.expect("created just now");

    let mut ctx = IdentityCtx::new(Some(ward.alpha()));
    let mut view = View { ctx: &mut ctx };
    assert!(is_denied(&view.issue(account.id).await), "another request");
    view.get(account.id).await.expect("is there");
    assert!(is_denied(&view.issue(account.id).await), "to be seen is no proof");
    let wrong = view.verify(vec![LoginKind::Username], "anna".into(), "wrong".into()).await;
    assert!(matches!(wrong, Err(Error::BadCredentials)));
    assert!(is_denied(&view.issue(account.id).await), "a wrong password is no proof");
    view.verify(vec![LoginKind::Username], "anna".into(), "correct horse".into()).await.expect("opens");
    view.issue(account.id).await.expect("verified just now");

    let mut ctx = IdentityCtx::new(Some(ward.alpha()));
    View { ctx: &mut ctx }.refresh(tokens.refresh).await.expect("is traded");
    View { ctx: &mut ctx }.issue(account.id).await.expect("refreshed just now");
}

#[tokio::test]
async fn refusals_keep_their_meaning() {
    let ward = Ward::sqlite().await;
    let mut ctx = IdentityCtx::new(Some(ward.alpha()));
    let mut view = View { ctx: &mut ctx };
    view.create(new_account("anna")).await.expect("is created");
    assert!(matches!(view.create(new_account(" ANNA")).await, Err(Error::Taken(LoginKind::Username))));
    assert!(matches!(view.create(new_account("")).await, Err(Error::Invalid(_))));
    assert!(matches!(view.get(99).await, Err(Error::NotFound)));
    assert_eq!(view.list_accounts(filter()).await.expect("lists").len(), 1);
    for _ in 0..5 {
        let wrong = view.verify(vec![LoginKind::Username], "nobody".into(), "wrong".into()).await;
        assert!(matches!(wrong, Err(Error::BadCredentials)));
    }
    let locked = view.verify(vec![LoginKind::Username], "nobody".into(), "wrong".into()).await;
    assert!(matches!(locked, Err(Error::Locked(seconds)) if seconds > 0));
}
