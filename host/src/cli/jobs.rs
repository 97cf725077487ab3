//! `ward jobs …`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use reqwest::Method;
use serde_json::Value;

use super::plugin::server::Server;
use super::plugin::{SERVER, plain};
use super::say;

/// What about jobs.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Counts the jobs of every mount, or lists those of one domain.
    #[command(after_help = SERVER)]
    List {
        /// The domain of the mount.
        domain: Option<String>,
        /// `waiting`, `running`, `done`, `dead` or `cancelled`.
        #[arg(long, default_value = "dead")]
        state: String,
    },
    /// Says what is known of a job, and why it failed. That may speak of patients.
    #[command(after_help = SERVER)]
    Inspect {
        /// The domain of the mount.
        domain: String,
        /// The job's number.
        id: String,
    },
    /// Lets dead jobs be tried again, at once and as often as at first.
    #[command(after_help = SERVER)]
    Retry(Chosen),
    /// Forgets dead jobs, and what they carried.
    #[command(after_help = SERVER)]
    Discard(Chosen),
}

/// Which jobs of a domain.
#[derive(Debug, clap::Args)]
pub(super) struct Chosen {
    /// The domain of the mount.
    domain: String,
    /// The jobs' numbers.
    #[arg(required_unless_present = "all")]
    ids: Vec<String>,
    /// Every job that is dead now.
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

/// Runs the command.
pub(super) async fn run(command: &Command, config: Option<&Path>) -> anyhow::Result<()> {
    let server = Server::connect(config).await?;
    match command {
        Command::List { domain: None, .. } => {
            say(&counts(&server.send(server.operation(Method::GET, "/jobs")).await?));
        }
        Command::List { domain: Some(domain), state } => list(&server, domain, state).await?,
        Command::Inspect { domain, id } => {
            let path = format!("/jobs/{}/{}", segment(domain), segment(id));
            say(&inspected(&server.send(server.operation(Method::GET, &path)).await?));
        }
        Command::Retry(chosen) => each(&server, chosen, Method::POST, "/retry", "is to be tried again").await?,
        Command::Discard(chosen) => each(&server, chosen, Method::DELETE, "", "is discarded").await?,
    }
    Ok(())
}

async fn list(server: &Server, domain: &str, state: &str) -> anyhow::Result<()> {
    let mut jobs = Vec::new();
    page_by_page(server, domain, state, |job| jobs.push(job.clone())).await?;
    say(&rows(&jobs));
    Ok(())
}

/// Shows every job of a state to `see`.
async fn page_by_page(server: &Server, domain: &str, state: &str, mut see: impl FnMut(&Value)) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let request = server.operation(Method::GET, &format!("/jobs/{}", segment(domain)));
        let page = server.send(request.query(&[("state", state), ("after", &after), ("limit", "500")])).await?;
        page["jobs"].as_array().into_iter().flatten().for_each(&mut see);
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return Ok(()),
        }
    }
}

/// Does something to each of the chosen jobs; one that cannot be done does not keep the others from it.
async fn each(server: &Server, chosen: &Chosen, method: Method, path: &str, said: &str) -> anyhow::Result<()> {
    let mut ids = chosen.ids.clone();
    if chosen.all {
        page_by_page(server, &chosen.domain, "dead", |job| ids.push(text(&job["id"]))).await?;
    }
    let mut failed = 0;
    for id in &ids {
        let path = format!("/jobs/{}/{}{path}", segment(&chosen.domain), segment(id));
        match server.send(server.operation(method.clone(), &path)).await.context(plain(id)) {
            Ok(_) => say(&format!("{} {said}.\n", plain(id))),
            Err(error) => {
                failed += 1;
                eprintln!("ward: {error:#}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        failed => bail!("{failed} of {} jobs are as they were", ids.len()),
    }
}

fn counts(body: &Value) -> String {
    let mut output = format!("{:<20} {:<32} {:<10} {}\n", "DOMAIN", "KIND", "STATE", "JOBS");
    for queue in body["queues"].as_array().into_iter().flatten() {
        for count in queue["counts"].as_array().into_iter().flatten() {
            let (domain, kind, state) = (text(&queue["domain"]), text(&count["kind"]), text(&count["state"]));
            // Writing into a string cannot fail.
            let _ = writeln!(output, "{domain:<20} {kind:<32} {state:<10} {}", count["count"]);
        }
    }
    output
}

fn rows(jobs: &[Value]) -> String {
    let mut output =
        format!("{:<36} {:<24} {:<10} {:<9} {:<25} {}\n", "ID", "KIND", "STATE", "FAILURES", "CREATED", "ENDED");
    for job in jobs {
        let [id, kind, state, created, ended] = ["id", "kind", "state", "created", "ended"].map(|key| text(&job[key]));
        let failures = format!("{}/{}", job["failures"], job["attempts"]);
        // Writing into a string cannot fail.
        let _ = writeln!(output, "{id:<36} {kind:<24} {state:<10} {failures:<9} {created:<25} {ended}");
    }
    output
}

fn inspected(job: &Value) -> String {
    let mut output = String::new();
    for (key, value) in job.as_object().into_iter().flatten() {
        let value = if value.is_number() { value.to_string() } else { text(value) };
        // Writing into a string cannot fail.
        let _ = writeln!(output, "{key:<10} {value}");
    }
    output
}

/// A text of the server's, fit for a terminal; `-` for nothing.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| "-".to_owned(), plain)
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
    fn the_tables_say_what_the_server_says() {
        let counts =
            counts(&json!({ "queues": [{ "domain": "a", "counts": [{ "kind": "k", "state": "dead", "count": 2 }] }] }));
        assert_eq!(counts.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(), ["a", "k", "dead", "2"]);
        let job = json!({ "id": "i", "kind": "k\u{1b}", "state": "dead", "failures": 8, "attempts": 8, "created": "c", "ended": null });
        let rows = rows(&[job]);
        assert_eq!(
            rows.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
            ["i", "k\u{fffd}", "dead", "8/8", "c", "-"]
        );
    }
}
