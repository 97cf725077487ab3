//! Creating and changing accounts, and what one domain knows of another's.

use super::super::Change;
use super::*;

fn named(logins: &[Login]) -> Change {
    Change { logins: logins.to_vec(), ..Change::default() }
}

#[tokio::test]
async fn an_account_is_as_it_was_created() {
    for ward in Ward::all().await {
        let new = NewAccount {
            name: "  欧阳 娜娜 ".into(),
            logins: vec![
                login(LoginKind::StaffId, "工号-42"),
                login(LoginKind::Phone, "138 0013-8000"),
                login(LoginKind::Username, "娜娜"),
                login(LoginKind::Username, " 娜娜 "),
            ],
            password: "一二三四".into(),
            roles: vec!["writer".into(), "reader".into(), "writer".into()],
            attributes: vec![
                ("centre".into(), r#" { "b" : [1, 2.5], "a" : "院" } "#.into()),
                ("none".into(), "null".into()),
            ],
        };
        let account = ward.alpha().create(new).await.expect("is created");
        let expected = Account {
            id: 2,
            name: "欧阳 娜娜".into(),
            logins: vec![
                login(LoginKind::Username, "娜娜"),
                login(LoginKind::Phone, "138 0013-8000"),
                login(LoginKind::StaffId, "工号-42"),
            ],
            active: true,
            created: START,
            roles: vec!["reader".into(), "writer".into()],
            attributes: vec![("centre".into(), r#"{"a":"院","b":[1,2.5]}"#.into())],
        };
        assert_eq!(account, expected);
        assert_eq!(ward.alpha().get(2).await.expect("is there"), expected);
        assert_eq!(ward.verify("娜娜", "一二三四").await.expect("opens"), expected);
    }
}

#[tokio::test]
async fn numbers_ascend_from_behind_the_administrators() {
    for ward in Ward::all().await {
        for id in 2..5 {
            assert_eq!(ward.signed_in(&format!("user{id}")).await.0.id, id);
        }
    }
}

#[tokio::test]
async fn a_login_has_one_owner_and_a_refusal_leaves_nothing() {
    for ward in Ward::all().await {
        let mut new = person("anna");
        new.logins.push(login(LoginKind::Phone, "+86 138-0013-8000"));
        ward.alpha().create(new).await.expect("is created");
        let taken = [
            (login(LoginKind::Username, " ＡＮＮＡ"), LoginKind::Username),
            (login(LoginKind::Phone, "13800138000"), LoginKind::Phone),
            // Under another kind it would sign in the wrong person.
            (login(LoginKind::StaffId, "Anna"), LoginKind::StaffId),
            (login(LoginKind::Username, "13800138000"), LoginKind::Username),
        ];
        for (taken, kind) in taken {
            for domain in [ward.alpha(), ward.beta()] {
                let mut new = person("berta");
                new.logins.push(taken.clone());
                let refused = domain.create(new).await.expect_err("is taken");
                assert!(matches!(refused, IdentityError::Taken(told) if told == kind), "{refused:?}");
            }
        }
        for table in ["account", "membership", "account_role"] {
            assert_eq!(ward.count(table).await, 1, "{table}");
        }
        ward.alpha().create(person("berta")).await.expect("the other login is free");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_login_exactly_one_gets_it() {
    for ward in Ward::all().await {
        let domains = [ward.alpha(), ward.beta()];
        let creations = (0..16).map(|i| domains[i % 2].create(person(if i % 3 == 0 { "anna" } else { "Anna " })));
        let outcomes = futures_util::future::join_all(creations).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        let taken = |outcome: &&Result<_, _>| matches!(outcome, Err(IdentityError::Taken(LoginKind::Username)));
        assert_eq!(outcomes.iter().filter(taken).count(), 15, "{outcomes:?}");
        assert_eq!(ward.count("account").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_accounts_are_created_at_once() {
    for ward in Ward::all().await {
        let alpha = ward.alpha();
        let creations = (0..20).map(|i| alpha.create(person(&format!("user{i}"))));
        for outcome in futures_util::future::join_all(creations).await {
            outcome.expect("is created");
        }
    }
}

#[tokio::test]
async fn another_domains_accounts_do_not_exist() {
    for ward in Ward::all().await {
        let (account, tokens) = ward.signed_in("anna").await;
        let beta = ward.beta();
        let id = account.id;
        assert!(matches!(beta.get(id).await, Err(IdentityError::NotFound)));
        assert!(matches!(beta.issue(id).await, Err(IdentityError::NotFound)));
        assert!(matches!(beta.revoke(id).await, Err(IdentityError::NotFound)));
        assert!(matches!(beta.update(id, Change::default()).await, Err(IdentityError::NotFound)));
        assert!(matches!(beta.set_password(id, None, "another one").await, Err(IdentityError::NotFound)));
        assert!(matches!(beta.set_password(id, Some(PASSWORD), "another one").await, Err(IdentityError::NotFound)));
        let verified = beta.verify(&[LoginKind::Username], "anna", PASSWORD).await;
        assert!(matches!(verified, Err(IdentityError::BadCredentials)));
        let all = super::super::Filter { limit: 100, ..Default::default() };
        assert_eq!(beta.list(&all).await.expect("lists"), []);
        ward.authenticate(&tokens.access).await.expect("nothing was touched");
        for unknown in [0, -1, 999, i64::MAX, i64::MIN] {
            assert!(matches!(ward.alpha().get(unknown).await, Err(IdentityError::NotFound)));
        }
    }
}

#[tokio::test]
async fn a_shared_account_is_renamed_at_home_only() {
    for ward in Ward::all().await {
        let (account, _) = ward.signed_in("anna").await;
        ward.execute(&format!(
            "INSERT INTO membership (account, domain, active) VALUES ({}, 'beta', TRUE)",
            account.id
        ))
        .await;
        let beta = ward.beta();
        let name = Change { name: Some("Another".into()), ..Change::default() };
        assert!(matches!(beta.update(account.id, name.clone()).await, Err(IdentityError::Denied(_))));
        let logins = named(&[login(LoginKind::Username, "another")]);
        assert!(matches!(beta.update(account.id, logins).await, Err(IdentityError::Denied(_))));
        assert!(matches!(beta.set_password(account.id, None, "another one").await, Err(IdentityError::Denied(_))));
        beta.set_password(account.id, Some(PASSWORD), "another one").await.expect("the person knows it");
        let roles = Change { roles: Some(vec!["admin".into()]), ..Change::default() };
        assert_eq!(beta.update(account.id, roles).await.expect("is its own").roles, ["admin"]);
        assert_eq!(ward.alpha().get(account.id).await.expect("is there").roles, ["reader"]);
        ward.alpha().update(account.id, name).await.expect("at home");
    }
}

#[tokio::test]
async fn what_a_change_does_not_name_stays() {
    for ward in Ward::all().await {
        let mut new = person("anna");
        new.logins.push(login(LoginKind::Email, "anna@example.org"));
        new.attributes = vec![("a".into(), "1".into()), ("b".into(), "true".into())];
        let account = ward.alpha().create(new).await.expect("is created");
        let same = ward.alpha().update(account.id, Change::default()).await.expect("changes nothing");
        assert_eq!(same, account);
        let change = Change {
            name: Some("王伟".into()),
            logins: vec![login(LoginKind::Email, "wei@example.org")],
            attributes: vec![("b".into(), "null".into()), ("c".into(), "\"x\"".into()), ("c".into(), "3".into())],
            ..Change::default()
        };
        let changed = ward.alpha().update(account.id, change).await.expect("changes");
        assert_eq!(changed.name, "王伟");
        assert_eq!(changed.logins, [login(LoginKind::Username, "anna"), login(LoginKind::Email, "wei@example.org")]);
        assert_eq!(changed.attributes, [("a".into(), "1".into()), ("c".into(), "3".into())]);
        assert_eq!((changed.active, &changed.roles), (true, &account.roles));
        assert!(matches!(ward.verify("anna@example.org", PASSWORD).await, Err(IdentityError::BadCredentials)));
        ward.verify("wei@example.org", PASSWORD).await.expect("opens");
    }
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    for ward in Ward::all().await {
        ward.signed_in("berta").await;
        let (account, tokens) = ward.signed_in("anna").await;
        let change = Change {
            name: Some("Another".into()),
            logins: vec![login(LoginKind::Email, "anna@example.org"), login(LoginKind::Username, "Berta")],
            active: Some(false),
            roles: Some(vec!["admin".into()]),
            attributes: vec![("a".into(), "1".into())],
        };
        let refused = ward.alpha().update(account.id, change).await;
        assert!(matches!(refused, Err(IdentityError::Taken(LoginKind::Username))));
        assert_eq!(ward.alpha().get(account.id).await.expect("is there"), account);
        ward.authenticate(&tokens.access).await.expect("still opens");
    }
}

#[tokio::test]
async fn a_home_domain_sets_a_password_without_the_old_one() {
    let ward = Ward::sqlite().await;
    let (account, _) = ward.signed_in("anna").await;
    ward.alpha().set_password(account.id, None, "another one").await.expect("is set");
    ward.verify("anna", "another one").await.expect("opens");
}
