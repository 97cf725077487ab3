//! Cedar: who may call which operation, and who may do what to which record.
//!
//! One [`Policies`] for each mount holds the host's schema, the plugin's fragment of it, the plugin's
//! policies and the hospital's own. What no policy permits is denied, and one `forbid` outweighs every
//! `permit`. A policy that does not fit the schema is found when the mount is built, never at a request.

mod cache;
mod decide;
mod error;
mod explain;
mod principal;
mod record;
mod schema;
mod source;
#[cfg(test)]
mod tests;

use cedar_policy::{Entities, EntityUid};

pub use cache::DecisionCache;
pub use decide::Glass;
pub use error::{Finding, PolicyError, RecordError};
pub use explain::{Asked, Explained, Origin};
pub use principal::Subject;
pub use record::Question;

use decide::Slices;
use explain::Origins;
use schema::Vocabulary;

/// What the policies say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A policy permits it and none forbids it.
    Allow,
    /// The ids of the `forbid` policies that denied; empty where none permitted.
    Deny(Vec<String>),
}

impl Decision {
    /// Whether it may be done.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow)
    }
}

/// The policies of one mount, compiled.
#[derive(Debug)]
pub struct Policies {
    /// Tells this set from every other one of this process, so that no session keeps decisions of another.
    generation: u32,
    vocabulary: Vocabulary,
    slices: Slices,
    /// By operation: its action.
    operations: Vec<EntityUid>,
    /// By operation: what the anonymous caller may do. Pure, therefore decided once.
    anonymous: Vec<Decision>,
    /// The action groups of the plugin's schema, which every decision needs.
    base: Entities,
    /// The resource of every operation.
    domain: EntityUid,
    /// By policy: where it stands.
    origins: Origins,
}

impl Policies {
    /// Builds the policies of the mount of `domain`.
    ///
    /// `operations` are the operation ids of its document, `roles` those of its description,
    /// `plugin_schema` and `plugin_policies` what the plugin brings (either may be empty), `site` the
    /// hospital's own files: name and text.
    ///
    /// # Errors
    /// Everything that is wrong with the schema or with a policy, each with its file and line.
    pub fn build(
        domain: &str,
        operations: &[String],
        roles: &[String],
        plugin_schema: &str,
        plugin_policies: &str,
        site: &[(String, String)],
    ) -> Result<Self, PolicyError> {
        let vocabulary = Vocabulary::build(operations, roles, plugin_schema)?;
        let mut files = vec![(format!("{domain}.cedar (plugin)"), plugin_policies)];
        files.extend(site.iter().map(|(name, text)| (name.clone(), text.as_str())));
        let (set, origins) = source::load(&files, &vocabulary.schema)?;
        let base = schema::action_groups(&vocabulary.schema)?;
        let operations: Vec<EntityUid> = operations.iter().map(|name| schema::uid("Action", name)).collect();
        let mut policies = Self {
            generation: cache::next_generation(),
            slices: Slices::new(&set, &vocabulary.schema, &base)?,
            vocabulary,
            anonymous: Vec::new(),
            operations,
            base,
            domain: schema::uid("Domain", domain),
            origins,
        };
        policies.anonymous = (0..policies.operations.len())
            .map(|operation| policies.decide(&schema::anonymous(), operation, &policies.base))
            .collect();
        Ok(policies)
    }

    /// May the caller call the operation? `operation` is an index into the operations of
    /// [`Policies::build`]; one that is not there is denied.
    ///
    /// The answer depends on nothing but the caller's account, roles and attributes, so it is remembered
    /// in the session; only a denial by a `forbid` is evaluated again, to name it.
    #[must_use]
    pub fn gateway<'a>(&self, caller: Option<impl Into<Subject<'a>>>, operation: usize) -> Decision {
        let Some(subject) = caller.map(Into::into) else {
            return self.anonymous.get(operation).cloned().unwrap_or_else(|| Decision::Deny(Vec::new()));
        };
        if let Some(allowed) = subject.decisions.get(self.generation, operation) {
            return if allowed { Decision::Allow } else { Decision::Deny(Vec::new()) };
        }
        let decision = match self.known(&subject) {
            Ok(known) => self.decide(&known.uid, operation, &known.entities),
            Err(unfit) => {
                unfit.log(&self.domain, subject.account);
                Decision::Deny(Vec::new())
            }
        };
        match &decision {
            Decision::Allow => subject.decisions.put(self.generation, operation, true, self.operations.len()),
            Decision::Deny(forbids) if forbids.is_empty() => {
                subject.decisions.put(self.generation, operation, false, self.operations.len());
            }
            Decision::Deny(_) => {}
        }
        decision
    }

    /// Who may call what: role, operation, whether. An account stands for each role that has only that
    /// role and no attributes; the last rows are of the role `anonymous`, without an account.
    #[must_use]
    pub fn table(&self, roles: &[String]) -> Vec<(String, String, bool)> {
        let mut rows = Vec::new();
        for role in roles {
            let (uid, entities) = self.example(role);
            for operation in 0..self.operations.len() {
                let allowed = self.decide(&uid, operation, &entities).is_allowed();
                rows.push((role.clone(), self.operation_name(operation), allowed));
            }
        }
        for (operation, decision) in self.anonymous.iter().enumerate() {
            rows.push(("anonymous".into(), self.operation_name(operation), decision.is_allowed()));
        }
        rows
    }

    fn operation_name(&self, operation: usize) -> String {
        self.operations[operation].id().unescaped().to_owned()
    }
}
