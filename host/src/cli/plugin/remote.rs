//! What is done on the server.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::Value;

use super::super::say;
use super::server::Server;
use super::{Change, component, plain, signature_beside};

/// Installs a component, and activates it if `change` says how.
pub(super) async fn install(
    config: Option<&Path>,
    file: &Path,
    signature: Option<&Path>,
    change: Option<&Change>,
) -> anyhow::Result<()> {
    let bytes = component(file)?;
    let beside = signature_beside(file);
    let signature = signature.or_else(|| beside.exists().then_some(&beside));
    let server = Server::connect(config).await?;
    let mut request = server.request(Method::POST, "").header("content-type", "application/wasm").body(bytes);
    if let Some(signature) = signature {
        let text = std::fs::read_to_string(signature).with_context(|| format!("read {}", signature.display()))?;
        request = request.header("x-ward-signature", text.trim());
    }
    let installed = server.send(request).await?;
    let package = &installed["package"];
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let by = if package["signed_by"].is_null() {
        "unsigned".to_owned()
    } else {
        format!("signed by {}", text(&package["signed_by"]))
    };
    say(&format!("{name} {version} is installed ({by}).\n"));
    match change {
        Some(change) => activate_at(&server, &name, &version, change).await,
        None => Ok(()),
    }
}

pub(super) async fn activate(config: Option<&Path>, name: &str, version: &str, change: &Change) -> anyhow::Result<()> {
    activate_at(&Server::connect(config).await?, name, version, change).await
}

async fn activate_at(server: &Server, name: &str, version: &str, change: &Change) -> anyhow::Result<()> {
    let path = format!("/{}/versions/{}/activate", segment(name), segment(version));
    let request = server.request(Method::POST, &path).query(&query(change.domain.as_deref()));
    let request = if change.accept_breaking { request.query(&[("accept_breaking", "true")]) } else { request };
    serves(&server.send(request).await?);
    Ok(())
}

pub(super) async fn rollback(config: Option<&Path>, name: &str, domain: Option<&str>) -> anyhow::Result<()> {
    let server = Server::connect(config).await?;
    let request = server.request(Method::POST, &format!("/{}/rollback", segment(name)));
    serves(&server.send(request.query(&query(domain))).await?);
    Ok(())
}

pub(super) async fn remove(config: Option<&Path>, name: &str, version: Option<&str>) -> anyhow::Result<()> {
    let server = Server::connect(config).await?;
    let path = match version {
        Some(version) => format!("/{}/versions/{}", segment(name), segment(version)),
        None => format!("/{}", segment(name)),
    };
    let removed = server.send(server.request(Method::DELETE, &path)).await?;
    for package in removed["removed"].as_array().into_iter().flatten() {
        say(&format!("{} {} is removed.\n", text(&package["name"]), text(&package["version"])));
    }
    Ok(())
}

pub(super) async fn list(config: Option<&Path>) -> anyhow::Result<()> {
    let server = Server::connect(config).await?;
    say(&render(&server.send(server.request(Method::GET, "")).await?));
    Ok(())
}

/// Two tables: what serves where, and what is installed.
fn render(plugins: &Value) -> String {
    let mut output = String::new();
    let rows = |key: &str| plugins[key].as_array().cloned().unwrap_or_default();
    let row = |output: &mut String, cells: [&str; 5]| {
        let [first, second, third, fourth, last] = cells;
        // Writing into a string cannot fail.
        let _ = writeln!(output, "{}", format!("{first:<16} {second:<28} {third:<28} {fourth:<20} {last}").trim_end());
    };
    row(&mut output, ["PLUGIN", "ACTIVE", "PREVIOUS", "PATH", "DOMAIN"]);
    for mount in rows("mounts") {
        let cell = |key: &str| text(&mount[key]);
        row(&mut output, [&cell("plugin"), &cell("active"), &cell("previous"), &cell("path"), &cell("domain")]);
    }
    output.push('\n');
    row(&mut output, ["PACKAGE", "VERSION", "INSTALLED", "SIGNED BY", "SHA-256"]);
    for package in rows("packages") {
        let cell = |key: &str| text(&package[key]);
        row(&mut output, [&cell("name"), &cell("version"), &cell("installed"), &cell("signed_by"), &cell("sha256")]);
    }
    output
}

fn serves(activated: &Value) {
    let (plugin, version) = (text(&activated["plugin"]), text(&activated["version"]));
    let back = match &activated["previous"] {
        Value::Null => String::new(),
        previous => format!("; a rollback leads to {}", text(previous)),
    };
    say(&format!("{plugin} {version} serves{back}.\n"));
}

/// A text of the server's, fit for a terminal; `-` for nothing.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| "-".to_owned(), plain)
}

fn query(domain: Option<&str>) -> Vec<(&'static str, String)> {
    domain.map(|domain| ("domain", domain.to_owned())).into_iter().collect()
}

/// A segment of a path.
fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_shows_mounts_and_packages() {
        let mount = json!({ "plugin": "pacs", "active": "1.0.0", "previous": null, "path": "/pacs", "domain": "pacs" });
        let package =
            json!({ "name": "pacs", "version": "1.0.0", "installed": "x", "signed_by": null, "sha256": "ab" });
        let text = render(&json!({ "mounts": [mount], "packages": [package] }));
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["pacs", "1.0.0", "-", "/pacs", "pacs"]);
        assert_eq!(lines[4], ["pacs", "1.0.0", "x", "-", "ab"]);
    }

    #[test]
    fn a_version_with_a_plus_is_one_segment() {
        assert_eq!(segment("1.0.0+dev.1/x"), "1%2E0%2E0%2Bdev%2E1%2Fx");
    }
}
