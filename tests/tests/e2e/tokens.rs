//! Whose token is believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::{Api, Ward, jwt};

async fn refused(api: &Api, token: impl Into<String>) {
    let answer = api.with_token(token).get("/auth/me").await.expect(401);
    assert_eq!(answer.json(), json!({"detail": "Could not validate credentials"}));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_token_lives_for_thirty_minutes() {
    let seconds = Arc::new(AtomicI64::new(0));
    let later = seconds.clone();
    let clock = ward::clock::system();
    let ward = Ward::builder()
        .clock(Arc::new(move || clock() + chrono::TimeDelta::seconds(later.load(Ordering::Relaxed))))
        .start()
        .await;
    let admin = ward.admin().await;
    seconds.store(29 * 60, Ordering::Relaxed);
    admin.get("/auth/me").await.expect(200);
    seconds.store(31 * 60, Ordering::Relaxed);
    refused(&admin, admin.token()).await;
    ward.admin().await.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn a_changed_token_is_forged() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (header, claims) = jwt::decode(admin.token());
    let signature = jwt::signature(admin.token());
    assert_eq!(header["alg"], "EdDSA");

    let mut other = claims.clone();
    other["sub"] = json!("2");
    refused(&admin, jwt::encode(&header, &other, &signature)).await;
    let mut longer = claims.clone();
    longer["exp"] = json!(9_999_999_999_i64);
    refused(&admin, jwt::encode(&header, &longer, &signature)).await;
    let mut flipped = signature.clone();
    flipped[10] ^= 1;
    refused(&admin, jwt::encode(&header, &claims, &flipped)).await;
    admin.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn no_algorithm_but_ours_is_believed() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (header, claims) = jwt::decode(admin.token());
    let keys = ward.at("").get("/.well-known/jwks.json").await.expect(200);
    for algorithm in ["none", "None", "NONE", "HS256", "RS256", "ES256", ""] {
        let mut header = header.clone();
        header["alg"] = json!(algorithm);
        refused(&admin, jwt::encode(&header, &claims, b"")).await;
        refused(&admin, jwt::encode(&header, &claims, &jwt::signature(admin.token()))).await;
        // The public key as the secret of a symmetric algorithm.
        refused(&admin, jwt::encode(&header, &claims, &keys.body)).await;
    }
}

#[tokio::test]
async fn a_token_of_another_server_is_foreign() {
    let (ward, other) = (Ward::start().await, Ward::start().await);
    let foreign = other.admin().await.token().to_owned();
    refused(&ward.anonymous(), &foreign).await;
    // Nor does it help to name our key, or to bring the foreign one along.
    let (mut header, claims) = jwt::decode(&foreign);
    header["kid"] = jwt::decode(ward.admin().await.token()).0["kid"].clone();
    refused(&ward.anonymous(), jwt::encode(&header, &claims, &jwt::signature(&foreign))).await;
    header["jwk"] = other.at("").get("/.well-known/jwks.json").await.json()["keys"][0].clone();
    header["jku"] = json!(format!("http://{}/.well-known/jwks.json", other.address()));
    refused(&ward.anonymous(), jwt::encode(&header, &claims, &jwt::signature(&foreign))).await;
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let own = admin.token();
    for nonsense in [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        format!("{own}.{own}"),
        own.trim_end_matches(|c| c != '.').to_owned(),
        "x".repeat(20_000),
        format!("{own}="),
    ] {
        let answer = admin.with_token(nonsense).get("/auth/me").await;
        assert!([401, 400, 431].contains(&answer.status), "{}", answer.status);
    }
    for scheme in ["Basic YWRtaW46YWRtaW4=".to_owned(), own.to_owned(), format!("Token {own}"), "Bearer".to_owned()] {
        let api = ward.anonymous();
        let request = api.request(http::Method::GET, "/auth/me").header("authorization", scheme);
        api.send(request).await.expect(401);
    }
}

#[tokio::test]
async fn a_token_elsewhere_than_in_the_header_is_no_token() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let api = ward.anonymous();
    api.get(&format!("/auth/me?access_token={}&token={0}", admin.token())).await.expect(401);
    let cookie = api.request(http::Method::GET, "/auth/me").header("cookie", format!("access_token={}", admin.token()));
    api.send(cookie).await.expect(401);
}

#[tokio::test]
async fn the_scheme_is_written_in_any_case() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let api = ward.anonymous();
    for scheme in ["bearer", "BEARER", "Bearer"] {
        let request =
            api.request(http::Method::GET, "/auth/me").header("authorization", format!("{scheme} {}", admin.token()));
        api.send(request).await.expect(200);
    }
}

#[tokio::test]
async fn two_sign_ins_stand_beside_each_other() {
    let ward = Ward::start().await;
    let (first, second) = (ward.admin().await, ward.admin().await);
    first.get("/auth/me").await.expect(200);
    second.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn deactivation_ends_all_of_an_accounts_tokens_at_once() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    let second = person.sign_in(&person.username, STAFF_PASSWORD).await;
    admin.patch(&format!("/users/{}", person.id), &json!({"is_active": false})).await.expect(200);
    refused(&person, person.token()).await;
    refused(&second, second.token()).await;
}

#[tokio::test]
async fn the_keys_are_published_and_hold_nothing_private() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let keys = ward.at("").get("/.well-known/jwks.json").await.expect(200).json();
    let key = &keys["keys"][0];
    assert_eq!(key["kid"], jwt::decode(admin.token()).0["kid"]);
    assert_eq!((key["kty"].as_str(), key["crv"].as_str()), (Some("OKP"), Some("Ed25519")));
    assert!(key["x"].is_string() && key.get("d").is_none(), "{key}");
}

#[tokio::test]
async fn a_token_holds_no_personal_data() {
    let ward = Ward::start().await;
    let person = ward.admin().await.radiologist().await;
    let claims = jwt::decode(person.token()).1.to_string();
    assert!(!claims.contains('@') && !claims.contains("The radiologist"), "{claims}");
}
