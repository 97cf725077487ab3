//! People of every role.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::Api;

/// The password of everyone whom `people` registers.
pub const STAFF_PASSWORD: &str = "a staff password";

/// A number that no other test of this process has.
pub fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Someone registered and signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account's number.
    pub id: i64,
    /// The user name.
    pub username: String,
    /// The centre, where the role has one.
    pub centre: Option<i64>,
    api: Api,
}

impl std::ops::Deref for Person {
    type Target = Api;
    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Api {
    /// `POST /auth/token`; the same client, signed in.
    pub async fn sign_in(&self, username: &str, password: &str) -> Self {
        let answer = self.anonymous().post_form("/auth/token", &[("username", username), ("password", password)]).await;
        let token = answer.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        self.with_token(token)
    }

    /// Creates a centre.
    pub async fn centre(&self, name: &str) -> i64 {
        let body = json!({
            "name": name, "address": "123 Medical Street, City",
            "contact_email": "contact@centre.example", "contact_phone": "+1234567890",
        });
        self.post("/centres", &body).await.expect(200).id()
    }

    /// Registers someone with this role and signs in.
    pub async fn person(&self, role: &str, centre: Option<i64>) -> Person {
        let username = format!("{role}{}", unique());
        let body = json!({
            "username": username, "email": format!("{username}@example.com"), "password": STAFF_PASSWORD,
            "full_name": format!("The {role}"), "role": role, "centre_id": centre,
        });
        let id = self.post("/auth/register", &body).await.expect(200).id();
        let api = self.sign_in(&username, STAFF_PASSWORD).await;
        Person { id, username, centre, api }
    }

    /// A technician of a new centre.
    pub async fn technician(&self) -> Person {
        let centre = self.centre(&format!("Centre {}", unique())).await;
        self.person("technician", Some(centre)).await
    }

    /// A technician of this centre.
    pub async fn technician_of(&self, centre: i64) -> Person {
        self.person("technician", Some(centre)).await
    }

    /// A radiologist.
    pub async fn radiologist(&self) -> Person {
        self.person("radiologist", None).await
    }

    /// The user of this centre.
    pub async fn centre_user(&self, centre: i64) -> Person {
        self.person("diagnostic_centre", Some(centre)).await
    }
}
