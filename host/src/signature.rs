//! Detached Ed25519 signatures over the bytes of a component, and the keys that make and check them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes of a public key.
const PUBLIC_BYTES: usize = 32;
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 64;
/// Characters of a line of PEM.
const PEM_LINE: usize = 64;
const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// Why a signature or a key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Nothing can be verified.
    #[error("the assembly trusts no key: name one in `trusted_keys`")]
    NoKeys,
    /// Not 64 bytes in Base64.
    #[error("the signature is malformed: it is 64 bytes in Base64")]
    Malformed,
    /// Made by another key, or over other bytes.
    #[error("the signature is of no key that the assembly trusts, or the file was altered after it was signed")]
    NotTrusted,
    /// Not a private key of this kind.
    #[error("it is no Ed25519 private key in PEM (PKCS#8)")]
    NotAKey,
    /// The system gives none.
    #[error("there are no random numbers")]
    NoRandom,
}

/// The keys that the assembly trusts, by name.
#[derive(Clone, Debug, Default)]
pub struct TrustedKeys(Vec<(String, Vec<u8>)>);

impl TrustedKeys {
    /// From names and Base64; what is no key (the assembly's rules refuse it) verifies nothing.
    #[must_use]
    pub fn new(keys: &BTreeMap<String, String>) -> Self {
        Self(keys.iter().filter_map(|(name, key)| Some((name.clone(), public_key(key)?))).collect())
    }

    /// The name of the key that made `signature` (Base64) over `bytes`.
    pub fn signer(&self, bytes: &[u8], signature: &str) -> Result<&str, SignatureError> {
        let signature = STANDARD.decode(signature.trim()).map_err(|_| SignatureError::Malformed)?;
        if signature.len() != SIGNATURE_BYTES {
            return Err(SignatureError::Malformed);
        }
        if self.0.is_empty() {
            return Err(SignatureError::NoKeys);
        }
        let made_it = |key: &[u8]| UnparsedPublicKey::new(&ED25519, key).verify(bytes, &signature).is_ok();
        let signer = self.0.iter().find(|(_, key)| made_it(key));
        signer.map(|(name, _)| name.as_str()).ok_or(SignatureError::NotTrusted)
    }
}

/// The bytes of a public key in Base64.
#[must_use]
pub fn public_key(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|key| key.len() == PUBLIC_BYTES)
}

/// A private key.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// A new key, in PEM.
    pub fn generate() -> Result<String, SignatureError> {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).map_err(|_| SignatureError::NoRandom)?;
        let encoded = STANDARD.encode(document.as_ref());
        let mut pem = format!("{PEM_BEGIN}\n");
        for line in encoded.as_bytes().chunks(PEM_LINE) {
            // Writing into a string cannot fail.
            let _ = writeln!(pem, "{}", String::from_utf8_lossy(line));
        }
        let _ = writeln!(pem, "{PEM_END}");
        Ok(pem)
    }

    /// From PEM, this program's or OpenSSL's.
    pub fn from_pem(pem: &str) -> Result<Self, SignatureError> {
        let inner = pem.split_once(PEM_BEGIN).and_then(|(_, rest)| rest.split_once(PEM_END)).map(|(inner, _)| inner);
        let encoded: String = inner.ok_or(SignatureError::NotAKey)?.split_whitespace().collect();
        let document = STANDARD.decode(encoded).map_err(|_| SignatureError::NotAKey)?;
        Ed25519KeyPair::from_pkcs8(&document).map(Self).map_err(|_| SignatureError::NotAKey)
    }

    /// The public key, as the assembly writes it.
    #[must_use]
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }

    /// The signature over `bytes`, Base64.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_pem(&SigningKey::generate().unwrap()).unwrap()
    }

    fn trusting(keys: &[(&str, &SigningKey)]) -> TrustedKeys {
        TrustedKeys::new(&keys.iter().map(|(name, key)| ((*name).to_owned(), key.public())).collect())
    }

    #[test]
    fn the_key_that_signed_is_named() {
        let (one, other) = (key(), key());
        let trusted = trusting(&[("one", &one), ("other", &other)]);
        assert_eq!(trusted.signer(b"component", &other.sign(b"component")), Ok("other"));
    }

    #[test]
    fn other_bytes_and_other_keys_are_not_trusted() {
        let (one, stranger) = (key(), key());
        let trusted = trusting(&[("one", &one)]);
        assert_eq!(trusted.signer(b"Component", &one.sign(b"component")), Err(SignatureError::NotTrusted));
        assert_eq!(trusted.signer(b"component", &stranger.sign(b"component")), Err(SignatureError::NotTrusted));
    }

    #[test]
    fn what_is_no_signature_is_malformed() {
        let trusted = trusting(&[("one", &key())]);
        for text in ["", "!", "YWJj"] {
            assert_eq!(trusted.signer(b"component", text), Err(SignatureError::Malformed), "{text}");
        }
    }

    #[test]
    fn without_keys_nothing_is_trusted() {
        let one = key();
        assert_eq!(TrustedKeys::default().signer(b"c", &one.sign(b"c")), Err(SignatureError::NoKeys));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"]
        {
            assert_eq!(SigningKey::from_pem(text).err(), Some(SignatureError::NotAKey), "{text}");
        }
        assert_eq!(public_key("YWJj"), None);
    }

    /// `openssl genpkey -algorithm ed25519`, and `openssl pkeyutl -sign -rawin` over `component`.
    #[test]
    fn keys_and_signatures_of_openssl_are_taken() {
        let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIK/uPwHJdLuXmz3KOz2EMgl3OrCIvDD0HLL/AYlqpAxw\n-----END PRIVATE KEY-----\n";
        let theirs = SigningKey::from_pem(pem).unwrap();
        assert_eq!(
            theirs.sign(b"component"),
            "DwfYXZdnnyaigQGR18F/+ohTm68JTKIpJyk98Fy9b4EcnBaCm3z3GV8pZ+Qh4mQcYLdluEi6LzNaWCRTWLBxCQ=="
        );
    }
}
