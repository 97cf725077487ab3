//! The schema of one mount: the host's part and the plugin's.

use cedar_policy::{Entities, EntityId, EntityTypeName, EntityUid, Schema, SchemaFragment};
use serde_json::{Map, Value, json};

use super::error::{Finding, PolicyError};
use super::source;

/// The types that only the host declares.
pub(super) const HOST_TYPES: [&str; 4] = ["Account", "Anonymous", "Domain", "Role"];
/// To get past the denials of records that may be broken. No operation can have this name.
pub(super) const BREAK_GLASS: &str = "ward:break-glass";
/// The type by which a plugin says what its accounts carry.
const ATTRIBUTES: &str = "AccountAttributes";
/// How errors call the plugin's fragment.
const FILE: &str = "the plugin's schema";

/// Everything that policies of one mount may speak of.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub schema: Schema,
    /// The same schema with every account attribute optional: tells which of them does not fit.
    pub lenient: Schema,
    pub roles: Vec<String>,
    /// Declared account attributes, and whether each must be there.
    pub attributes: Vec<(String, bool)>,
}

impl Vocabulary {
    pub(super) fn build(operations: &[String], roles: &[String], plugin: &str) -> Result<Self, PolicyError> {
        let host = host_fragment(operations, roles)?;
        let mut plugin = plugin_fragment(plugin)?;
        let record = account_attributes(&mut plugin)?;
        let attributes = record.iter().map(|(name, kind)| (name.clone(), is_required(kind))).collect();
        let schema = link(&host, &plugin)?;
        for kind in account_attributes(&mut plugin)?.values_mut() {
            kind["required"] = Value::Bool(false);
        }
        Ok(Self { schema, lenient: link(&host, &plugin)?, roles: roles.to_vec(), attributes })
    }
}

/// `kind::"id"`. The kinds used here are the host's own, so they always parse.
pub(super) fn uid(kind: &'static str, id: &str) -> EntityUid {
    let kind: EntityTypeName = kind.parse().expect("a plain identifier is a type name");
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

/// The principal of a caller without an account.
pub(super) fn anonymous() -> EntityUid {
    uid("Anonymous", "anonymous")
}

/// The actions that belong to groups: decisions need only those as entities.
pub(super) fn action_groups(schema: &Schema) -> Result<Entities, PolicyError> {
    let all = schema.action_entities().map_err(|error| wrong(None, &error))?;
    let grouped = all.iter().filter(|action| all.ancestors(&action.uid()).is_some_and(|mut of| of.next().is_some()));
    Entities::from_entities(grouped.cloned(), None).map_err(|error| wrong(None, &error))
}

/// Built as JSON, so that no operation id can break out of its quotes.
fn host_fragment(operations: &[String], roles: &[String]) -> Result<Value, PolicyError> {
    let mut actions = Map::new();
    for operation in operations {
        let action = json!({"appliesTo": {"principalTypes": ["Account", "Anonymous"], "resourceTypes": ["Domain"]}});
        if actions.insert(operation.clone(), action).is_some() {
            return Err(PolicyError::DuplicateOperation(operation.clone()));
        }
    }
    let accounts = json!({"appliesTo": {"principalTypes": ["Account"], "resourceTypes": ["Domain"]}});
    actions.insert(BREAK_GLASS.to_owned(), accounts);
    // Enumerated, so that a policy that names a role which does not exist is an error.
    let role = if roles.is_empty() { json!({}) } else { json!({"enum": roles}) };
    Ok(json!({"": {
        "entityTypes": {
            "Role": role,
            "Domain": {},
            "Anonymous": {},
            "Account": {"memberOfTypes": ["Role"], "shape": {"type": "Record", "attributes": {
                "login": {"type": "String"},
                "roles": {"type": "Set", "element": {"type": "String"}},
                "attributes": {"type": ATTRIBUTES},
            }}},
        },
        "actions": actions,
    }}))
}

/// The plugin's fragment as JSON, with an empty `AccountAttributes` where it declares none.
fn plugin_fragment(text: &str) -> Result<Value, PolicyError> {
    let (fragment, _warnings) =
        SchemaFragment::from_cedarschema_str(text).map_err(|error| wrong(source::line_of(&error, text), &error))?;
    let mut fragment = fragment.to_json_value().map_err(|error| wrong(None, &error))?;
    let root = &mut fragment[""];
    if root.is_null() {
        *root = json!({"entityTypes": {}, "actions": {}});
    }
    let types = &mut root["commonTypes"];
    if types[ATTRIBUTES].is_null() {
        types[ATTRIBUTES] = json!({"type": "Record", "attributes": {}});
    }
    Ok(fragment)
}

fn account_attributes(plugin: &mut Value) -> Result<&mut Map<String, Value>, PolicyError> {
    plugin[""]["commonTypes"][ATTRIBUTES]["attributes"].as_object_mut().ok_or_else(|| {
        let what = format!("`{ATTRIBUTES}` must be a record, written out");
        PolicyError::Schema(Finding { file: FILE.into(), line: None, what })
    })
}

fn is_required(kind: &Value) -> bool {
    kind["required"].as_bool().unwrap_or(true)
}

fn link(host: &Value, plugin: &Value) -> Result<Schema, PolicyError> {
    let fragment = |json: &Value| SchemaFragment::from_json_value(json.clone()).map_err(|error| wrong(None, &error));
    let fragments = [fragment(host)?, fragment(plugin)?];
    Schema::from_schema_fragments(fragments).map_err(|error| wrong(None, &error))
}

fn wrong(line: Option<usize>, error: &dyn std::error::Error) -> PolicyError {
    PolicyError::Schema(Finding { file: FILE.into(), line, what: error.to_string() })
}
