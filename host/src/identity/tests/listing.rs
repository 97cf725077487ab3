//! Listing accounts.

use super::super::{Change, Filter};
use super::*;

fn all() -> Filter {
    Filter { limit: 10_000, ..Filter::default() }
}

async fn ids(ward: &Ward, filter: Filter) -> Vec<i64> {
    ward.alpha().list(&filter).await.expect("lists").iter().map(|account| account.id).collect()
}

/// Twelve accounts, 2 to 13: even numbers write, every third belongs to centre 3.
async fn twelve(ward: &Ward) {
    for id in 2..14 {
        let mut new = person(&format!("user{id}"));
        new.roles = vec![if id % 2 == 0 { "writer" } else { "reader" }.into()];
        new.attributes = vec![("centre".into(), format!(r#"{{"id":{},"of":"x"}}"#, if id % 3 == 0 { 3 } else { 0 }))];
        assert_eq!(ward.alpha().create(new).await.expect("is created").id, id);
    }
    ward.beta().create(person("another")).await.expect("is created");
}

#[tokio::test]
async fn lists_are_ordered_paged_and_complete() {
    for ward in Ward::all().await {
        twelve(&ward).await;
        assert_eq!(ids(&ward, all()).await, (2..14).collect::<Vec<_>>());
        assert_eq!(ids(&ward, Filter { skip: 3, limit: 4, ..Filter::default() }).await, [5, 6, 7, 8]);
        assert_eq!(ids(&ward, Filter { skip: 11, limit: 4, ..Filter::default() }).await, [13]);
        assert_eq!(ids(&ward, Filter { skip: u32::MAX, ..all() }).await, [0_i64; 0]);
        assert_eq!(ids(&ward, Filter::default()).await, [0_i64; 0], "a limit of 0");
        for account in ward.alpha().list(&all()).await.expect("lists") {
            assert_eq!(account, ward.alpha().get(account.id).await.expect("is there"));
            assert_eq!((account.logins.len(), account.roles.len(), account.attributes.len()), (1, 1, 1));
        }
    }
}

#[tokio::test]
async fn filters_are_all_met() {
    for ward in Ward::all().await {
        twelve(&ward).await;
        let role = |role: &str| Filter { role: Some(role.into()), ..all() };
        assert_eq!(ids(&ward, role("writer")).await, [2, 4, 6, 8, 10, 12]);
        assert_eq!(ids(&ward, role("admin")).await, [0_i64; 0]);
        let centre = |json: &str| Filter { attribute: Some(("centre".into(), json.into())), ..all() };
        assert_eq!(ids(&ward, centre(r#"{ "of": "x", "id": 3 }"#)).await, [3, 6, 9, 12], "equal as JSON");
        assert_eq!(ids(&ward, centre("3")).await, [0_i64; 0]);
        assert_eq!(ids(&ward, centre("null")).await, [0_i64; 0]);
        let both = Filter { role: Some("writer".into()), skip: 1, ..centre(r#"{"id":3,"of":"x"}"#) };
        assert_eq!(ids(&ward, both).await, [12]);
        let off = Change { active: Some(false), ..Change::default() };
        ward.alpha().update(6, off).await.expect("is changed");
        assert_eq!(ids(&ward, Filter { active: Some(false), ..all() }).await, [6]);
        assert_eq!(ids(&ward, Filter { active: Some(true), ..all() }).await.len(), 11);
    }
}

#[tokio::test]
async fn filters_that_cannot_be_are_refused() {
    for ward in Ward::all().await {
        let bad = [
            Filter { limit: 10_001, ..Filter::default() },
            Filter { role: Some("root".into()), ..all() },
            Filter { role: Some("\0".into()), ..all() },
            Filter { attribute: Some(("a\0".into(), "1".into())), ..all() },
            Filter { attribute: Some(("a".into(), "'; DROP TABLE account".into())), ..all() },
        ];
        for filter in bad {
            assert!(matches!(ward.alpha().list(&filter).await, Err(IdentityError::Invalid(_))), "{filter:?}");
        }
    }
}

#[tokio::test]
async fn hundreds_of_accounts_keep_their_own_details() {
    let ward = Ward::sqlite().await;
    ward.execute(
        "WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 1204) \
         INSERT INTO account (id, name, home, password, created) SELECT i, 'n' || i, 'alpha', '', i FROM n",
    )
    .await;
    ward.execute("INSERT INTO membership (account, domain) SELECT id, 'alpha' FROM account").await;
    ward.execute(
        "INSERT INTO login (kind, value, account, shown) SELECT 'username', 'u' || id, id, 'u' || id FROM account",
    )
    .await;
    let accounts = ward.alpha().list(&all()).await.expect("lists");
    assert_eq!(accounts.len(), 1203);
    for account in accounts {
        assert_eq!(account.logins, [login(LoginKind::Username, &format!("u{}", account.id))]);
    }
}

#[tokio::test]
async fn what_is_too_large_together_is_said_so() {
    let ward = Ward::sqlite().await;
    for index in 0..20 {
        let mut new = person(&format!("user{index}"));
        new.attributes = (0..60).map(|i| (format!("a{i}"), format!("\"{}\"", "x".repeat(8_000)))).collect();
        ward.alpha().create(new).await.expect("is created");
    }
    assert!(matches!(ward.alpha().list(&all()).await, Err(IdentityError::Invalid(_))));
    assert_eq!(ids(&ward, Filter { limit: 10, ..Filter::default() }).await.len(), 10);
}
