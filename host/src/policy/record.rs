//! Record-level questions of a plugin.

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, Request};
use serde_json::{Value, json};

use super::error::RecordError;
use super::principal::{Known, Subject};
use super::{Decision, Policies, schema};

/// Bytes of the attributes, and of the context.
const MOST_BYTES: usize = 64 << 10;
/// Levels of nesting of the attributes, and of the context.
const MOST_LEVELS: usize = 32;

impl Policies {
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
        let action = schema::uid("Action", action);
        if !self.slices.knows(&action) || self.operations.contains(&action) {
            return Err(RecordError::UnknownAction);
        }
        let resource = self.resource(kind, id, attributes)?;
        let context = Context::from_json_value(object(context, "context")?, Some((&self.vocabulary.schema, &action)))
            .map_err(|error| RecordError::Context(chain(&error)))?;
        let Some(principal) = self.principal(caller.map(Into::into)) else { return Ok(Decision::Deny(Vec::new())) };
        let request = Request::new(principal.uid, action, resource.uid(), context, Some(&self.vocabulary.schema))
            .map_err(|error| RecordError::DoesNotApply(chain(&error)))?;
        let entities = principal
            .entities
            .add_entities([resource], None)
            .map_err(|error| RecordError::Attributes(chain(&error)))?;
        Ok(self.slices.decide(&request, &entities))
    }

    /// Nothing where the account does not fit the schema: it may do nothing.
    fn principal(&self, caller: Option<Subject<'_>>) -> Option<Known> {
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
