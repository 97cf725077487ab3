//! A decision with the policies that made it, for operators.

use std::collections::HashMap;

use cedar_policy::{Context, Effect, Policy, PolicyId, Request};

use super::{Decision, Glass, Policies, Question, RecordError, Subject, schema};

/// Where a policy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its `@id`, or file and line.
    pub id: String,
    /// The file, as the operator knows it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Whether it forbids; else it permits.
    pub forbids: bool,
    /// Its annotations but `@id`: name and value, ordered.
    pub annotations: Vec<(String, String)>,
}

impl Origin {
    pub(super) fn of(policy: &Policy, file: &str, line: usize) -> Self {
        let mut annotations: Vec<(String, String)> = policy
            .annotations()
            .filter(|(name, _)| *name != "id")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        annotations.sort_unstable();
        let (id, forbids) = (policy.id().to_string(), policy.effect() == Effect::Forbid);
        Self { id, file: file.to_owned(), line, forbids, annotations }
    }
}

/// The origins of all policies of a set.
pub(super) type Origins = HashMap<PolicyId, Origin>;

/// What an operator asks about.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// May the operation be called?
    Operation(&'a str),
    /// May this be done to the record?
    Record(Question<'a>),
}

/// A decision and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The decision.
    pub decision: Decision,
    /// The policies that made it; none where nothing permits.
    pub policies: Vec<Origin>,
}

impl Policies {
    /// Whether an operation, or an action on records, has this name.
    #[must_use]
    pub fn names_action(&self, action: &str) -> Option<bool> {
        let uid = schema::uid("Action", action);
        let is_operation = self.operations.contains(&uid) || action == schema::BREAK_GLASS;
        (is_operation || self.slices.knows(&uid)).then_some(is_operation)
    }

    /// The decision and the policies that made it.
    ///
    /// # Errors
    /// The question does not fit the schema.
    pub fn explain(
        &self,
        caller: Option<Subject<'_>>,
        asked: &Asked<'_>,
        glass: Glass,
    ) -> Result<Explained, RecordError> {
        let (decision, reasons) = match asked {
            Asked::Record(question) => self.ask(caller, question, glass)?,
            Asked::Operation(operation) => self.ask_operation(caller, operation, glass)?,
        };
        let policies = reasons.iter().filter_map(|id| self.origins.get(&PolicyId::new(id)).cloned()).collect();
        Ok(Explained { decision, policies })
    }

    fn ask_operation(
        &self,
        caller: Option<Subject<'_>>,
        operation: &str,
        glass: Glass,
    ) -> Result<(Decision, Vec<String>), RecordError> {
        let Some(principal) = self.principal(caller) else { return Ok((Decision::Deny(Vec::new()), Vec::new())) };
        let action = schema::uid("Action", operation);
        let schema = Some(&self.vocabulary.schema);
        let request = Request::new(principal.uid, action, self.domain.clone(), Context::empty(), schema)
            .map_err(|error| RecordError::DoesNotApply(error.to_string()))?;
        Ok(self.slices.explain(&request, &principal.entities, glass))
    }
}
