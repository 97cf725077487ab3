//! Signed tokens: what they say, and whether they are ours.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{AuthError, IdentityError};

/// Bytes of a token that is looked at.
const MAX_BYTES: usize = 8 << 10;
/// Who issues tokens.
const ISSUER: &str = "ward";

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Opens operations.
    Access,
    /// Is traded for new tokens, once.
    Refresh,
}

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    /// The account's number.
    pub(super) sub: String,
    /// Unlike any other token's.
    pub(super) jti: String,
    pub(super) kind: Kind,
    /// The domain that issued it.
    pub(super) dom: String,
    /// The account's token version when it was issued.
    pub(super) ver: i64,
    /// Seconds since 1970.
    pub(super) iat: i64,
    /// Seconds since 1970.
    pub(super) exp: i64,
}

impl Claims {
    pub(super) fn account(&self) -> Result<i64, AuthError> {
        self.sub.parse().map_err(|_| AuthError::Forged)
    }

    /// Milliseconds since 1970.
    pub(super) fn expires(&self) -> i64 {
        self.exp.saturating_mul(1000)
    }
}

/// Signs and checks tokens with one Ed25519 key.
pub(super) struct Signer {
    pair: Ed25519KeyPair,
    signing: EncodingKey,
    checking: DecodingKey,
    header: Header,
    validation: Validation,
    jwks: serde_json::Value,
}

impl Signer {
    /// From a PKCS#8 document.
    pub(super) fn new(pkcs8: &[u8]) -> Result<Self, IdentityError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|e| IdentityError::Key(e.to_string()))?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let kid = thumbprint(&x);
        let checking = DecodingKey::from_ed_components(&x).map_err(|e| IdentityError::Key(e.to_string()))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid.clone());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        // Expiry is judged by the injected clock, in `check`.
        validation.validate_exp = false;
        let key = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x});
        let jwks = serde_json::json!({ "keys": [key] });
        Ok(Self { pair, signing: EncodingKey::from_ed_der(pkcs8), checking, header, validation, jwks })
    }

    /// A signature of a text that is no token, Base64.
    pub(super) fn seal(&self, text: &str) -> String {
        STANDARD.encode(self.pair.sign(text.as_bytes()))
    }

    /// Whether it is this key's signature of that text.
    pub(super) fn is_sealed(&self, text: &str, seal: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.pair.public_key());
        STANDARD.decode(seal).is_ok_and(|seal| key.verify(text.as_bytes(), &seal).is_ok())
    }

    /// The public key, as RFC 7517 has it.
    pub(super) fn jwks(&self) -> &serde_json::Value {
        &self.jwks
    }

    /// Signs what [`Grant`] describes.
    pub(super) fn sign(&self, grant: &Grant<'_>, kind: Kind, seconds: u32) -> Result<String, IdentityError> {
        let iat = grant.now.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: grant.account.to_string(),
            jti: uuid::Uuid::new_v4().simple().to_string(),
            kind,
            dom: grant.domain.to_owned(),
            ver: grant.version,
            iat,
            exp: iat.saturating_add(i64::from(seconds)),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.signing)
            .map_err(|_| IdentityError::Internal("a token could not be signed"))
    }

    /// What the token says, if this key signed it, it is of that kind and its time is not over at `now` (ms).
    pub(super) fn check(&self, token: &str, kind: Kind, now: i64) -> Result<Claims, AuthError> {
        if token.len() > MAX_BYTES {
            return Err(AuthError::Forged);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::Forged)?;
        if header.alg != Algorithm::EdDSA || header.kid != self.header.kid {
            return Err(AuthError::Forged);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation)
            .map_err(|_| AuthError::Forged)?
            .claims;
        if claims.kind != kind {
            return Err(AuthError::Forged);
        }
        if claims.expires() <= now { Err(AuthError::Expired) } else { Ok(claims) }
    }
}

/// For whom a token is signed.
pub(super) struct Grant<'a> {
    pub(super) account: i64,
    pub(super) domain: &'a str,
    pub(super) version: i64,
    /// Milliseconds since 1970.
    pub(super) now: i64,
}

/// RFC 7638: the key's name is a digest of itself, the same on every node.
fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
}
