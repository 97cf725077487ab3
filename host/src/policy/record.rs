//! Record-level questions of a plugin.

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, Request};
use serde_json::{Value, json};

use super::error::RecordError;
use super::principal::{Known, Subject};
use super::{Decision, Glass, Policies, schema};

/// Bytes of the attributes, and of the context.
const MOST_BYTES: usize = 64 << 10;
/// Levels of nesting of the attributes, and of the context.
const MOST_LEVELS: usize = 32;

/// What is asked about a record.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// An action of the plugin's schema.
    pub action: &'a str,
    /// The record's entity type.
    pub kind: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its attributes, a JSON object in Cedar's form.
    pub attributes: &'a str,
    /// A JSON object too.
    pub context: &'a str,
}

impl Policies {
    /// May the caller do it who has broken the glass? For the rest as [`Policies::record`].
    ///
    /// # Errors
    /// As there.
    pub fn record_broken<'a>(
        &self,
        caller: impl Into<Subject<'a>>,
        question: &Question<'_>,
    ) -> Result<Decision, RecordError> {
        Ok(self.ask(Some(caller.into()), question, Glass::Broken)?.0)
    }

    /// Whether the caller has the right to break the glass: a policy permits `Action::"ward:break-glass"`
    /// on the domain.
    #[must_use]
    pub fn may_break_glass(&self, subject: Subject<'_>) -> bool {
        let action = schema::uid("Action", schema::BREAK_GLASS);
        match self.known(&subject) {
            Ok(known) => self.decide_domain(&known.uid, &action, &known.entities).is_allowed(),
            Err(unfit) => {
                unfit.log(&self.domain, subject.account);
                false
            }
        }
    }

    /// May the caller do `action` to the record `kind::"id"`?
    ///
    /// `attributes` and `context` are JSON objects in Cedar's form, of at most 64 KiB and 32 levels;
    /// both are checked against the plugin's schema. Operations are not asked for here.
    ///
    /// # Errors
    /// The question does not fit the schema or a limit; says what, and may quote the guest's values.
    pub fn record<'a>(
        &self,
        caller: Option<impl Into<Subject<'a>>>,
        action: &str,
        kind: &str,
        id: &str,
        attributes: &str,
        context: &str,
    ) -> Result<Decision, RecordError> {
        let question = Question { action, kind, id, attributes, context };
        Ok(self.ask(caller.map(Into::into), &question, Glass::Whole)?.0)
    }

    /// The answer, and the ids of the policies that made it.
    pub(super) fn ask(
        &self,
        caller: Option<Subject<'_>>,
        question: &Question<'_>,
        glass: Glass,
    ) -> Result<(Decision, Vec<String>), RecordError> {
        let action = schema::uid("Action", question.action);
        let hosts = self.operations.contains(&action) || question.action == schema::BREAK_GLASS;
        if hosts || !self.slices.knows(&action) {
            return Err(RecordError::UnknownAction);
        }
        let resource = self.resource(question.kind, question.id, question.attributes)?;
        let context = object(question.context, "context")?;
        let context = Context::from_json_value(context, Some((&self.vocabulary.schema, &action)))
            .map_err(|error| RecordError::Context(chain(&error)))?;
        let Some(principal) = self.principal(caller) else { return Ok((Decision::Deny(Vec::new()), Vec::new())) };
        let request = Request::new(principal.uid, action, resource.uid(), context, Some(&self.vocabulary.schema))
            .map_err(|error| RecordError::DoesNotApply(chain(&error)))?;
        let entities = principal
            .entities
            .add_entities([resource], None)
            .map_err(|error| RecordError::Attributes(chain(&error)))?;
        Ok(self.slices.explain(&request, &entities, glass))
    }

    /// Nothing where the account does not fit the schema: it may do nothing.
    pub(super) fn principal(&self, caller: Option<Subject<'_>>) -> Option<Known> {
        let Some(subject) = caller else {
            return Some(Known { uid: schema::anonymous(), entities: self.base.clone() });
        };
        match self.known(&subject) {
            Ok(known) => Some(known.into_owned()),
            Err(unfit) => {
                unfit.log(&self.domain, subject.account);
                None
            }
        }
    }

    fn resource(&self, kind: &str, id: &str, attributes: &str) -> Result<Entity, RecordError> {
        let attributes = object(attributes, "attributes")?;
        let kind: EntityTypeName = kind.parse().map_err(|_| RecordError::UnknownKind)?;
        let name = kind.to_string();
        // A guest must not describe accounts or roles: those are the host's to know.
        let host = schema::HOST_TYPES.contains(&name.as_str());
        if host || !self.vocabulary.schema.entity_types().any(|known| *known == kind) {
            return Err(RecordError::UnknownKind);
        }
        let uid = EntityUid::from_type_name_and_id(kind, EntityId::new(id));
        let json = json!({
            "uid": {"type": name, "id": uid.id().unescaped()},
            "attrs": attributes,
            "parents": [],
        });
        Entity::from_json_value(json, Some(&self.vocabulary.schema))
            .map_err(|error| RecordError::Attributes(chain(&error)))
    }
}

/// What is wrong, with its causes: Cedar's first sentence alone does not say what.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// A JSON object within the limits.
fn object(text: &str, what: &'static str) -> Result<Value, RecordError> {
    if text.len() > MOST_BYTES {
        return Err(RecordError::TooLarge(what));
    }
    // serde_json gives up at 128 levels, so the recursion below is bounded as well.
    let value: Value = serde_json::from_str(text).map_err(|_| RecordError::NotAnObject(what))?;
    if !value.is_object() {
        return Err(RecordError::NotAnObject(what));
    }
    if levels(&value) > MOST_LEVELS {
        return Err(RecordError::TooLarge(what));
    }
    Ok(value)
}

fn levels(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(levels).max(),
        Value::Object(fields) => fields.values().map(levels).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}
