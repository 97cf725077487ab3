//! A request's fields, read one after the other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Fault, Issue, Rule, Step};

/// Where fields stand in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In JSON.
    Body,
    /// In a form.
    Form,
    /// In the query.
    Query,
}

impl Place {
    fn step(self) -> Step {
        match self {
            Self::Body | Self::Form => "body".into(),
            Self::Query => "query".into(),
        }
    }
}

/// The fields of a request, and what was found wrong with them so far.
#[derive(Debug)]
pub struct Fields {
    place: Place,
    values: BTreeMap<String, Value>,
    issues: Vec<Issue>,
}

impl Fields {
    /// The fields of a JSON body.
    pub fn json(body: Value) -> Result<Self, Issue> {
        match body {
            Value::Object(fields) => Ok(Self::new(Place::Body, fields.into_iter().collect())),
            _ => Err(Issue {
                loc: vec!["body".into()],
                msg: "value is not a valid dict".into(),
                kind: "type_error.dict".into(),
            }),
        }
    }

    /// The fields of a form; of one that repeats the last counts.
    pub fn form(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::new(Place::Form, told(texts))
    }

    /// The fields of a query; of one that repeats the last counts.
    pub fn query(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::new(Place::Query, told(texts))
    }

    fn new(place: Place, values: BTreeMap<String, Value>) -> Self {
        Self { place, values, issues: Vec::new() }
    }

    /// A field that must be there; nothing if it is not, or is wrong.
    pub fn required<R: Rule>(&mut self, name: &'static str, rule: &R) -> Option<R::Output> {
        let value = self.optional(name, rule)?;
        if value.is_none() {
            self.refuse(name, Fault::new("field required", "value_error.missing"));
        }
        value
    }

    /// A field that may be absent or null; nothing at all if it is wrong.
    pub fn optional<R: Rule>(&mut self, name: &'static str, rule: &R) -> Option<Option<R::Output>> {
        let Some(value) = self.values.remove(name).filter(|value| !value.is_null()) else { return Some(None) };
        match rule.read(&value) {
            Ok(value) => Some(Some(value)),
            Err(fault) => {
                self.refuse(name, fault);
                None
            }
        }
    }

    /// Notes that a field is wrong.
    pub fn refuse(&mut self, name: &'static str, fault: Fault) {
        let loc = vec![self.place.step(), name.into()];
        self.issues.push(Issue { loc, msg: fault.message, kind: fault.kind.into() });
    }

    /// The value, unless something was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Issue>> {
        match value {
            Some(value) if self.issues.is_empty() => Ok(value),
            _ => Err(self.issues),
        }
    }
}

fn told(texts: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, Value> {
    let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| (name, Value::String(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::Fields;
    use crate::input::{Bool, Int, Text};
    use serde_json::{Value, json};

    fn issues(fields: Fields) -> Value {
        serde_json::to_value(fields.finish(None::<()>).expect_err("nothing was read")).expect("plain data")
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = Fields::json(json!({"age": "old", "name": "", "more": 1})).expect("an object");
        assert_eq!(fields.required("age", &Int::between(0, 150)), None);
        assert_eq!(fields.required("name", &Text::line(20)), None);
        assert_eq!(fields.required("urgent", &Bool), None);
        assert_eq!(fields.optional("centre_id", &Int::at_least(1)), Some(None));
        let expected = json!([
            {"loc": ["body", "age"], "msg": "value is not a valid integer", "type": "type_error.integer"},
            {"loc": ["body", "name"], "msg": "ensure this value has at least 1 characters", "type": "value_error.any_str.min_length"},
            {"loc": ["body", "urgent"], "msg": "field required", "type": "value_error.missing"},
        ]);
        assert_eq!(issues(fields), expected);
    }

    #[test]
    fn empty_texts_of_forms_and_queries_are_absent() {
        let pairs = || [("name".to_owned(), String::new())];
        let mut form = Fields::form(pairs());
        assert_eq!(form.required("name", &Text::line(20)), None);
        assert_eq!(
            issues(form),
            json!([{"loc": ["body", "name"], "msg": "field required", "type": "value_error.missing"}])
        );
        let mut query = Fields::query(pairs());
        assert_eq!(query.optional("name", &Text::line(20)), Some(None));
        assert_eq!(query.required("id", &Bool), None);
        assert_eq!(
            issues(query),
            json!([{"loc": ["query", "id"], "msg": "field required", "type": "value_error.missing"}])
        );
    }

    #[test]
    fn a_body_must_be_an_object_and_null_is_absent() {
        for body in [json!([]), json!("text"), json!(7), json!(null)] {
            let issue = Fields::json(body).expect_err("not an object");
            assert_eq!(issue.kind, "type_error.dict");
        }
        let mut fields = Fields::json(json!({"name": null})).expect("an object");
        assert_eq!(fields.optional("name", &Text::line(20)), Some(None));
    }
}
