//! Looking for records.

use super::AuditError;
use super::journal::Journal;
use super::record::Record;
use super::store::COLUMNS;
use super::touched::PATIENT;
use crate::storage::Value;

/// Records of one page, at most.
pub const MOST: u32 = 1_000;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Below 400.
    Success,
    /// 401 or 403.
    Denied,
    /// Any other.
    Failure,
}

/// Which records; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this caller.
    pub account: Option<i64>,
    /// Naming this patient.
    pub patient: Option<String>,
    /// Of this domain.
    pub domain: Option<String>,
    /// Of this operation.
    pub operation: Option<String>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// At this time or later: milliseconds since 1970.
    pub from: Option<i64>,
    /// Before this time.
    pub until: Option<i64>,
    /// With, or without, words to get past a denial.
    pub break_glass: Option<bool>,
    /// With a lower number: the next page.
    pub before: Option<i64>,
    /// How many, [`MOST`] or fewer.
    pub limit: u32,
}

/// A record and its place in the chain.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Its number.
    pub number: i64,
    /// Its hash.
    pub hash: String,
    /// What it says.
    pub record: Record,
}

/// A page of records, the newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// They.
    pub records: Vec<Numbered>,
    /// What to ask for next with [`Filter::before`]; none where there are no more.
    pub next: Option<i64>,
}

impl Journal {
    /// The records that fit, the newest first.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn find(&self, filter: &Filter) -> Result<Page, AuditError> {
        let limit = filter.limit.clamp(1, MOST);
        let (select, params) = statement(filter, limit + 1);
        let mut stored = self.store().records(&select, &params).await?;
        let more = stored.len() > limit as usize;
        stored.truncate(limit as usize);
        let next = stored.last().filter(|_| more).map(|last| last.number);
        let read = |one: super::store::Stored| {
            let record = serde_json::from_str(&one.content).map_err(|_| AuditError::Unreadable(one.number))?;
            Ok(Numbered { number: one.number, hash: one.hash, record })
        };
        Ok(Page { records: stored.into_iter().map(read).collect::<Result<_, AuditError>>()?, next })
    }
}

/// The conditions come from this list alone; what was sent is only ever a parameter.
fn statement(filter: &Filter, limit: u32) -> (String, Vec<Value>) {
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    let outcome = filter.outcome.map(|outcome| match outcome {
        Outcome::Success => "status < 400",
        Outcome::Denied => "status IN (401, 403)",
        Outcome::Failure => "status >= 400 AND status NOT IN (401, 403)",
    });
    let mut conditions: Vec<String> = outcome.map(str::to_owned).into_iter().collect();
    let mut params = Vec::new();
    let of_patient = format!("number IN (SELECT number FROM audit_touched WHERE kind = '{PATIENT}' AND id = ?)");
    for (condition, value) in [
        ("account = ?", filter.account.map(Value::Int)),
        (of_patient.as_str(), text(&filter.patient)),
        ("domain = ?", text(&filter.domain)),
        ("operation = ?", text(&filter.operation)),
        ("time >= ?", filter.from.map(Value::Int)),
        ("time < ?", filter.until.map(Value::Int)),
        ("break_glass = ?", filter.break_glass.map(Value::Bool)),
        ("number < ?", filter.before.map(Value::Int)),
    ] {
        if let Some(value) = value {
            params.push(value);
            conditions.push(condition.replace('?', &format!("${}", params.len())));
        }
    }
    let wanted = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    (format!("SELECT {COLUMNS} FROM audit_record{wanted} ORDER BY number DESC LIMIT {limit}"), params)
}
