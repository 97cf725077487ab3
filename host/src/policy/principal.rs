//! The caller as Cedar sees it.

use std::borrow::Cow;

use cedar_policy::{Entities, Entity, EntityUid, Schema};
use serde_json::{Map, Value, json};

use super::{DecisionCache, Policies, schema};

/// An authenticated caller: what policies may know of it, and the decisions it remembers.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The account's number.
    pub account: i64,
    /// The name it is shown by.
    pub login: &'a str,
    /// Roles in the mount's domain.
    pub roles: &'a [String],
    /// Attributes in the mount's domain: name and JSON value.
    pub attributes: &'a [(String, String)],
    /// What this session may do, as far as it was asked.
    pub decisions: &'a DecisionCache,
}

/// A caller that fits the schema.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub uid: EntityUid,
    /// The account and the action groups.
    pub entities: Entities,
}

/// The account does not fit the schema because of this attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    attribute: Option<String>,
}

impl Unfit {
    /// Tells the operator, without any value.
    pub(super) fn log(&self, domain: &EntityUid, account: i64) {
        let attribute = self.attribute.as_deref().unwrap_or("(none of them alone)");
        tracing::error!(
            target: "ward::policy",
            domain = domain.id().unescaped(), account, attribute,
            "an account attribute does not fit the schema: the account may do nothing",
        );
    }
}

impl Policies {
    /// The subject as an entity of this schema, from the session where it is remembered there.
    pub(super) fn known<'a>(&self, subject: &Subject<'a>) -> Result<Cow<'a, Known>, Unfit> {
        if let Some(known) = subject.decisions.known(self.generation) {
            return Ok(Cow::Borrowed(known));
        }
        let known = self.describe(subject).ok_or_else(|| self.unfit(subject))?;
        subject.decisions.remember(self.generation, &known);
        Ok(Cow::Owned(known))
    }

    /// An account with one role and no attributes, whatever the schema demands of accounts.
    pub(super) fn example(&self, role: &str) -> (EntityUid, Entities) {
        let account = account(0, "", &[role], &Map::new());
        let known = Entity::from_json_value(account, None).ok().and_then(|entity| self.with_groups(entity));
        match known {
            Some(known) => (known.uid, known.entities),
            None => (schema::uid("Account", "0"), self.base.clone()),
        }
    }

    fn describe(&self, subject: &Subject<'_>) -> Option<Known> {
        let mut attributes = Map::new();
        for (name, json) in subject.attributes {
            attributes.insert(name.clone(), serde_json::from_str(json).ok()?);
        }
        self.with_groups(self.entity(subject, &attributes, &self.vocabulary.schema)?)
    }

    fn with_groups(&self, entity: Entity) -> Option<Known> {
        let uid = entity.uid();
        Some(Known { uid, entities: self.base.clone().add_entities([entity], None).ok()? })
    }

    fn entity(&self, subject: &Subject<'_>, attributes: &Map<String, Value>, schema: &Schema) -> Option<Entity> {
        // A role that the plugin no longer declares permits nothing and must not spoil the others.
        let roles: Vec<&str> =
            subject.roles.iter().filter(|role| self.vocabulary.roles.contains(role)).map(String::as_str).collect();
        let json = account(subject.account, subject.login, &roles, attributes);
        Entity::from_json_value(json, Some(schema)).ok()
    }

    /// Finds the attribute at fault by trying each alone where none is demanded.
    fn unfit(&self, subject: &Subject<'_>) -> Unfit {
        let fits_alone = |name: &String, json: &String| {
            let Ok(value) = serde_json::from_str::<Value>(json) else { return false };
            let only = Map::from_iter([(name.clone(), value)]);
            self.entity(subject, &only, &self.vocabulary.lenient).is_some()
        };
        let wrong = subject.attributes.iter().find(|(name, json)| !fits_alone(name, json)).map(|(name, _)| name);
        let has = |name: &String| subject.attributes.iter().any(|(has, _)| has == name);
        let missing = || self.vocabulary.attributes.iter().find(|(name, required)| *required && !has(name));
        Unfit { attribute: wrong.or_else(|| missing().map(|(name, _)| name)).cloned() }
    }
}

fn account(number: i64, login: &str, roles: &[&str], attributes: &Map<String, Value>) -> Value {
    let parents: Vec<Value> = roles.iter().map(|role| json!({"type": "Role", "id": role})).collect();
    json!({
        "uid": {"type": "Account", "id": number.to_string()},
        "attrs": {"login": login, "roles": roles, "attributes": attributes},
        "parents": parents,
    })
}
