//! A server whose one mount takes signed versions of the guest `shifting`.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use ward::assembly::Assembly;
use ward::signature::SigningKey;
use ward_tests::{Answer, Api, Builder, PASSWORD, Ward, shifting};

/// The name of the trusted key.
pub const SIGNER: &str = "vendor";

/// A server, its administrator, and the key that it trusts.
pub struct Stage {
    pub ward: Ward,
    pub admin: Api,
    pub key: SigningKey,
}

impl Stage {
    /// Nothing is installed.
    pub async fn empty() -> Self {
        Self::of(Ward::builder().without_plugins().guest("shifting", &["sql"]), key()).await
    }

    /// Whatever is built, of which every mount takes only what `key` has signed.
    pub async fn of(builder: Builder, key: SigningKey) -> Self {
        let trusted = key.public();
        let ward = builder.configure(|assembly| trust(assembly, trusted)).start().await;
        let admin = sign_in(&ward.at("/_ward"), "admin", PASSWORD).await;
        Self { ward, admin, key }
    }

    /// Version 1.0.0 serves.
    pub async fn serving_one() -> Self {
        let stage = Self::empty().await;
        stage.install(&shifting::version("1.0.0", &Value::Null)).await.expect(201);
        stage.activate("1.0.0").await.expect(200);
        stage
    }

    /// Installs a component with its signature.
    pub async fn install(&self, component: &[u8]) -> Answer {
        self.install_signed(component, Some(&self.key.sign(component))).await
    }

    /// Installs a component with this signature.
    pub async fn install_signed(&self, component: &[u8], signature: Option<&str>) -> Answer {
        let mut request = self.admin.request(Method::POST, "/plugins").body(component.to_vec());
        if let Some(signature) = signature {
            request = request.header("x-ward-signature", signature);
        }
        self.admin.send(request).await
    }

    /// Installs a version that is sound but for these changes.
    pub async fn install_version(&self, version: &str, changes: &Value) -> Answer {
        self.install(&shifting::version(version, changes)).await
    }

    pub async fn activate(&self, version: &str) -> Answer {
        self.change(&format!("/plugins/shifting/versions/{version}/activate")).await
    }

    pub async fn rollback(&self) -> Answer {
        self.change("/plugins/shifting/rollback").await
    }

    /// A `POST` without a body.
    pub async fn change(&self, path: &str) -> Answer {
        self.admin.send(self.admin.request(Method::POST, path)).await
    }

    /// The version that answers.
    pub async fn version(&self) -> String {
        self.ward.at("/shifting").get("/version").await.expect(200).text()
    }

    /// What the administrator is told about the one mount.
    pub async fn mount(&self) -> Value {
        self.admin.get("/plugins").await.expect(200).json()["mounts"][0].clone()
    }

    /// The installed versions.
    pub async fn packages(&self) -> Vec<String> {
        let packages = self.admin.get("/plugins").await.expect(200).json()["packages"].clone();
        packages.as_array().unwrap().iter().map(|package| package["version"].as_str().unwrap().to_owned()).collect()
    }
}

/// A key of this test.
pub fn key() -> SigningKey {
    SigningKey::from_pem(&SigningKey::generate().unwrap()).unwrap()
}

/// Lets every mount take only what this key has signed.
pub fn trust(assembly: &mut Assembly, public: String) {
    assembly.trusted_keys = BTreeMap::from([(SIGNER.to_owned(), public)]);
    for mount in &mut assembly.mounts {
        mount.unsigned = false;
    }
}

/// The same client with a token from `/_ward/tokens`.
pub async fn sign_in(api: &Api, username: &str, password: &str) -> Api {
    let answer = api.post("/tokens", &json!({ "username": username, "password": password })).await.expect(200);
    api.with_token(answer.json()["access_token"].as_str().unwrap())
}

/// The step and the sentence of a refusal.
#[track_caller]
pub fn refusal(answer: &Answer) -> (String, String) {
    let error = answer.json()["error"].clone();
    let text = |key: &str| error[key].as_str().unwrap_or_else(|| panic!("no {key}: {}", answer.text())).to_owned();
    (text("step"), text("detail"))
}

/// The refusal is of this step and says these words.
#[track_caller]
pub fn says(answer: &Answer, step: &str, words: &[&str]) {
    let (at, sentence) = refusal(answer);
    assert_eq!(at, step, "{sentence}");
    assert!(words.iter().all(|word| sentence.contains(word)), "{words:?} not in: {sentence}");
}
