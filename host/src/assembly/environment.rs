//! `WARD_…`: every key of the assembly, overridden by the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::error::AssemblyError;
use super::{Assembly, LogFormat, Mount, RateOverride, Secret, Switch};

/// Variables that are not keys: where the assembly is, whom `ward plugin` speaks to, and the build tool's own.
const OTHERS: [&str; 6] = ["WARD_CONFIG", "WARD_NO_INSTALL", "WARD_PASSWORD", "WARD_TOKEN", "WARD_URL", "WARD_USER"];
/// Variables of the test suites.
const TESTS: &str = "WARD_TEST_";

/// The top-level variables and what they set, for the help.
pub const VARIABLES: [(&str, &str); 18] = [
    ("WARD_LISTEN", "address to listen on, such as 127.0.0.1:8080"),
    ("WARD_DATA", "directory for keys, cache, SQLite and local blobs"),
    ("WARD_DATABASE", "sqlite:<file> or postgres://…; empty: SQLite below the data directory"),
    ("WARD_BLOBS", "a directory or s3://bucket/prefix; empty: a directory below the data directory"),
    ("WARD_PLUGINS", "directory of development builds, for mounts that are unsigned"),
    ("WARD_SITE_POLICIES", "directory of the hospital's own Cedar files, <domain>/*.cedar"),
    ("WARD_ADMIN_PASSWORD", "password of `admin` at the very first start; empty: random and printed"),
    ("WARD_RATE_LIMIT", "on or off"),
    ("WARD_TIME_ZONE", "time zone of schedules, such as Asia/Shanghai"),
    ("WARD_NODE", "name of this process in audit records; empty: the machine's"),
    ("WARD_LOG", "tracing filter, such as info or info,ward=debug"),
    ("WARD_LOG_FORMAT", "text or json"),
    (
        "WARD_OTLP_ENDPOINT",
        "OpenTelemetry collector that gets traces over HTTP, such as http://collector:4318; empty: none",
    ),
    ("WARD_OTLP_RATIO", "share of traces that are made, of those that no client began: 0 to 1"),
    ("WARD_METRICS_LISTEN", "address where /metrics and /health are read without a token; empty: none"),
    ("WARD_METRICS_TOKEN", "bearer token that reads /metrics at the address of the API"),
    ("WARD_CORS_ORIGINS", "origins that browsers may call from, by comma; `*` as a port is any port"),
    ("WARD_TRUSTED_PROXIES", "addresses of proxies whose X-Forwarded-For is believed, by comma"),
];

/// The `WARD_…` variables of the environment, sorted, those of the tests left out.
pub(super) fn collect(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, AssemblyError> {
    let mut found = Vec::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else { continue };
        if !name.starts_with("WARD_") || name.starts_with(TESTS) {
            continue;
        }
        let Ok(value) = value.into_string() else { return Err(wrong(&name, "UTF-8")) };
        found.push((name, value));
    }
    found.sort_unstable();
    Ok(found)
}

/// Overrides the assembly's keys.
pub(super) fn apply(assembly: &mut Assembly, variables: &[(String, String)]) -> Result<(), AssemblyError> {
    for (name, value) in variables {
        if !OTHERS.contains(&name.as_str()) {
            set(assembly, name, value)?;
        }
    }
    Ok(())
}

fn wrong(name: &str, expected: &'static str) -> AssemblyError {
    AssemblyError::Variable { name: name.to_owned(), expected }
}

fn unknown(name: &str) -> AssemblyError {
    AssemblyError::UnknownVariable(name.to_owned())
}

fn set(assembly: &mut Assembly, name: &str, value: &str) -> Result<(), AssemblyError> {
    match name {
        "WARD_LISTEN" => assembly.listen = value.parse().map_err(|_| wrong(name, "an address and port"))?,
        "WARD_DATA" => assembly.data = value.into(),
        "WARD_DATABASE" => value.clone_into(&mut assembly.database),
        "WARD_BLOBS" => value.clone_into(&mut assembly.blobs),
        "WARD_PLUGINS" => assembly.plugins = value.into(),
        "WARD_SITE_POLICIES" => assembly.site_policies = value.into(),
        "WARD_ADMIN_PASSWORD" => assembly.admin_password = Secret(value.to_owned()),
        "WARD_RATE_LIMIT" => assembly.rate_limit = switch(name, value)?,
        "WARD_TIME_ZONE" => value.clone_into(&mut assembly.time_zone),
        "WARD_NODE" => value.clone_into(&mut assembly.node),
        "WARD_LOG" => value.clone_into(&mut assembly.log),
        "WARD_LOG_FORMAT" => assembly.log_format = log_format(name, value)?,
        "WARD_METRICS_LISTEN" if value.is_empty() => assembly.metrics_listen = None,
        "WARD_METRICS_LISTEN" => {
            assembly.metrics_listen = Some(value.parse().map_err(|_| wrong(name, "an address and port"))?);
        }
        "WARD_METRICS_TOKEN" => assembly.metrics_token = Secret(value.to_owned()),
        "WARD_OTLP_ENDPOINT" => value.clone_into(&mut assembly.otlp_endpoint),
        "WARD_OTLP_RATIO" => assembly.otlp_ratio = value.parse().map_err(|_| wrong(name, "a number from 0 to 1"))?,
        "WARD_CORS_ORIGINS" => assembly.cors_origins = list(value),
        "WARD_TRUSTED_PROXIES" => {
            let addresses = list(value).iter().map(|address| address.parse()).collect::<Result<_, _>>();
            assembly.trusted_proxies = addresses.map_err(|_| wrong(name, "IP addresses, separated by commas"))?;
        }
        _ => return set_nested(assembly, name, value),
    }
    Ok(())
}

fn switch(name: &str, value: &str) -> Result<Switch, AssemblyError> {
    match value {
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        _ => Err(wrong(name, "`on` or `off`")),
    }
}

fn log_format(name: &str, value: &str) -> Result<LogFormat, AssemblyError> {
    match value {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(wrong(name, "`text` or `json`")),
    }
}

fn list(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

const NUMBER: &str = "a whole number";

fn set_nested(assembly: &mut Assembly, name: &str, value: &str) -> Result<(), AssemblyError> {
    let key = name.strip_prefix("WARD_").unwrap_or(name).to_ascii_lowercase();
    if let Some(key) = key.strip_prefix("limits_") {
        return known(name, key, super::Limits::KEYS)
            .and_then(|()| assembly.limits.set(key, value).ok_or_else(|| wrong(name, NUMBER)));
    }
    if let Some(key) = key.strip_prefix("http_") {
        return known(name, key, super::HttpLimits::KEYS)
            .and_then(|()| assembly.http.set(key, value).ok_or_else(|| wrong(name, NUMBER)));
    }
    if let Some(key) = key.strip_prefix("background_") {
        return known(name, key, super::BackgroundLimits::KEYS)
            .and_then(|()| assembly.background.set(key, value).ok_or_else(|| wrong(name, NUMBER)));
    }
    if let Some(key) = key.strip_prefix("streams_") {
        return known(name, key, super::StreamLimits::KEYS)
            .and_then(|()| assembly.streams.set(key, value).ok_or_else(|| wrong(name, NUMBER)));
    }
    let Some(rest) = key.strip_prefix("mount_") else { return Err(unknown(name)) };
    // `pacs` and `pacs-archive` may both be mounted: the longer name is meant.
    let named = |mount: &Mount| rest.strip_prefix(&format!("{}_", flat(mount.domain()))).map(str::to_owned);
    let meant = assembly.mounts.iter_mut().filter_map(|mount| Some((named(mount)?, mount)));
    let (key, mount) = meant.min_by_key(|(key, _)| key.len()).ok_or_else(|| unknown(name))?;
    set_mount(mount, &key, name, value)
}

fn known(name: &str, key: &str, keys: &[&str]) -> Result<(), AssemblyError> {
    if keys.contains(&key) { Ok(()) } else { Err(unknown(name)) }
}

fn set_mount(mount: &mut Mount, key: &str, name: &str, value: &str) -> Result<(), AssemblyError> {
    match key {
        "plugin" => {
            // The domain, by which this variable names the mount, stays.
            mount.domain = Some(mount.domain().to_owned());
            value.clone_into(&mut mount.plugin);
        }
        "path" => value.clone_into(&mut mount.path),
        "hosts" => mount.hosts = Some(list(value)),
        "grants" => mount.grants = list(value),
        "services" => mount.services = list(value),
        "accounts" => mount.accounts = (!value.is_empty()).then(|| value.to_owned()),
        "files" => mount.files = (!value.is_empty()).then(|| value.into()),
        _ => return set_mount_table(mount, key, name, value),
    }
    Ok(())
}

fn set_mount_table(mount: &mut Mount, key: &str, name: &str, value: &str) -> Result<(), AssemblyError> {
    let Some((table, key)) = ["setting", "secret", "limits", "rate_limit"]
        .into_iter()
        .find_map(|table| Some((table, key.strip_prefix(table)?.strip_prefix('_')?)))
        .filter(|(_, key)| !key.is_empty())
    else {
        return Err(unknown(name));
    };
    match table {
        "setting" => {
            mount.settings.insert(existing(&mount.settings, key), value.to_owned());
        }
        "secret" => {
            mount.secrets.insert(existing(&mount.secrets, key), Secret(value.to_owned()));
        }
        "limits" => {
            known(name, key, super::Limits::KEYS)?;
            mount.limits.set(key, value).ok_or_else(|| wrong(name, NUMBER))?;
        }
        _ => {
            let rate = rate(value).ok_or_else(|| wrong(name, "`<requests>/<seconds>`"))?;
            mount.rate_limits.insert(existing(&mount.rate_limits, key), rate);
        }
    }
    Ok(())
}

fn rate(value: &str) -> Option<RateOverride> {
    let (requests, seconds) = value.split_once('/')?;
    Some(RateOverride { requests: requests.trim().parse().ok()?, seconds: seconds.trim().parse().ok()? })
}

/// A name as a variable can spell it.
fn flat(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.'], "_")
}

/// The name that the file uses for the key, or else the key as it is.
fn existing<T>(table: &BTreeMap<String, T>, key: &str) -> String {
    table.keys().find(|name| flat(name) == key).cloned().unwrap_or_else(|| key.to_owned())
}
