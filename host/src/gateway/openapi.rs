//! OpenAPI documents as they are served: one for each mount, and one for all.

use serde_json::{Map, Value, json};

/// One mount in the assembled document.
pub struct Chapter<'a> {
    /// The mount's path prefix; empty at the root.
    pub prefix: &'a str,
    /// The plugin's name.
    pub name: &'a str,
    /// The plugin's document.
    pub document: &'a Value,
}

/// A plugin's document, reached at `base`.
pub fn at(document: &Value, base: &str) -> Value {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        let url = if base.is_empty() { "/" } else { base };
        fields.insert("servers".into(), json!([{ "url": url }]));
    }
    document
}

/// All documents in one. Paths begin with their mount's prefix; names of operations, components and
/// tags with a name made of it, so that those of two plugins never meet.
pub fn assemble(title: &str, version: &str, chapters: &[Chapter<'_>]) -> Value {
    let mut paths = Map::new();
    let mut components = Map::new();
    let mut tags = Vec::new();
    for chapter in chapters {
        let label = label(chapter);
        let mut document = chapter.document.clone();
        rename_references(&mut document, &label);
        move_paths(&document, chapter, &label, &mut paths);
        move_components(&document, &label, &mut components);
        tags.push(json!({ "name": label, "description": document.pointer("/info/description") }));
        for tag in document.get("tags").and_then(Value::as_array).into_iter().flatten() {
            let mut tag = tag.clone();
            if let Some(name) = tag.get("name").and_then(Value::as_str) {
                tag["name"] = format!("{label}: {name}").into();
                tags.push(tag);
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": version },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": components,
    })
}

/// What names of this chapter begin with: `/a/b` gives `a_b`.
fn label(chapter: &Chapter<'_>) -> String {
    let path = chapter.prefix.trim_matches('/');
    let text = if path.is_empty() { chapter.name } else { path };
    text.chars()
        .map(|character| if character.is_ascii_alphanumeric() || character == '-' { character } else { '_' })
        .collect()
}

fn move_paths(document: &Value, chapter: &Chapter<'_>, label: &str, paths: &mut Map<String, Value>) {
    let security = document.get("security");
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let mut item = item.clone();
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some(operation) = operation.as_object_mut().filter(|fields| fields.contains_key("operationId")) {
                rename_operation(operation, label, security);
            }
        }
        paths.insert(format!("{}{path}", chapter.prefix), item);
    }
}

fn rename_operation(operation: &mut Map<String, Value>, label: &str, security: Option<&Value>) {
    for naming in ["operationId", "x-ward-same-as"] {
        if let Some(id) = operation.get(naming).and_then(Value::as_str) {
            let id = format!("{label}_{id}");
            operation.insert(naming.into(), id.into());
        }
    }
    let tags = operation.get("tags").and_then(Value::as_array).filter(|tags| !tags.is_empty());
    let tags: Vec<Value> = match tags {
        Some(tags) => tags.iter().filter_map(Value::as_str).map(|tag| format!("{label}: {tag}").into()).collect(),
        None => vec![label.into()],
    };
    operation.insert("tags".into(), tags.into());
    // The document's own `security` holds for operations that say nothing; the assembled one has none.
    let mut required = operation.get("security").or(security).cloned();
    for requirement in required.as_mut().and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(schemes) = requirement.as_object_mut() {
            *schemes =
                std::mem::take(schemes).into_iter().map(|(name, scopes)| (format!("{label}.{name}"), scopes)).collect();
        }
    }
    if let Some(required) = required {
        operation.insert("security".into(), required);
    }
}

fn move_components(document: &Value, label: &str, components: &mut Map<String, Value>) {
    for (kind, named) in document.get("components").and_then(Value::as_object).into_iter().flatten() {
        let target = components.entry(kind.clone()).or_insert_with(|| json!({}));
        if let (Some(target), Some(named)) = (target.as_object_mut(), named.as_object()) {
            target.extend(named.iter().map(|(name, value)| (format!("{label}.{name}"), value.clone())));
        }
    }
}

/// Lets every reference to a component find it under its new name.
fn rename_references(value: &mut Value, label: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename_references(item, label)),
        Value::Object(fields) => {
            for (key, field) in fields {
                match (key.as_str(), field) {
                    ("$ref", Value::String(reference)) => rename_reference(reference, label),
                    ("mapping", Value::Object(mapping)) => {
                        for target in mapping.values_mut() {
                            if let Value::String(reference) = target {
                                rename_reference(reference, label);
                            }
                        }
                    }
                    (_, field) => rename_references(field, label),
                }
            }
        }
        _ => {}
    }
}

fn rename_reference(reference: &mut String, label: &str) {
    let renamed = reference.strip_prefix("#/components/").and_then(|rest| rest.split_once('/'));
    if let Some((kind, name)) = renamed {
        *reference = format!("#/components/{kind}/{label}.{name}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "info": { "description": "About." },
            "security": [{ "bearer": [] }],
            "tags": [{ "name": "things", "description": "Things." }],
            "paths": { "/things/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/Id" }],
                "get": { "operationId": "get", "tags": ["things"], "security": [],
                    "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } } },
                "put": { "operationId": "put" },
            } },
            "components": {
                "schemas": { "Thing": { "discriminator": { "mapping": { "x": "#/components/schemas/Thing" } } } },
                "parameters": { "Id": {} },
                "securitySchemes": { "bearer": { "type": "http" } },
            },
        })
    }

    fn assembled() -> Value {
        let document = document();
        let chapter = |prefix| Chapter { prefix, name: "plugin", document: &document };
        assemble("All", "1.0.0", &[chapter("/a"), chapter("/a/b"), chapter("")])
    }

    #[test]
    fn a_mounts_document_names_its_base() {
        assert_eq!(at(&document(), "/a")["servers"], json!([{ "url": "/a" }]));
        assert_eq!(at(&document(), "")["servers"], json!([{ "url": "/" }]));
    }

    #[test]
    fn names_of_two_mounts_never_meet() {
        let all = assembled();
        let ids = ["/a", "/a/b", ""]
            .map(|prefix| all["paths"][format!("{prefix}/things/{{id}}")]["get"]["operationId"].clone());
        assert_eq!(ids, ["a_get", "a_b_get", "plugin_get"]);
        assert_eq!(all["components"]["schemas"].as_object().map(Map::len), Some(3));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::String(text) if text.starts_with("#/") => found.push(text),
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                Value::Object(fields) => fields.values().for_each(|field| references(field, found)),
                _ => {}
            }
        }
        let all = assembled();
        let mut found = Vec::new();
        references(&all, &mut found);
        assert_eq!(found.len(), 9);
        assert!(found.iter().all(|reference| all.pointer(&reference[1..]).is_some()), "{found:?}");
    }

    #[test]
    fn tags_say_which_mount_they_belong_to() {
        let all = assembled();
        let item = &all["paths"]["/a/things/{id}"];
        assert_eq!((&item["get"]["tags"], &item["put"]["tags"]), (&json!(["a: things"]), &json!(["a"])));
    }

    #[test]
    fn security_of_a_document_holds_for_its_operations() {
        let all = assembled();
        let item = &all["paths"]["/a/things/{id}"];
        assert_eq!((&item["get"]["security"], &item["put"]["security"]), (&json!([]), &json!([{ "a.bearer": [] }])));
    }
}
