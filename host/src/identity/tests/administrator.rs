//! The platform administrator.

use super::super::{ADMINISTRATOR, Change};
use super::*;

fn domains() -> Vec<(String, Vec<String>)> {
    vec![("alpha".into(), vec!["admin".into()]), ("beta".into(), vec!["admin".into(), "writer".into()])]
}

#[tokio::test]
async fn the_first_start_makes_up_a_password() {
    for ward in Ward::all().await {
        let password = ward.identity.ensure_administrator("", &domains()).await.expect("is made").expect("is told");
        assert_eq!(password.len(), 20);
        assert!(password.chars().all(|c| c.is_ascii_alphanumeric() && !"0O1lI".contains(c)), "can be read out");
        let account = ward.verify("admin", &password).await.expect("opens");
        assert_eq!(account.id, ADMINISTRATOR);
        assert_eq!(account.roles, ["admin"]);
        assert_eq!(
            account.logins,
            [
                login(LoginKind::Username, "admin"),
                login(LoginKind::Email, "admin@ward.local"),
                login(LoginKind::StaffId, "admin")
            ]
        );
        let beta = ward.beta().verify(&[LoginKind::StaffId], "ADMIN", &password).await.expect("opens");
        assert_eq!(beta.roles, ["admin", "writer"]);
    }
}

#[tokio::test]
async fn two_installations_have_two_passwords() {
    let (one, other) = (Ward::sqlite().await, Ward::sqlite().await);
    let of = async |ward: &Ward| ward.identity.ensure_administrator("", &domains()).await.expect("is made");
    assert_ne!(of(&one).await, of(&other).await);
}

#[tokio::test]
async fn a_given_password_is_taken_once_and_not_told() {
    for ward in Ward::all().await {
        assert_eq!(ward.identity.ensure_administrator("admin", &domains()).await.expect("is made"), None);
        assert_eq!(ward.identity.ensure_administrator("other", &domains()).await.expect("is there"), None);
        assert_eq!(ward.again().await.ensure_administrator("", &domains()).await.expect("is there"), None);
        ward.verify("admin", "admin").await.expect("the first one opens");
        assert_eq!(ward.count("account").await, 1);
    }
}

#[tokio::test]
async fn a_password_that_cannot_be_is_refused() {
    let ward = Ward::sqlite().await;
    assert!(matches!(ward.identity.ensure_administrator("abc", &domains()).await, Err(IdentityError::Invalid(_))));
    assert_eq!(ward.count("account").await, 0);
}

#[tokio::test]
async fn a_domain_that_is_mounted_later_is_granted_at_once() {
    for ward in Ward::all().await {
        ward.identity.ensure_administrator("admin", &domains()[..1]).await.expect("is made");
        let tokens = ward.alpha().issue(ADMINISTRATOR).await.expect("is issued");
        assert_eq!(ward.identity.authenticate(&tokens.access, "beta").await.err(), Some(AuthError::NotActive));
        ward.identity.ensure_administrator("admin", &domains()).await.expect("is there");
        let session = ward.identity.authenticate(&tokens.access, "beta").await.expect("opens");
        assert_eq!((session.login.as_str(), session.roles.len()), ("admin", 2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_nodes_that_start_at_once_one_makes_the_account() {
    for ward in Ward::all().await {
        let mut nodes = Vec::new();
        for _ in 0..6 {
            nodes.push(ward.again().await);
        }
        let domains = domains();
        let starts =
            futures_util::future::join_all(nodes.iter().map(|node| node.ensure_administrator("", &domains))).await;
        let told: Vec<_> = starts.into_iter().filter_map(|start| start.expect("starts")).collect();
        assert_eq!(told.len(), 1, "only the one that counts is told");
        assert_eq!(ward.verify("admin", &told[0]).await.expect("opens").id, ADMINISTRATOR);
        assert_eq!(ward.count("account").await, 1);
    }
}

#[tokio::test]
async fn no_plugin_locks_out_renames_or_takes_over_the_administrator() {
    for ward in Ward::all().await {
        ward.identity.ensure_administrator("admin", &domains()).await.expect("is made");
        let refused = [
            Change { active: Some(false), ..Change::default() },
            Change { roles: Some(Vec::new()), ..Change::default() },
            Change { roles: Some(vec!["admin".into(), "writer".into()]), ..Change::default() },
            Change { name: Some("Another".into()), ..Change::default() },
            Change { logins: vec![login(LoginKind::Username, "another")], ..Change::default() },
            Change { logins: vec![login(LoginKind::Phone, "13800138000")], ..Change::default() },
        ];
        let before = ward.alpha().get(ADMINISTRATOR).await.expect("is a member");
        for change in refused {
            let outcome = ward.alpha().update(ADMINISTRATOR, change.clone()).await;
            assert!(matches!(outcome, Err(IdentityError::Denied(_))), "{change:?}");
        }
        assert!(matches!(
            ward.alpha().set_password(ADMINISTRATOR, None, "another").await,
            Err(IdentityError::Denied(_))
        ));
        assert_eq!(ward.alpha().get(ADMINISTRATOR).await.expect("is a member"), before);
        ward.verify("admin", "admin").await.expect("opens");
    }
}

#[tokio::test]
async fn what_is_already_so_may_be_asked_of_the_administrator() {
    for ward in Ward::all().await {
        ward.identity.ensure_administrator("admin", &domains()).await.expect("is made");
        let change = Change {
            name: Some("Administrator".into()),
            logins: vec![login(LoginKind::Username, "admin")],
            active: Some(true),
            roles: Some(vec!["admin".into()]),
            attributes: vec![("centre".into(), "1".into())],
        };
        let changed = ward.alpha().update(ADMINISTRATOR, change).await.expect("changes nothing but the attribute");
        assert_eq!(changed.attributes.len(), 1);
        ward.alpha().set_password(ADMINISTRATOR, Some("admin"), "another").await.expect("knows the password");
        ward.verify("admin", "another").await.expect("opens");
    }
}

#[tokio::test]
async fn nobody_is_called_admin_before_or_after() {
    let ward = Ward::sqlite().await;
    ward.identity.ensure_administrator("admin", &domains()).await.expect("is made");
    for name in ["admin", "ADMIN", "ａｄｍｉｎ", "admin@ward.local"] {
        assert!(matches!(ward.alpha().create(person(name)).await, Err(IdentityError::Taken(_))), "{name}");
    }
}

#[tokio::test]
async fn a_reset_lets_in_whom_others_have_locked_out() {
    for ward in Ward::all().await {
        ward.identity.ensure_administrator("admin", &domains()).await.expect("is made");
        for login in ["admin", "admin@ward.local"] {
            while !matches!(ward.verify(login, "a guess").await, Err(IdentityError::Locked(_))) {}
        }
        ward.identity.reset_administrator("another").await.expect("is reset");
        for login in ["admin", "admin@ward.local"] {
            ward.verify(login, "another").await.expect("opens");
        }
    }
}
