//! The record of one request, from its beginning to its answer.

use super::AuditError;
use super::journal::Journal;
use super::mark::Mark;
use super::record::{BrokenGlass, NO_ANSWER, Record};
use super::touched::{PATIENT, Touched, is_id};

/// Names of the query's parameters that are recorded.
const MOST_NAMES: usize = 32;

/// A request that will be recorded: when it is answered, or when it ends without an answer.
pub struct Entry {
    journal: Journal,
    record: Option<Record>,
    touched: Touched,
}

/// What is known of a request when its operation has been found.
pub struct Asked<'a> {
    /// The request's identifier.
    pub request: &'a str,
    /// The plugin's domain.
    pub domain: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// Its mark.
    pub mark: &'a Mark,
    /// The values of the path's parameters, decoded, in their order.
    pub parameters: Vec<String>,
    /// The names of the query's parameters.
    pub query: Vec<String>,
    /// The client's address.
    pub address: String,
}

impl Entry {
    /// Of a request that begins.
    #[must_use]
    pub fn new(journal: &Journal, asked: Asked<'_>) -> Self {
        let touched = Touched::default();
        let known = |value: &String| is_id(value).then(|| value.clone());
        if let Some(patient) = asked.mark.patient.and_then(|place| asked.parameters.get(place)).and_then(known) {
            // One id that is one: there is room.
            let _ = touched.add(PATIENT, &[patient]);
        }
        let parameters = asked.mark.parameters.iter().cloned().zip(asked.parameters.iter().map(known)).collect();
        let record = Record {
            time: 0,
            node: journal.node().to_owned(),
            request: asked.request.to_owned(),
            domain: asked.domain.to_owned(),
            operation: asked.operation.to_owned(),
            action: asked.mark.action,
            account: None,
            roles: Vec::new(),
            address: asked.address,
            purpose: None,
            status: NO_ANSWER,
            parameters,
            query: asked.query.into_iter().filter(|name| is_id(name)).take(MOST_NAMES).collect(),
            touched: super::Ids::new(),
            break_glass: None,
        };
        Self { journal: journal.clone(), record: Some(record), touched }
    }

    /// Who asks.
    pub fn caller(&mut self, account: i64, roles: &[String]) {
        if let Some(record) = &mut self.record {
            record.account = Some(account);
            record.roles = roles.to_vec();
        }
    }

    /// Why.
    pub fn purpose(&mut self, code: &'static str) {
        if let Some(record) = &mut self.record {
            record.purpose = Some(code.to_owned());
        }
    }

    /// What the caller says to get past a denial.
    pub fn break_glass(&mut self, reason: String) {
        if let Some(record) = &mut self.record {
            record.break_glass = Some(BrokenGlass { reason, overridden: Vec::new() });
        }
    }

    /// What the instance that answers names.
    #[must_use]
    pub fn touched(&self) -> &Touched {
        &self.touched
    }

    /// Records that the request was answered with this status, and returns when that has reached the disk.
    /// Only then may the answer leave.
    ///
    /// # Errors
    /// It may not have.
    pub async fn commit(mut self, status: u16) -> Result<(), AuditError> {
        match self.complete(status) {
            Some(record) => self.journal.append(&record).await,
            None => Ok(()),
        }
    }

    fn complete(&mut self, status: u16) -> Option<Record> {
        let mut record = self.record.take()?;
        record.time = self.journal.now();
        record.status = status;
        let (touched, overridden) = self.touched.take();
        record.touched = touched;
        if let Some(broken) = &mut record.break_glass {
            broken.overridden = overridden;
        }
        Some(record)
    }
}

impl Drop for Entry {
    /// The client went away, or the host panicked: what was done was done all the same.
    fn drop(&mut self) {
        if let Some(record) = self.complete(NO_ANSWER) {
            self.journal.append_later(record);
        }
    }
}
