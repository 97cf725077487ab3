//! The operations about who touched whose data.

use axum::body::Body;
use chrono::DateTime;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::answers::{self, answer};
use super::{AdminCall, Refusal};
use crate::audit::query::{Filter, MOST, Numbered, Outcome, Page};
use crate::audit::{AuditError, Entry, PATIENT, fhir};
use crate::gateway::failure::Failure;

type Answer = Result<Response<Body>, Refusal>;

/// Records of one page where nobody says how many.
const USUAL: u32 = 100;
/// Characters of a filter.
const LONGEST: usize = 128;
/// Seconds after which a client may try again when the records cannot be read.
const RETRY: u32 = 5;

pub(super) async fn list(call: &AdminCall<'_>, entry: Option<&Entry>) -> Answer {
    let (page, _) = find(call, entry).await?;
    let records: Vec<Value> = page.records.iter().map(record).collect();
    Ok(answer(StatusCode::OK, &json!({ "records": records, "next": page.next })))
}

pub(super) async fn bundle(call: &AdminCall<'_>, entry: Option<&Entry>) -> Answer {
    let (page, asked) = find(call, entry).await?;
    let next = page.next.map(|before| format!("{}/audit/bundle?{}", super::PREFIX, with_before(&asked, before)));
    let mut response = answer(StatusCode::OK, &fhir::bundle(&page.records, next.as_deref()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(fhir::MEDIA_TYPE));
    Ok(response)
}

async fn find(call: &AdminCall<'_>, entry: Option<&Entry>) -> Result<(Page, String), Refusal> {
    let asked = call.parts.uri.query().unwrap_or_default();
    let filter = read(asked)?;
    if let (Some(entry), Some(patient)) = (entry, &filter.patient) {
        // What is no id has no records, and is not in this one.
        let _ = entry.touched().add(PATIENT, std::slice::from_ref(patient));
    }
    let page = call.app.audit.find(&filter).await.map_err(|error| unreadable(&error))?;
    Ok((page, asked.to_owned()))
}

fn unreadable(error: &AuditError) -> Failure {
    tracing::error!(%error, "audit records cannot be read");
    match error {
        AuditError::Unreadable(_) => Failure::host_failed(),
        _ => Failure::unavailable("the audit records cannot be read now", RETRY),
    }
}

/// A record as it is, but for its time.
fn record(of: &Numbered) -> Value {
    let mut value = serde_json::to_value(&of.record).unwrap_or_default();
    value["number"] = of.number.into();
    value["hash"] = of.hash.clone().into();
    value["time"] = answers::time(of.record.time).into();
    value["parameters"] = of.record.parameters.iter().map(|(name, id)| (name.clone(), json!(id))).collect();
    value["break_glass"] = json!(of.record.break_glass);
    value
}

/// What the query asks for. Each parameter once, and none that there is not.
fn read(query: &str) -> Result<Filter, Failure> {
    let mut filter = Filter { limit: USUAL, ..Filter::default() };
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if seen.contains(&name) {
            return Err(Failure::malformed("the query has a parameter twice"));
        }
        set(&mut filter, &name, &value)?;
        seen.push(name);
    }
    Ok(filter)
}

fn set(filter: &mut Filter, name: &str, value: &str) -> Result<(), Failure> {
    match name {
        "account" => filter.account = Some(number(value)?),
        "patient" => filter.patient = Some(word(value)?),
        "domain" => filter.domain = Some(word(value)?),
        "operation" => filter.operation = Some(word(value)?),
        "outcome" => filter.outcome = Some(outcome(value)?),
        "from" => filter.from = Some(time(value)?),
        "until" => filter.until = Some(time(value)?),
        "break_glass" => filter.break_glass = Some(flag(value)?),
        "before" => filter.before = Some(number(value)?),
        "limit" => {
            let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
            filter.limit = limit.ok_or_else(|| Failure::malformed("`limit` is a number from 1 to 1000"))?;
        }
        _ => return Err(Failure::malformed("the query has a parameter that this operation does not have")),
    }
    Ok(())
}

fn number(value: &str) -> Result<i64, Failure> {
    value.parse().map_err(|_| Failure::malformed("`account` and `before` are numbers"))
}

fn word(value: &str) -> Result<String, Failure> {
    let fits = !value.is_empty() && value.chars().count() <= LONGEST && !value.contains('\0');
    let wrong = "`patient`, `domain` and `operation` are words of at most 128 characters";
    if fits { Ok(value.to_owned()) } else { Err(Failure::malformed(wrong)) }
}

fn outcome(value: &str) -> Result<Outcome, Failure> {
    match value {
        "success" => Ok(Outcome::Success),
        "denied" => Ok(Outcome::Denied),
        "failure" => Ok(Outcome::Failure),
        _ => Err(Failure::malformed("`outcome` is `success`, `denied` or `failure`")),
    }
}

fn flag(value: &str) -> Result<bool, Failure> {
    value.parse().map_err(|_| Failure::malformed("`break_glass` is `true` or `false`"))
}

fn time(value: &str) -> Result<i64, Failure> {
    let time = DateTime::parse_from_rfc3339(value);
    let wrong = "`from` and `until` are times as in RFC 3339, such as 2026-01-31T08:00:00Z";
    time.map(|time| time.timestamp_millis()).map_err(|_| Failure::malformed(wrong))
}

/// The same query for the next page.
fn with_before(query: &str, before: i64) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "before");
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("before", &before.to_string())
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_what_it_cannot_be_is_refused() {
        let filter =
            read("account=7&patient=study%3A4&outcome=denied&from=2026-01-31T08:00:00%2B08:00&break_glass=true")
                .unwrap();
        assert_eq!((filter.account, filter.patient.as_deref()), (Some(7), Some("study:4")));
        assert_eq!((filter.outcome, filter.break_glass, filter.limit), (Some(Outcome::Denied), Some(true), USUAL));
        assert_eq!(filter.from, Some(1_769_817_600_000));
        for wrong in [
            "account=x",
            "account=1&account=2",
            "outcome=403",
            "from=yesterday",
            "break_glass=yes",
            "limit=0",
            "limit=1001",
            "patient=",
            "patient=%00",
            "name=x",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_next_page_keeps_what_was_asked_for() {
        assert_eq!(with_before("patient=a%26b&before=9", 4), "patient=a%26b&before=4");
        assert_eq!(with_before("", 4), "before=4");
    }
}
