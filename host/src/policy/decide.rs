//! Asking Cedar.

use std::collections::HashMap;

use cedar_policy::{ActionConstraint, Authorizer, Context, Entities, EntityUid, Policy, PolicySet, Request, Schema};

use super::error::{Finding, PolicyError};
use super::{Decision, Policies};

/// For every action the policies whose scope can match it, so that a decision evaluates no others.
#[derive(Debug)]
pub(super) struct Slices {
    by_action: HashMap<EntityUid, PolicySet>,
}

impl Slices {
    pub(super) fn new(set: &PolicySet, schema: &Schema, groups: &Entities) -> Result<Self, PolicyError> {
        let mut by_action = HashMap::new();
        for action in schema.actions() {
            let chosen = set.policies().filter(|policy| may_match(policy, action, groups)).cloned();
            let slice = PolicySet::from_policies(chosen).map_err(|error| {
                let what = error.to_string();
                PolicyError::Policies(vec![Finding { file: "policies".into(), line: None, what }])
            })?;
            by_action.insert(action.clone(), slice);
        }
        Ok(Self { by_action })
    }

    /// Whether the schema has the action.
    pub(super) fn knows(&self, action: &EntityUid) -> bool {
        self.by_action.contains_key(action)
    }

    /// What the policies answer. Without a policy for the action nobody may.
    pub(super) fn decide(&self, request: &Request, entities: &Entities) -> Decision {
        let Some(slice) = request.action().and_then(|action| self.by_action.get(action)) else {
            return Decision::Deny(Vec::new());
        };
        let response = Authorizer::new().is_authorized(request, slice, entities);
        let diagnostics = response.diagnostics();
        // Cedar passes over a policy that cannot be evaluated (an overflow, say). A `forbid` must not
        // be lost like that: it denies.
        let mut forbids: Vec<String> = diagnostics
            .errors()
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id())
            .filter(|id| slice.policy(id).is_some_and(|policy| policy.effect() == cedar_policy::Effect::Forbid))
            .map(ToString::to_string)
            .collect();
        if response.decision() == cedar_policy::Decision::Allow && forbids.is_empty() {
            return Decision::Allow;
        }
        if response.decision() == cedar_policy::Decision::Deny {
            forbids.extend(diagnostics.reason().map(ToString::to_string));
        }
        forbids.sort_unstable();
        Decision::Deny(forbids)
    }
}

fn may_match(policy: &Policy, action: &EntityUid, groups: &Entities) -> bool {
    let within = |group: &EntityUid| group == action || groups.is_ancestor_of(group, action);
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(several) => several.iter().any(within),
    }
}

impl Policies {
    /// Decides an operation for a principal that `entities` describe. The context is always empty:
    /// the answer depends on the principal alone.
    pub(super) fn decide(&self, principal: &EntityUid, operation: usize, entities: &Entities) -> Decision {
        let Some(action) = self.operations.get(operation) else { return Decision::Deny(Vec::new()) };
        let request = Request::new(
            principal.clone(),
            action.clone(),
            self.domain.clone(),
            Context::empty(),
            Some(&self.vocabulary.schema),
        );
        match request {
            Ok(request) => self.slices.decide(&request, entities),
            Err(error) => {
                tracing::error!(target: "ward::policy", domain = %self.domain, %error, "an operation does not fit the schema");
                Decision::Deny(Vec::new())
            }
        }
    }
}
