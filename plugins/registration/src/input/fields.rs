//! A request's fields, read one after the other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Read, Rule};
use crate::failure::Failure;

/// A field of a change: what is absent stays, `null` unsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given<T> {
    /// Not there.
    Absent,
    /// `null`.
    Null,
    /// A value.
    Value(T),
}

impl<T> Given<T> {
    /// Makes `current` what was given.
    pub fn apply(self, current: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *current = None,
            Self::Value(value) => *current = Some(value),
        }
    }
}

/// The fields of a request, and what was found wrong with them so far.
#[derive(Debug)]
pub struct Fields {
    values: BTreeMap<String, Value>,
    wrong: Vec<String>,
}

impl Fields {
    /// The fields of a JSON body.
    pub fn json(body: Value) -> Result<Self, Failure> {
        match body {
            Value::Object(fields) => Ok(Self::new(fields.into_iter().collect())),
            _ => Err(Failure::refused("请求体应为 JSON 对象")),
        }
    }

    /// The fields of a form; of one that repeats the last counts.
    pub fn form(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
        Self::new(filled.map(|(name, text)| (name, Value::String(text))).collect())
    }

    /// The fields of a query; of one that repeats the last counts.
    pub fn query(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::form(texts)
    }

    fn new(values: BTreeMap<String, Value>) -> Self {
        Self { values, wrong: Vec::new() }
    }

    /// Whether a field is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that must be there; nothing if it is not, or is wrong.
    pub fn required<R: Rule>(&mut self, name: &str, rule: &R) -> Option<R::Output> {
        let value = self.optional(name, rule)?;
        if value.is_none() {
            self.refuse(name, "不能为空");
        }
        value
    }

    /// A field that may be absent or null; nothing at all if it is wrong.
    pub fn optional<R: Rule>(&mut self, name: &str, rule: &R) -> Option<Option<R::Output>> {
        match self.given(name, rule)? {
            Given::Value(value) => Some(Some(value)),
            Given::Absent | Given::Null => Some(None),
        }
    }

    /// A field that goes by several names: the first that says something; nothing at all if one is wrong.
    pub fn first<R: Rule>(&mut self, names: &[&str], rule: &R) -> Option<Option<R::Output>> {
        let mut found = Some(None);
        for name in names {
            let read = self.optional(name, rule);
            found = found.zip(read).map(|(before, now)| before.or(now));
        }
        found
    }

    /// A field of a change; nothing at all if it is wrong.
    pub fn given<R: Rule>(&mut self, name: &str, rule: &R) -> Option<Given<R::Output>> {
        match self.values.remove(name) {
            None => Some(Given::Absent),
            Some(Value::Null) => Some(Given::Null),
            Some(value) => match rule.read(&value) {
                Ok(value) => Some(Given::Value(value)),
                Err(why) => {
                    self.refuse(name, &why);
                    None
                }
            },
        }
    }

    /// An object within this one, with names of its own; nothing at all if something in it is wrong.
    pub fn object<T: Read>(&mut self, name: &str) -> Option<Option<T>> {
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Object(fields)) => {
                let mut inner = Self::new(fields.into_iter().collect());
                let value = T::read(&mut inner);
                let failed = !inner.wrong.is_empty();
                self.wrong.extend(inner.wrong.into_iter().map(|wrong| format!("{name}.{wrong}")));
                if failed { None } else { value.map(Some) }
            }
            Some(_) => {
                self.refuse(name, "应为对象");
                None
            }
        }
    }

    /// Notes that a field is wrong.
    pub fn refuse(&mut self, name: &str, why: &str) {
        self.wrong.push(format!("{name}: {why}"));
    }

    /// The value, unless something was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.wrong.is_empty() => Ok(value),
            _ => Err(Failure::refused(self.wrong.join("; "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Given};
    use crate::input::{Bool, Int, Text};
    use serde_json::json;

    fn message(fields: Fields) -> String {
        fields.finish(None::<()>).expect_err("nothing was read").msg.into_owned()
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = Fields::json(json!({"age": "old", "name": "", "more": 1})).expect("an object");
        assert_eq!(fields.required("age", &Int::between(0, 150)), None);
        assert_eq!(fields.required("name", &Text::line(20)), None);
        assert_eq!(fields.required("urgent", &Bool), None);
        assert_eq!(fields.optional("area_id", &Int::at_least(1)), Some(None));
        assert_eq!(message(fields), "age: 应为整数; name: 不能为空; urgent: 不能为空");
    }

    #[test]
    fn empty_texts_of_forms_and_queries_are_absent() {
        let mut form = Fields::form([("name".to_owned(), String::new())]);
        assert_eq!(form.optional("name", &Text::line(20)), Some(None));
        assert_eq!(form.required("name", &Text::line(20)), None);
        assert_eq!(message(form), "name: 不能为空");
    }

    #[test]
    fn a_body_must_be_an_object() {
        for body in [json!([]), json!("text"), json!(7), json!(null)] {
            assert!(Fields::json(body).is_err());
        }
    }

    #[test]
    fn a_change_tells_null_from_absent() {
        let mut fields = Fields::json(json!({"a": null, "b": 2})).expect("an object");
        let rule = Int::at_least(0);
        let read = |fields: &mut Fields, name| fields.given(name, &rule).expect("nothing wrong");
        assert_eq!(read(&mut fields, "a"), Given::Null);
        assert_eq!(read(&mut fields, "b"), Given::Value(2));
        assert_eq!(read(&mut fields, "c"), Given::Absent);
        let mut current = Some(1);
        Given::Absent.apply(&mut current);
        assert_eq!(current, Some(1));
        Given::Null.apply(&mut current);
        assert_eq!(current, None);
        Given::Value(3).apply(&mut current);
        assert_eq!(current, Some(3));
    }
}
