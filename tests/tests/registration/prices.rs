//! Global prices.

use serde_json::json;
use ward_tests::Ward;

#[tokio::test]
async fn the_defaults_are_the_documents() {
    let ward = Ward::start().await;
    let prices = ward.registration_admin().await.get("/admin/global-prices").await.message();
    let expected =
        json!({ "default_price_normal": 50.0, "default_price_expert": 100.0, "default_price_special": 500.0 });
    assert_eq!(prices, expected);
}

#[tokio::test]
async fn what_is_not_named_stays() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let path = "/admin/global-prices";
    let changed = admin.put_empty(&format!("{path}?default_price_normal=60&default_price_expert=120.55")).await;
    assert_eq!(changed.message()["detail"], "全局价格配置更新成功");
    admin.put_empty(&format!("{path}?default_price_normal=65")).await.message();
    let expected =
        json!({ "default_price_normal": 65.0, "default_price_expert": 120.55, "default_price_special": 500.0 });
    assert_eq!(admin.get(path).await.message(), expected);
}

#[tokio::test]
async fn a_change_of_nothing_or_to_nonsense_is_refused_and_changes_nothing() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let before = admin.get("/admin/global-prices").await.message();
    for query in [
        "",
        "?other=1",
        "?default_price_normal=-1",
        "?default_price_normal=x",
        "?default_price_normal=NaN",
        "?default_price_normal=1e12",
        "?default_price_normal=60&default_price_expert=-5",
    ] {
        assert_eq!(admin.put_empty(&format!("/admin/global-prices{query}")).await.expect(400).refused(), 99, "{query}");
    }
    assert_eq!(admin.get("/admin/global-prices").await.message(), before);
}
