//! Asking Cedar.

use std::collections::HashMap;

use cedar_policy::{ActionConstraint, Authorizer, Context, Entities, EntityUid, Policy, PolicySet, Request, Schema};

use super::error::{Finding, PolicyError};
use super::{Decision, Policies};

/// The annotation of policies that differ when the glass is broken: such a `forbid` holds only while it is
/// whole, such a `permit` only when it is broken.
const BREAK_GLASS: &str = "break_glass";

/// Whether the caller gets past denials that may be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glass {
    /// No.
    Whole,
    /// Yes.
    Broken,
}

/// For every action the policies whose scope can match it, so that a decision evaluates no others.
#[derive(Debug)]
pub(super) struct Slices {
    by_action: HashMap<EntityUid, Slice>,
}

/// Of one action.
#[derive(Debug)]
struct Slice {
    whole: PolicySet,
    /// None where a broken glass changes nothing.
    broken: Option<PolicySet>,
}

impl Slice {
    fn of(&self, glass: Glass) -> &PolicySet {
        match (glass, &self.broken) {
            (Glass::Broken, Some(broken)) => broken,
            _ => &self.whole,
        }
    }
}

impl Slices {
    pub(super) fn new(set: &PolicySet, schema: &Schema, groups: &Entities) -> Result<Self, PolicyError> {
        let mut by_action = HashMap::new();
        for action in schema.actions() {
            let chosen = set.policies().filter(|policy| may_match(policy, action, groups)).cloned();
            let chosen: Vec<Policy> = chosen.collect();
            let broken = if chosen.iter().any(breaks) { Some(select(&chosen, Glass::Broken)?) } else { None };
            by_action.insert(action.clone(), Slice { whole: select(&chosen, Glass::Whole)?, broken });
        }
        Ok(Self { by_action })
    }

    /// Whether the schema has the action.
    pub(super) fn knows(&self, action: &EntityUid) -> bool {
        self.by_action.contains_key(action)
    }

    /// What the policies answer. Without a policy for the action nobody may.
    pub(super) fn decide(&self, request: &Request, entities: &Entities, glass: Glass) -> Decision {
        self.explain(request, entities, glass).0
    }

    /// The same with the ids of the policies that decided.
    pub(super) fn explain(&self, request: &Request, entities: &Entities, glass: Glass) -> (Decision, Vec<String>) {
        let Some(slice) = request.action().and_then(|action| self.by_action.get(action)) else {
            return (Decision::Deny(Vec::new()), Vec::new());
        };
        let slice = slice.of(glass);
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
        let mut reasons: Vec<String> = diagnostics.reason().map(ToString::to_string).collect();
        if response.decision() == cedar_policy::Decision::Allow && forbids.is_empty() {
            reasons.sort_unstable();
            return (Decision::Allow, reasons);
        }
        if response.decision() == cedar_policy::Decision::Deny {
            forbids.extend(reasons);
        }
        forbids.sort_unstable();
        (Decision::Deny(forbids.clone()), forbids)
    }
}

/// Whether a policy differs when the glass is broken.
pub(super) fn breaks(policy: &Policy) -> bool {
    policy.annotation(BREAK_GLASS).is_some()
}

fn select(policies: &[Policy], glass: Glass) -> Result<PolicySet, PolicyError> {
    let absent = match glass {
        Glass::Whole => cedar_policy::Effect::Permit,
        Glass::Broken => cedar_policy::Effect::Forbid,
    };
    let chosen = policies.iter().filter(|policy| !(breaks(policy) && policy.effect() == absent)).cloned();
    PolicySet::from_policies(chosen).map_err(|error| {
        let what = error.to_string();
        PolicyError::Policies(vec![Finding { file: "policies".into(), line: None, what }])
    })
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
        self.decide_domain(principal, action, entities)
    }

    /// The same for an action on the whole domain.
    pub(super) fn decide_domain(&self, principal: &EntityUid, action: &EntityUid, entities: &Entities) -> Decision {
        let request = Request::new(
            principal.clone(),
            action.clone(),
            self.domain.clone(),
            Context::empty(),
            Some(&self.vocabulary.schema),
        );
        match request {
            Ok(request) => self.slices.decide(&request, entities, Glass::Whole),
            Err(error) => {
                tracing::error!(target: "ward::policy", domain = %self.domain, %error, "an operation does not fit the schema");
                Decision::Deny(Vec::new())
            }
        }
    }
}
