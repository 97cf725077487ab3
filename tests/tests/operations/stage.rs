//! What the tests of operations share.

use serde_json::json;
use ward_tests::{Api, PASSWORD, Ward};

/// A page of `/metrics`, read.
pub struct Numbers(String);

impl Numbers {
    /// As an administrator of the host sees it.
    pub async fn of(ward: &Ward) -> Self {
        let answer = administrator(ward).await.get("/metrics").await.expect(200);
        Self(String::from_utf8(answer.body.to_vec()).unwrap())
    }

    /// What another address serves.
    pub fn read(text: String) -> Self {
        Self(text)
    }

    /// The value of the one sample with this name and these labels among its own; 0 where there is none.
    #[track_caller]
    pub fn get(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let is = |line: &&str| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' '])) && labels.iter().all(|label| line.contains(label))
        };
        let found: Vec<&str> = self.0.lines().filter(is).collect();
        assert!(found.len() < 2, "{found:#?}");
        found.first().map_or(0.0, |line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A client of the host itself, signed in as its administrator.
pub async fn administrator(ward: &Ward) -> Api {
    let host = ward.at("");
    let answer = host.post("/_ward/tokens", &json!({ "username": "admin", "password": PASSWORD })).await.expect(200);
    host.with_token(answer.json()["access_token"].as_str().unwrap())
}

/// An address where nobody listens yet.
pub fn free_address() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
