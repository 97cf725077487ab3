//! The operations about the plugins' jobs. What a job carries is nobody's here, and why it failed is told of one job
//! at a time: both may speak of patients.

use axum::body::Body;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answers::{answer, time};
use super::plugins::segment;
use super::{AdminCall, Refusal};
use crate::gateway::failure::Failure;
use crate::jobs::{Info, JobError, Listed, OperatorError, PAGE, Queue, State};
use crate::storage::SqlError;

/// Jobs of one page, where the query says nothing.
const FEW: usize = 100;
/// Seconds after which a client may try again when the database is away.
const RETRY: u32 = 5;

type Answer = Result<Response<Body>, Refusal>;

/// How many jobs there are, at every mount that has some.
pub(super) async fn count(call: &AdminCall<'_>) -> Answer {
    let mut queues = Vec::new();
    for mounted in call.app.active().into_iter().flatten() {
        let Some(queue) = &mounted.jobs else { continue };
        let counts = queue.census().await.map_err(|_| away())?;
        let count =
            |(kind, state, count): (String, String, usize)| json!({ "kind": kind, "state": state, "count": count });
        let counts: Vec<Value> = counts.into_iter().map(count).collect();
        queues.push(json!({ "domain": mounted.domain, "counts": counts }));
    }
    Ok(answer(StatusCode::OK, &json!({ "queues": queues })))
}

pub(super) async fn list(call: &AdminCall<'_>) -> Answer {
    let domain = segment(call.path, 1)?;
    let asked = Asked::read(call.parts.uri.query())?;
    let jobs = queue(call, &domain)?.list(asked.state, &asked.after, asked.limit).await.map_err(|_| away())?;
    let next = (jobs.len() == asked.limit).then(|| jobs.last().map(|job| job.id.clone())).flatten();
    let jobs: Vec<Value> = jobs.iter().map(listed).collect();
    Ok(answer(StatusCode::OK, &json!({ "domain": domain, "jobs": jobs, "next": next })))
}

pub(super) async fn inspect(call: &AdminCall<'_>) -> Answer {
    let (domain, id) = (segment(call.path, 1)?, segment(call.path, 2)?);
    let info = queue(call, &domain)?.look_up(&id).await.map_err(|error| match error {
        JobError::Sql(_) => away(),
        _ => no_such_job(),
    })?;
    Ok(answer(StatusCode::OK, &inspected(&domain, &info)))
}

pub(super) async fn retry(call: &AdminCall<'_>) -> Answer {
    let (domain, id) = (segment(call.path, 1)?, segment(call.path, 2)?);
    queue(call, &domain)?.retry(&id).await.map_err(refused)?;
    tracing::info!(target: "ward::job", domain, job = id, "an operator lets a dead job be tried again");
    Ok(answer(StatusCode::OK, &json!({ "domain": domain, "id": id, "state": "waiting" })))
}

pub(super) async fn discard(call: &AdminCall<'_>) -> Answer {
    let (domain, id) = (segment(call.path, 1)?, segment(call.path, 2)?);
    queue(call, &domain)?.discard(&id).await.map_err(refused)?;
    tracing::info!(target: "ward::job", domain, job = id, "an operator discards a dead job");
    Ok(answer(StatusCode::OK, &json!({ "domain": domain, "id": id, "state": "discarded" })))
}

/// The queue of the plugin that is active in a domain.
fn queue(call: &AdminCall<'_>, domain: &str) -> Result<Queue, Failure> {
    let mounted = call.app.mounts.iter().find(|point| point.domain == domain).and_then(|point| point.active());
    let queue = mounted.as_ref().and_then(|mounted| mounted.jobs.clone());
    queue.ok_or_else(|| Failure {
        detail: "no plugin of this domain is active and has jobs".into(),
        ..Failure::not_found()
    })
}

fn away() -> Failure {
    Failure::unavailable("the jobs cannot be read now", RETRY)
}

fn no_such_job() -> Failure {
    Failure { detail: "there is no such job".into(), ..Failure::not_found() }
}

fn refused(error: OperatorError) -> Refusal {
    match error {
        OperatorError::NotFound => no_such_job().into(),
        error @ OperatorError::NotDead(_) => Refusal::Conflict(error.to_string()),
        OperatorError::Sql(SqlError::Unique(_)) => Refusal::Conflict("another job has its key".to_owned()),
        OperatorError::Sql(_) => away().into(),
    }
}

fn listed(job: &Listed) -> Value {
    json!({
        "id": job.id,
        "kind": job.kind,
        "state": job.state.name(),
        "attempt": job.attempt,
        "failures": job.failures,
        "attempts": job.attempts,
        "created": time(job.created),
        "started": job.started.and_then(time),
        "ended": job.ended.and_then(time),
    })
}

fn inspected(domain: &str, job: &Info) -> Value {
    json!({
        "domain": domain,
        "id": job.id,
        "kind": job.kind,
        "state": job.state.name(),
        "attempt": job.attempt,
        "priority": job.priority,
        "percent": job.percent,
        "reason": job.reason,
        "created": time(job.created),
        "started": job.started.and_then(time),
        "ended": job.ended.and_then(time),
    })
}

/// What the query of a list says.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    state: State,
    after: String,
    limit: usize,
}

impl Asked {
    fn read(query: Option<&str>) -> Result<Self, Failure> {
        let mut asked = Self { state: State::Dead, after: String::new(), limit: FEW };
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "state" => asked.state = State::of(&value).ok_or_else(|| malformed("`state` is no state of a job"))?,
                "after" if value.len() <= 64 => asked.after = value.into_owned(),
                "after" => return Err(malformed("`after` is no number of a job")),
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=PAGE).contains(limit));
                    asked.limit = limit.ok_or_else(|| malformed("`limit` is a number from 1 to 500"))?;
                }
                _ => return Err(malformed("the query has a parameter that this operation does not have")),
            }
        }
        Ok(asked)
    }
}

fn malformed(detail: &'static str) -> Failure {
    Failure::malformed(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_of_dead_jobs_unless_it_says_otherwise() {
        let asked = Asked::read(None).unwrap();
        assert_eq!(asked, Asked { state: State::Dead, after: String::new(), limit: FEW });
        let asked = Asked::read(Some("state=waiting&after=0192&limit=500")).unwrap();
        assert_eq!(asked, Asked { state: State::Waiting, after: "0192".into(), limit: 500 });
    }

    #[test]
    fn what_a_list_does_not_know_is_refused() {
        for query in ["state=lost", "limit=0", "limit=501", "limit=x", "kind=a", &format!("after={}", "x".repeat(65))] {
            assert!(Asked::read(Some(query)).is_err(), "{query}");
        }
    }
}
