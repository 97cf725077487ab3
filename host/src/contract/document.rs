//! Finding one's way in an OpenAPI document.

use serde_json::{Map, Value};

/// Methods that operations have.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// References that are followed from one to the next.
const MAX_HOPS: usize = 32;

/// A document.
#[derive(Clone, Copy)]
pub(super) struct Document<'d>(pub(super) &'d Value);

/// One operation of it.
pub(super) struct Operation<'d> {
    pub(super) document: Document<'d>,
    pub(super) method: &'static str,
    pub(super) path: &'d str,
    item: &'d Map<String, Value>,
    pub(super) body: &'d Value,
}

impl<'d> Document<'d> {
    /// What a value stands for: itself, or what its `$ref` leads to.
    pub(super) fn resolve(self, mut value: &'d Value) -> &'d Value {
        for _ in 0..MAX_HOPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { break };
            match reference.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer)) {
                Some(target) => value = target,
                None => return &Value::Null,
            }
        }
        value
    }

    pub(super) fn operations(self) -> Vec<Operation<'d>> {
        let mut operations = Vec::new();
        for (path, item) in fields(self.0.get("paths")) {
            let Some(item) = item.as_object() else { continue };
            for method in METHODS {
                if let Some(body) = item.get(method) {
                    operations.push(Operation { document: self, method, path, item, body });
                }
            }
        }
        operations
    }
}

impl<'d> Operation<'d> {
    /// `GET /studies/{id}`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }

    /// Whether both are reached in the same way: the names of parameters in the path mean nothing.
    pub(super) fn is_same(&self, other: &Operation<'_>) -> bool {
        self.method == other.method && shape(self.path) == shape(other.path)
    }

    /// Every parameter with its place and name; one of the operation's own stands for the path's.
    /// Parameters in the path are named by their position.
    pub(super) fn parameters(&self) -> Vec<(String, String, &'d Value)> {
        let mut found: Vec<(String, String, &'d Value)> = Vec::new();
        let lists = [self.body.get("parameters"), self.item.get("parameters")];
        for parameter in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
            let parameter = self.document.resolve(parameter);
            let part = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (place, mut name) = (part("in"), part("name"));
            if place == "path" {
                let names: Vec<&str> = self.path.split(['{', '}']).skip(1).step_by(2).collect();
                let position = names.iter().position(|other| *other == name).unwrap_or_default();
                name = format!("{}", position + 1);
            }
            if place == "header" {
                name.make_ascii_lowercase();
            }
            if !found.iter().any(|(other, named, _)| *other == place && *named == name) {
                found.push((place, name, parameter));
            }
        }
        found
    }

    /// Whether nobody without a token gets in.
    pub(super) fn is_secured(&self) -> bool {
        let security = self.body.get("security").or_else(|| self.document.0.get("security"));
        let required = security.and_then(Value::as_array);
        required.is_some_and(|list| !list.is_empty() && list.iter().all(|item| !is_empty(item)))
    }
}

/// The fields of an object; none of anything else.
pub(super) fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// The path with its parameters' names taken out.
fn shape(path: &str) -> String {
    let parts = path.trim_end_matches('/').split(['{', '}']).enumerate();
    parts.map(|(place, part)| if place % 2 == 0 { part } else { "{}" }).collect()
}
