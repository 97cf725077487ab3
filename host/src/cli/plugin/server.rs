//! The server that runs, through the API for its administrators.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::super::load;
use super::plain;

/// How long the server has to take a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server, with an administrator's token.
pub(in super::super) struct Server {
    client: Client,
    base: String,
    token: String,
}

impl Server {
    /// Finds it and signs in.
    pub(in super::super) async fn connect(config: Option<&Path>) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().connect_timeout(PATIENCE).build().context("make an HTTP client")?;
        let base = match variable("WARD_URL") {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", address(config)?),
        };
        let mut server = Self { client, base, token: String::new() };
        server.token = match variable("WARD_TOKEN") {
            Some(token) => token,
            None => server.sign_in().await?,
        };
        Ok(server)
    }

    async fn sign_in(&self) -> anyhow::Result<String> {
        let username = variable("WARD_USER").unwrap_or_else(|| "admin".to_owned());
        let password = match variable("WARD_PASSWORD") {
            Some(password) => password,
            None if std::io::stdin().is_terminal() => {
                rpassword::prompt_password(format!("Password of {username}: ")).context("read the password")?
            }
            None => bail!("neither WARD_TOKEN nor WARD_PASSWORD is set, and there is no terminal to ask"),
        };
        let request = self.client.post(format!("{}/_ward/tokens", self.base));
        let answer = self.send(request.json(&json!({ "username": username, "password": password }))).await?;
        let token = answer["access_token"].as_str().context("the server gave no token")?;
        Ok(token.to_owned())
    }

    /// A request about plugins; `path` begins behind `/_ward/plugins`.
    pub(super) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.operation(method, &format!("/plugins{path}"))
    }

    /// A request of an administrator; `path` begins behind `/_ward`.
    pub(in super::super) fn operation(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/_ward{path}", self.base)).bearer_auth(&self.token)
    }

    /// The JSON of the answer, or what the server said was wrong.
    pub(in super::super) async fn send(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let unreachable = || format!("no server answers at {}: start it, or set WARD_URL", self.base);
        let response = request.send().await.with_context(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.context("the answer ended early")?;
        if status.is_success() {
            return serde_json::from_slice(&body).context("the answer is no JSON: is this a Ward server?");
        }
        Err(refusal(status.as_u16(), &serde_json::from_slice(&body).unwrap_or_default()))
    }
}

/// What the server said, with every breaking change on a line of its own.
fn refusal(status: u16, body: &Value) -> anyhow::Error {
    let text = |value: &Value| value.as_str().map(plain);
    let error = &body["error"];
    let detail = text(&error["detail"]).unwrap_or_else(|| format!("the server answered {status}"));
    let mut said = match text(&error["step"]) {
        Some(step) => format!("step `{step}`: {detail}"),
        None => detail,
    };
    for difference in error["differences"].as_array().into_iter().flatten() {
        let part = |key: &str| text(&difference[key]).unwrap_or_default();
        // Writing into a string cannot fail.
        let _ = write!(said, "\n  {}: {}", part("operation"), part("change"));
    }
    anyhow!(said)
}

/// Where the assembly listens, as a client on this machine reaches it.
fn address(config: Option<&Path>) -> anyhow::Result<std::net::SocketAddr> {
    let mut address = load(config, Vec::new()).context("find the server: set WARD_URL, or name the assembly")?.listen;
    if address.ip().is_unspecified() {
        address.set_ip([127, 0, 0, 1].into());
    }
    Ok(address)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_step_and_what_breaks() {
        let difference = json!({ "operation": "GET /a", "change": "the operation is gone", "breaking": true });
        let body = json!({ "error": { "detail": "no", "step": "contract", "differences": [difference] } });
        assert_eq!(refusal(409, &body).to_string(), "step `contract`: no\n  GET /a: the operation is gone");
        assert_eq!(refusal(502, &Value::Null).to_string(), "the server answered 502");
        assert_eq!(refusal(400, &json!({ "error": { "detail": "a\u{1b}[2J" } })).to_string(), "a\u{fffd}[2J");
    }
}
