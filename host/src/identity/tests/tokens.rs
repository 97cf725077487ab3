//! Which tokens open something.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::super::token::{Grant, Kind, Signer};
use super::*;

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn decode(token: &str, part: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(part).expect("three parts")).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn an_access_token_opens_its_account_in_its_domain() {
    for ward in Ward::all().await {
        let (account, tokens) = ward.signed_in("anna").await;
        let session = ward.authenticate(&tokens.access).await.expect("opens");
        assert_eq!((session.account, session.login.as_str()), (account.id, "anna"));
        assert_eq!(session.roles, ["reader"]);
        assert_eq!(ward.identity.authenticate(&tokens.access, "beta").await.err(), Some(AuthError::NotActive));
    }
}

#[tokio::test]
async fn claims_say_what_the_contract_says() {
    let ward = Ward::sqlite().await;
    let (account, tokens) = ward.signed_in("anna").await;
    let header = decode(&tokens.access, 0);
    let kid = ward.identity.jwks()["keys"][0]["kid"].clone();
    assert_eq!(header, json!({"typ": "JWT", "alg": "EdDSA", "kid": kid}));
    let mut claims = decode(&tokens.access, 1);
    let jti = claims["jti"].take();
    let seconds = START / 1000;
    assert_eq!(
        claims,
        json!({"iss": "ward", "sub": account.id.to_string(), "jti": null, "kind": "access", "dom": "alpha",
               "ver": 1, "iat": seconds, "exp": seconds + 900})
    );
    assert_ne!(jti, decode(&tokens.refresh, 1)["jti"]);
    assert_eq!((tokens.access_seconds, tokens.refresh_seconds), (900, 86_400));
}

#[tokio::test]
async fn an_access_token_ends_with_its_time_warm_or_cold() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        ward.seconds(899);
        ward.authenticate(&tokens.access).await.expect("opens in its last second");
        ward.seconds(1);
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Expired, "remembered");
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Expired, "checked again");
        let other = ward.again().await;
        assert_eq!(other.authenticate(&tokens.access, "alpha").await.err(), Some(AuthError::Expired));
    }
}

#[tokio::test]
async fn a_refresh_token_opens_no_operation() {
    let ward = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    assert_eq!(ward.refused(&tokens.refresh).await, AuthError::Forged);
}

#[tokio::test]
async fn a_token_without_signature_is_none() {
    let ward = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    let claims = decode(&tokens.access, 1);
    for alg in ["none", "None", "NONE", "nOnE"] {
        let mut header = decode(&tokens.access, 0);
        header["alg"] = alg.into();
        let unsigned = format!("{}.{}.", encode(&header), encode(&claims));
        assert_eq!(ward.refused(&unsigned).await, AuthError::Forged);
        let signature = tokens.access.rsplit('.').next().expect("a signature");
        assert_eq!(ward.refused(&format!("{unsigned}{signature}")).await, AuthError::Forged);
    }
    let stripped = tokens.access.rsplit_once('.').expect("a signature").0;
    assert_eq!(ward.refused(&format!("{stripped}.")).await, AuthError::Forged);
    assert_eq!(ward.refused(stripped).await, AuthError::Forged);
}

#[tokio::test]
async fn the_public_key_is_no_shared_secret() {
    let ward = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    let jwk = &ward.identity.jwks()["keys"][0];
    let x = jwk["x"].as_str().expect("a public key");
    let secrets = [x.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(x).expect("base64"), jwk.to_string().into_bytes()];
    for secret in secrets {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = jwk["kid"].as_str().map(str::to_owned);
        let forged = jsonwebtoken::encode(&header, &decode(&tokens.access, 1), &EncodingKey::from_secret(&secret));
        assert_eq!(ward.refused(&forged.expect("signs")).await, AuthError::Forged);
    }
}

#[tokio::test]
async fn another_installations_key_is_foreign_whatever_it_calls_itself() {
    let ward = Ward::sqlite().await;
    let other = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    let (_, foreign) = other.signed_in("anna").await;
    assert_eq!(ward.refused(&foreign.access).await, AuthError::Forged);
    let ours = tokens.access.split('.').next().expect("a header");
    let (_, rest) = foreign.access.split_once('.').expect("three parts");
    assert_eq!(ward.refused(&format!("{ours}.{rest}")).await, AuthError::Forged);
    let pair = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = ward.identity.jwks()["keys"][0]["kid"].as_str().map(str::to_owned);
    let key = EncodingKey::from_ed_der(pair.as_ref());
    let forged = jsonwebtoken::encode(&header, &decode(&tokens.access, 1), &key).expect("signs");
    assert_eq!(ward.refused(&forged).await, AuthError::Forged);
}

#[tokio::test]
async fn changed_claims_break_the_signature() {
    let ward = Ward::sqlite().await;
    let (account, tokens) = ward.signed_in("anna").await;
    let parts: Vec<&str> = tokens.access.split('.').collect();
    for (name, value) in [("sub", json!((account.id + 1).to_string())), ("exp", json!(i64::MAX)), ("ver", json!(2))] {
        let mut claims = decode(&tokens.access, 1);
        claims[name] = value;
        let forged = format!("{}.{}.{}", parts[0], encode(&claims), parts[2]);
        assert_eq!(ward.refused(&forged).await, AuthError::Forged, "{name}");
    }
}

#[tokio::test]
async fn a_truncated_token_is_none_at_any_length() {
    let ward = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    for length in 0..tokens.access.len() {
        assert_eq!(ward.refused(&tokens.access[..length]).await, AuthError::Forged, "{length} bytes");
    }
}

#[tokio::test]
async fn an_oversized_token_is_not_looked_at() {
    let ward = Ward::sqlite().await;
    let (_, tokens) = ward.signed_in("anna").await;
    for size in [8 << 10, 1 << 20] {
        assert_eq!(ward.refused(&format!("{}{}", tokens.access, "A".repeat(size))).await, AuthError::Forged);
        assert_eq!(ward.refused(&"A.".repeat(size / 2)).await, AuthError::Forged);
    }
}

#[tokio::test]
async fn rubbish_is_refused_without_a_panic() {
    let ward = Ward::sqlite().await;
    for rubbish in ["", ".", "..", "...", "a.b.c", "\0", "é.é.é", "eyJ.eyJ.eyJ", " ", "{}.{}.{}"] {
        assert_eq!(ward.refused(rubbish).await, AuthError::Forged, "{rubbish:?}");
    }
}

#[tokio::test]
async fn a_token_of_a_deleted_or_unknown_account_is_void() {
    for ward in Ward::all().await {
        let (account, tokens) = ward.signed_in("anna").await;
        ward.execute(&format!("UPDATE account SET deleted = TRUE WHERE id = {}", account.id)).await;
        assert_eq!(ward.refused(&tokens.access).await, AuthError::Revoked);
        let grant = Grant { account: 999, domain: "alpha", version: 1, now: START };
        let token = ward.identity.0.signer.sign(&grant, Kind::Access, 60).expect("signs");
        assert_eq!(ward.refused(&token).await, AuthError::Revoked);
    }
}

#[test]
fn a_key_that_is_none_is_said_so() {
    assert!(matches!(Signer::new(b"rubbish"), Err(IdentityError::Key(_))));
}
