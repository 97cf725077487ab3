//! What cannot be written into an account.

use super::super::Change;
use super::*;

async fn refused(ward: &Ward, what: &str, change: impl FnOnce(&mut NewAccount)) {
    let mut new = person("anna");
    change(&mut new);
    let outcome = ward.alpha().create(new).await;
    assert!(matches!(outcome, Err(IdentityError::Invalid(_))), "{what}: {outcome:?}");
}

#[tokio::test]
async fn names_and_passwords_are_bounded() {
    let ward = Ward::sqlite().await;
    for (what, name) in
        [("empty", String::new()), ("space", "  ".into()), ("long", "名".repeat(129)), ("control", "a\nb".into())]
    {
        refused(&ward, what, |new| new.name = name).await;
    }
    for (what, password) in [("short", "abc".to_owned()), ("long", "密".repeat(257)), ("huge", "x".repeat(1 << 20))] {
        refused(&ward, what, |new| new.password = password).await;
    }
    let mut new = person("anna");
    (new.name, new.password) = ("名".repeat(128), "密".repeat(256));
    ward.alpha().create(new).await.expect("the longest fit");
}

#[tokio::test]
async fn logins_are_bounded_and_visible() {
    let ward = Ward::sqlite().await;
    let bad = [
        (LoginKind::Username, String::new()),
        (LoginKind::Username, " ".into()),
        (LoginKind::Username, "a\0b".into()),
        (LoginKind::Username, "a\tb".into()),
        (LoginKind::Username, "ad\u{200b}min".into()),
        (LoginKind::Username, "\u{202e}nimda".into()),
        (LoginKind::Username, "a".repeat(129)),
        (LoginKind::Username, "\u{fdfa}".repeat(100)),
        (LoginKind::Email, "anna".into()),
        (LoginKind::Email, "@example.org".into()),
        (LoginKind::Email, "anna@".into()),
        (LoginKind::Phone, "12".into()),
        (LoginKind::Phone, "1".repeat(21)),
        (LoginKind::Phone, "call me".into()),
        (LoginKind::Phone, "++8613800138000".into()),
    ];
    for (kind, value) in bad {
        refused(&ward, &value.clone(), |new| new.logins = vec![login(kind, &value)]).await;
    }
    refused(&ward, "none", |new| new.logins.clear()).await;
    let many = (0..17).map(|i| login(LoginKind::Username, &format!("anna{i}"))).collect();
    refused(&ward, "many", |new| new.logins = many).await;
}

#[tokio::test]
async fn an_account_does_not_collect_logins() {
    let ward = Ward::sqlite().await;
    let of = |kind, count: usize| (0..count).map(|i| login(kind, &format!("{i}00@x{i}"))).collect::<Vec<_>>();
    let mut new = person("anna");
    new.logins = of(LoginKind::Username, 10);
    let account = ward.alpha().create(new).await.expect("is created");
    let more = Change { logins: of(LoginKind::Email, 7), ..Change::default() };
    assert!(matches!(ward.alpha().update(account.id, more).await, Err(IdentityError::Invalid(_))));
    let more = Change { logins: of(LoginKind::Email, 6), ..Change::default() };
    ward.alpha().update(account.id, more).await.expect("16 fit");
}

#[tokio::test]
async fn roles_are_the_domains_own_and_at_least_one() {
    let ward = Ward::sqlite().await;
    refused(&ward, "none", |new| new.roles.clear()).await;
    for role in ["root", "", "Reader", "reader "] {
        refused(&ward, role, |new| new.roles.push(role.into())).await;
    }
    let (account, _) = ward.signed_in("anna").await;
    let change = Change { roles: Some(vec!["root".into()]), ..Change::default() };
    assert!(matches!(ward.alpha().update(account.id, change).await, Err(IdentityError::Invalid(_))));
}

#[tokio::test]
async fn attributes_are_bounded_json() {
    let ward = Ward::sqlite().await;
    let nested = format!("{}1{}", "[".repeat(17), "]".repeat(17));
    let deep = "[".repeat(8_000);
    let long = format!("\"{}\"", "x".repeat(8 << 10));
    for json in ["", "{", "nul", "1 2", "'a'", &nested, &deep, &long] {
        refused(&ward, json, |new| new.attributes = vec![("a".into(), json.into())]).await;
    }
    for name in ["", "a\0", &"a".repeat(65)] {
        refused(&ward, name, |new| new.attributes = vec![(name.into(), "1".into())]).await;
    }
    let many = (0..65).map(|i| (format!("a{i}"), "1".into())).collect();
    refused(&ward, "many", |new| new.attributes = many).await;
}

#[tokio::test]
async fn an_account_does_not_collect_attributes() {
    for ward in Ward::all().await {
        let (account, _) = ward.signed_in("anna").await;
        let some = |from: usize, to: usize| Change {
            attributes: (from..to).map(|i| (format!("a{i}"), "1".into())).collect(),
            ..Change::default()
        };
        ward.alpha().update(account.id, some(0, 64)).await.expect("64 fit");
        assert!(matches!(ward.alpha().update(account.id, some(64, 65)).await, Err(IdentityError::Invalid(_))));
        let swap =
            Change { attributes: vec![("a0".into(), "null".into()), ("b".into(), "1".into())], ..Change::default() };
        assert_eq!(ward.alpha().update(account.id, swap).await.expect("one for one").attributes.len(), 64);
    }
}

#[tokio::test]
async fn a_phone_number_of_another_country_keeps_its_country() {
    let ward = Ward::sqlite().await;
    for (index, phone) in ["+1 234-567-890", "1234567890"].iter().enumerate() {
        let mut new = person(&format!("user{index}"));
        new.logins.push(login(LoginKind::Phone, phone));
        ward.alpha().create(new).await.expect("are two numbers");
    }
}
