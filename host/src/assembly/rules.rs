//! What an assembly must hold to beyond its form.

use std::collections::BTreeSet;

use super::{Assembly, Limits, Mount};

/// What a mount can be given.
pub const GRANTS: [&str; 10] =
    ["sql", "blobs", "identity", "policy", "config", "log", "jobs", "events", "services", "audit"];

/// What stands on `sql`: it lives in the plugin's schema.
const ON_SQL: [&str; 3] = ["blobs", "jobs", "events"];

/// First parts of paths that the host answers itself.
const RESERVED: [&str; 7] = [".well-known", "_ward", "docs", "health", "metrics", "openapi.json", "redoc"];

/// Addressable by 32-bit WebAssembly.
const MOST_MEMORY: usize = 4 << 30;

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// Nothing to serve.
    #[error("the assembly mounts nothing: it needs at least one [[mount]]")]
    NoMounts,
    /// A name of a plugin or a domain.
    #[error(
        "`{0}` is no name of a plugin or domain: lower-case letters, digits and `-`, a letter first, at most 32 characters"
    )]
    Name(String),
    /// A domain that is the host's own.
    #[error("the domain `{0}` is the host's own: give the mount another `domain`")]
    ReservedDomain(String),
    /// A trusted key.
    #[error("trusted_keys: `{0}` is no Ed25519 public key: 32 bytes in Base64, as `ward key new` prints it")]
    TrustedKey(String),
    /// A name of a setting, a secret or a rate limit.
    #[error(
        "mount `{mount}`: `{name}` is no name of a setting, secret or rate limit: lower-case letters, digits, `_`, `-` and `.`, a letter first, at most 64 characters"
    )]
    Key {
        /// The mount.
        mount: String,
        /// The name.
        name: String,
    },
    /// A path prefix.
    #[error(
        "mount `{mount}`: the path `{path}` must start with `/`, end without one, and have parts of letters, digits, `-`, `_`, `.` and `~`"
    )]
    Path {
        /// The mount.
        mount: String,
        /// Its path.
        path: String,
    },
    /// A path that is the host's own.
    #[error("mount `{mount}`: the host itself answers below `{path}`")]
    ReservedPath {
        /// The mount.
        mount: String,
        /// Its path.
        path: String,
    },
    /// Two mounts at one path.
    #[error("the path `{0}` is mounted twice")]
    SamePath(String),
    /// A host name.
    #[error("mount `{mount}`: `{host}` is no host name")]
    Host {
        /// The mount.
        mount: String,
        /// The host name.
        host: String,
    },
    /// Two mounts at one host name.
    #[error("the host name `{0}` is mounted twice")]
    SameHost(String),
    /// Two mounts of one domain, whose tables would be the same.
    #[error("the domain `{0}` is mounted twice: give one of the two a `domain` of its own")]
    SameDomain(String),
    /// A grant that does not exist.
    #[error(
        "mount `{mount}`: `{grant}` is no grant; there are sql, blobs, identity, policy, config, log, jobs, events and services"
    )]
    Grant {
        /// The mount.
        mount: String,
        /// The grant.
        grant: String,
    },
    /// `blobs`, `jobs` and `events` stand on `sql`.
    #[error("mount `{mount}`: the grant `{grant}` needs the grant `sql`")]
    WithoutSql {
        /// The mount.
        mount: String,
        /// The grant.
        grant: &'static str,
    },
    /// Accounts of a domain that has none.
    #[error(
        "mount `{mount}`: `accounts` names `{domain}`, which must be another mount's domain with accounts of its own"
    )]
    Accounts {
        /// The mount.
        mount: String,
        /// The domain that it names.
        domain: String,
    },
    /// A mount that may be called, and is not there.
    #[error("mount `{mount}`: `services` names `{service}`, which must be the domain of another mount")]
    Service {
        /// The mount.
        mount: String,
        /// The domain that it names.
        service: String,
    },
    /// `services` without the grant, or the grant without `services`.
    #[error("mount `{0}`: the grant `services` and the key `services`, the mounts that it may call, need each other")]
    ServicesAlone(String),
    /// A limit of nothing.
    #[error("{0} must not be 0")]
    Zero(String),
    /// More memory than there are addresses.
    #[error("{0} must not be over 4 GiB")]
    Memory(String),
    /// A file that no body has room for.
    #[error("{0}.file_bytes must not be over total_bytes")]
    FileOverTotal(String),
    /// A rate of nothing.
    #[error("mount `{mount}`: the rate limit `{name}` must not have a 0")]
    Rate {
        /// The mount.
        mount: String,
        /// The rate limit.
        name: String,
    },
    /// A database that is neither of the two.
    #[error("`database` must be empty, `sqlite:<file>` or `postgres://…`")]
    Database,
    /// A blob store that is neither of the two.
    #[error("`blobs` must be empty, a directory or `s3://bucket/prefix`")]
    Blobs,
    /// A token that could be guessed.
    #[error("`metrics_token` has fewer than 16 letters, or some that a header cannot carry")]
    MetricsToken,
    /// A collector.
    #[error("`otlp_endpoint` must be empty or `http://host:port`, and `otlp_ratio` a number from 0 to 1")]
    Otlp,
    /// A filter that `tracing` does not understand.
    #[error("`log` is no tracing filter; `info` or `info,ward=debug` are")]
    Log,
    /// A time zone.
    #[error("`time_zone` is no time zone; `UTC` and `Asia/Shanghai` are")]
    TimeZone,
    /// An origin.
    #[error("`{0}` is no origin: `http://host`, `https://host:port`; `*` as a port is any port")]
    Origin(String),
}

/// Checks every rule; the first that is broken is named.
pub(super) fn check(assembly: &Assembly) -> Result<(), Breach> {
    check_stores(assembly)?;
    let endpoint = url::Url::parse(&assembly.otlp_endpoint);
    let sound = endpoint.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !(assembly.otlp_endpoint.is_empty() || sound) || !(0.0..=1.0).contains(&assembly.otlp_ratio) {
        return Err(Breach::Otlp);
    }
    let token = &assembly.metrics_token.0;
    if !token.is_empty() && (token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(Breach::MetricsToken);
    }
    if assembly.time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Breach::TimeZone);
    }
    if tracing_subscriber::EnvFilter::builder().parse(&assembly.log).is_err() {
        return Err(Breach::Log);
    }
    if let Some(origin) = assembly.cors_origins.iter().find(|origin| !is_origin(origin)) {
        return Err(Breach::Origin(origin.clone()));
    }
    let is_key = |key: &String| crate::signature::public_key(key).is_some();
    if let Some((name, _)) = assembly.trusted_keys.iter().find(|(_, key)| !is_key(key)) {
        return Err(Breach::TrustedKey(name.clone()));
    }
    check_limits("limits", &assembly.limits)?;
    check_zero("http", &assembly.http.values())?;
    check_zero("background", &assembly.background.values())?;
    check_zero("streams", &assembly.streams.values())?;
    if assembly.mounts.is_empty() {
        return Err(Breach::NoMounts);
    }
    for mount in &assembly.mounts {
        check_mount(mount, &assembly.limits)?;
    }
    check_unique(&assembly.mounts)?;
    assembly.mounts.iter().try_for_each(|mount| check_others(mount, &assembly.mounts))
}

fn check_stores(assembly: &Assembly) -> Result<(), Breach> {
    let database = assembly.database.as_str();
    let engines = ["sqlite:", "postgres://", "postgresql://"];
    if !database.is_empty() && !engines.iter().any(|engine| database.starts_with(engine)) {
        return Err(Breach::Database);
    }
    match assembly.blobs.split_once("://") {
        Some(("s3", bucket)) if !bucket.is_empty() => Ok(()),
        None => Ok(()),
        Some(_) => Err(Breach::Blobs),
    }
}

/// `scheme://host` or `scheme://host:port`, nothing behind it.
fn is_origin(origin: &str) -> bool {
    let Some(("http" | "https", authority)) = origin.split_once("://") else { return false };
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "*"));
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).map_or(is_host(host), is_ipv6);
    host && (port == "*" || port.parse::<u16>().is_ok())
}

fn is_ipv6(host: &str) -> bool {
    host.parse::<std::net::Ipv6Addr>().is_ok()
}

fn check_mount(mount: &Mount, limits: &Limits) -> Result<(), Breach> {
    for name in [mount.plugin.as_str(), mount.domain()] {
        if !is_name(name) {
            return Err(Breach::Name(name.to_owned()));
        }
    }
    let name = || mount.domain().to_owned();
    if crate::storage::RESERVED.contains(&mount.domain()) {
        return Err(Breach::ReservedDomain(name()));
    }
    check_path(mount)?;
    if let Some(host) = mount.hosts().into_iter().find(|host| !is_host(host)) {
        return Err(Breach::Host { mount: name(), host });
    }
    if let Some(grant) = mount.grants.iter().find(|grant| !GRANTS.contains(&grant.as_str())) {
        return Err(Breach::Grant { mount: name(), grant: grant.clone() });
    }
    let has = |wanted: &str| mount.grants.iter().any(|grant| grant == wanted);
    if let Some(grant) = ON_SQL.into_iter().find(|grant| has(grant) && !has("sql")) {
        return Err(Breach::WithoutSql { mount: name(), grant });
    }
    let mut keys = mount.settings.keys().chain(mount.secrets.keys()).chain(mount.rate_limits.keys());
    if let Some(key) = keys.find(|key| !is_key(key)) {
        return Err(Breach::Key { mount: name(), name: key.clone() });
    }
    if let Some((rate, _)) = mount.rate_limits.iter().find(|(_, rate)| rate.requests == 0 || rate.seconds == 0) {
        return Err(Breach::Rate { mount: name(), name: rate.clone() });
    }
    check_limits(&format!("mount `{}`: limits", mount.domain()), &mount.limits(limits))
}

/// What a mount says of others.
fn check_others(mount: &Mount, mounts: &[Mount]) -> Result<(), Breach> {
    let name = || mount.domain().to_owned();
    let other = |domain: &str| mounts.iter().find(|other| other.domain() == domain && domain != mount.domain());
    if let Some(domain) = mount.accounts.as_ref()
        && other(domain).is_none_or(|other| other.accounts.is_some())
    {
        return Err(Breach::Accounts { mount: name(), domain: domain.clone() });
    }
    if let Some(service) = mount.services.iter().find(|service| other(service).is_none()) {
        return Err(Breach::Service { mount: name(), service: service.clone() });
    }
    let granted = mount.grants.iter().any(|grant| grant == "services");
    if granted == mount.services.is_empty() { Err(Breach::ServicesAlone(name())) } else { Ok(()) }
}

fn check_path(mount: &Mount) -> Result<(), Breach> {
    let (name, path) = (mount.domain().to_owned(), mount.path.clone());
    if path == "/" {
        return Ok(());
    }
    let allowed = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain)
    };
    match path.strip_prefix('/') {
        Some(parts) if path.len() <= 256 && parts.split('/').all(allowed) => {
            let first = parts.split('/').next().unwrap_or_default();
            if RESERVED.contains(&first) { Err(Breach::ReservedPath { mount: name, path }) } else { Ok(()) }
        }
        _ => Err(Breach::Path { mount: name, path }),
    }
}

fn check_limits(of: &str, limits: &Limits) -> Result<(), Breach> {
    check_zero(of, &limits.values())?;
    if limits.memory_bytes > MOST_MEMORY {
        return Err(Breach::Memory(format!("{of}.memory_bytes")));
    }
    if limits.file_bytes > limits.total_bytes {
        return Err(Breach::FileOverTotal(of.to_owned()));
    }
    Ok(())
}

/// A queue of 0 means that nobody waits, and a drain of 0 that nobody is waited for; every other 0 would mean that nothing works.
fn check_zero(of: &str, values: &[(&str, u64)]) -> Result<(), Breach> {
    match values.iter().find(|(key, value)| *value == 0 && !["queue", "drain_ms"].contains(key)) {
        Some((key, _)) => Err(Breach::Zero(format!("{of}.{key}"))),
        None => Ok(()),
    }
}

fn check_unique(mounts: &[Mount]) -> Result<(), Breach> {
    let mut seen = BTreeSet::new();
    for mount in mounts {
        let path = ("path", mount.path.clone());
        let domain = ("domain", mount.domain().to_owned());
        let hosts = mount.hosts().into_iter().map(|host| ("host", host));
        for (kind, value) in [domain, path].into_iter().chain(hosts) {
            if !seen.insert((kind, value.clone())) {
                return Err(match kind {
                    "path" => Breach::SamePath(value),
                    "domain" => Breach::SameDomain(value),
                    _ => Breach::SameHost(value),
                });
            }
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.len() <= 32
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_key(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte))
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}
