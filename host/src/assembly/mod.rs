//! `ward.toml`: what is mounted where, with which grants, limits and settings.
//!
//! [`Assembly::load`] reads the file, lets the environment override it ([`environment`]) and checks the
//! result against the rules ([`rules`]): what it gives is complete and consistent.

pub mod environment;
mod error;
mod limits;
mod load;
pub mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

pub use error::AssemblyError;
pub use limits::{BackgroundLimits, HttpLimits, LimitOverrides, Limits, StreamLimits};

/// The whole assembly. Every key has a default, so that an empty file is one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assembly {
    /// Address to listen on (`WARD_LISTEN`).
    pub listen: SocketAddr,
    /// Directory for keys, cache, SQLite and local blobs (`WARD_DATA`).
    pub data: PathBuf,
    /// Database URL, `sqlite:<file>` or `postgres://…`; empty: SQLite below `data` (`WARD_DATABASE`).
    pub database: String,
    /// Blob store, a directory or `s3://bucket/prefix`; empty: a directory below `data` (`WARD_BLOBS`).
    pub blobs: String,
    /// Directory of development builds, `<plugin>.wasm`, for mounts that are `unsigned` (`WARD_PLUGINS`).
    pub plugins: PathBuf,
    /// Public keys whose signatures of plugins are believed: name and Base64.
    pub trusted_keys: BTreeMap<String, String>,
    /// Directory of the hospital's own Cedar files, `<domain>/*.cedar` (`WARD_SITE_POLICIES`).
    pub site_policies: PathBuf,
    /// Password of `admin` at the very first start; random if empty (`WARD_ADMIN_PASSWORD`).
    pub admin_password: Secret,
    /// Whether rate limits apply (`WARD_RATE_LIMIT=on|off`).
    pub rate_limit: Switch,
    /// `tracing` filter (`WARD_LOG`).
    pub log: String,
    /// `text` or `json` (`WARD_LOG_FORMAT`).
    pub log_format: LogFormat,
    /// Where traces go, `http://collector:4318`; empty: nowhere (`WARD_OTLP_ENDPOINT`).
    pub otlp_endpoint: String,
    /// The share of traces that are made, of those that no client began: 0 to 1 (`WARD_OTLP_RATIO`).
    pub otlp_ratio: f64,
    /// Origins that browsers may call from; `*` as a port stands for any port (`WARD_CORS_ORIGINS`, by comma).
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed (`WARD_TRUSTED_PROXIES`, by comma).
    pub trusted_proxies: Vec<IpAddr>,
    /// Address where `/metrics` and `/health` are read without a token (`WARD_METRICS_LISTEN`).
    pub metrics_listen: Option<SocketAddr>,
    /// A bearer token that reads `/metrics` at `listen`, beside administrators' (`WARD_METRICS_TOKEN`).
    pub metrics_token: Secret,
    /// Time zone of schedules, by its IANA name (`WARD_TIME_ZONE`).
    pub time_zone: String,
    /// The name of this process in audit records; empty: the machine's (`WARD_NODE`).
    pub node: String,
    /// Limits for every plugin that does not set its own.
    pub limits: Limits,
    /// HTTP-level limits.
    pub http: HttpLimits,
    /// Times of jobs and events.
    pub background: BackgroundLimits,
    /// Limits of event streams.
    pub streams: StreamLimits,
    /// The mounts.
    #[serde(rename = "mount")]
    pub mounts: Vec<Mount>,
}

/// One mounted plugin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// Name of the plugin, one of whose installed versions is active here.
    pub plugin: String,
    /// Whether its versions may be unsigned, as those built from a checkout are: a new
    /// `<plugins>/<plugin>.wasm` is then installed and activated at a start.
    #[serde(default)]
    pub unsigned: bool,
    /// Path prefix: `/pacs`.
    pub path: String,
    /// Host names at whose root it is mounted too; by default `<last part of path>.localhost`.
    pub hosts: Option<Vec<String>>,
    /// Domain of its roles and schema; by default the plugin's name.
    pub domain: Option<String>,
    /// What it is given: `sql`, `blobs`, `identity`, `policy`, `config`, `log`, `jobs`, `events`, `audit`.
    #[serde(default)]
    pub grants: Vec<String>,
    /// Plain settings, readable through `config.setting`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Secrets, readable through `config.secret`.
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
    /// The domain whose accounts, roles and tokens it serves; without one its own.
    pub accounts: Option<String>,
    /// Domains of the mounts that it may call, with the grant `services`.
    #[serde(default)]
    pub services: Vec<String>,
    /// A directory whose files it may read, through `config.file`.
    pub files: Option<PathBuf>,
    /// Limits that differ from the assembly's.
    #[serde(default)]
    pub limits: LimitOverrides,
    /// Rate limits that differ from the plugin's own, by name.
    #[serde(default)]
    pub rate_limits: BTreeMap<String, RateOverride>,
}

/// A rate limit as the assembly sets it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateOverride {
    /// Requests in the span.
    pub requests: u32,
    /// The span.
    pub seconds: u32,
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own message for a wrong type quotes the value.
        let text =
            String::deserialize(deserializer).map_err(|_| serde::de::Error::custom("a secret must be a text"))?;
        Ok(Self(text))
    }
}

impl Assembly {
    /// The development build of a mount's plugin.
    #[must_use]
    pub fn checkout(&self, mount: &Mount) -> PathBuf {
        self.plugins.join(format!("{}.wasm", mount.plugin))
    }

    /// The time zone of schedules; the rules have checked its name.
    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC)
    }
}

impl Mount {
    /// The domain of its schema and policies, and of its accounts unless it says otherwise.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.domain.as_deref().unwrap_or(&self.plugin)
    }

    /// The domain whose accounts it serves.
    #[must_use]
    pub fn accounts(&self) -> &str {
        self.accounts.as_deref().unwrap_or_else(|| self.domain())
    }

    /// The host names at whose root it answers too.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        if let Some(hosts) = &self.hosts {
            return hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        }
        let last = self.path.rsplit('/').next().unwrap_or_default();
        if last.is_empty() { Vec::new() } else { vec![format!("{}.localhost", last.to_ascii_lowercase())] }
    }

    /// The assembly's limits with this mount's own in their place.
    #[must_use]
    pub fn limits(&self, assembly: &Limits) -> Limits {
        assembly.with(&self.limits)
    }
}

impl Default for Assembly {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            database: String::new(),
            blobs: String::new(),
            plugins: "target/plugins".into(),
            trusted_keys: BTreeMap::new(),
            site_policies: "policies/site".into(),
            admin_password: Secret::default(),
            rate_limit: Switch::On,
            log: "info".into(),
            log_format: LogFormat::Text,
            otlp_endpoint: String::new(),
            otlp_ratio: 1.0,
            cors_origins: vec!["http://localhost:*".into(), "http://127.0.0.1:*".into()],
            trusted_proxies: Vec::new(),
            metrics_listen: None,
            metrics_token: Secret::default(),
            time_zone: "UTC".into(),
            node: String::new(),
            limits: Limits::default(),
            http: HttpLimits::default(),
            background: BackgroundLimits::default(),
            streams: StreamLimits::default(),
            mounts: Vec::new(),
        }
    }
}
