//! A request's fields, read one after the other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rules::wrong_type;
use super::{Read, Rule};
use crate::failure::{Location, Rejection, RejectionKind, Segment};

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
    location: Location,
    values: BTreeMap<String, Value>,
    wrong: Vec<Rejection>,
}

impl Fields {
    /// The fields of a JSON body.
    pub fn json(body: Value) -> Result<Self, Vec<Rejection>> {
        match body {
            Value::Object(fields) => Ok(Self::new(Location::Body, fields.into_iter().collect())),
            other => {
                let kind = wrong_type(OBJECT, &other);
                Err(vec![Rejection { location: Location::Body, path: Vec::new(), kind }])
            }
        }
    }

    /// The fields of a form; of one that repeats the last counts.
    pub fn form(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::new(Location::Body, told(texts))
    }

    /// The fields of a query; of one that repeats the last counts.
    pub fn query(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::new(Location::Query, told(texts))
    }

    fn new(location: Location, values: BTreeMap<String, Value>) -> Self {
        Self { location, values, wrong: Vec::new() }
    }

    /// Whether a field is there and not null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that must be there; nothing if it is not, or is wrong.
    pub fn required<R: Rule>(&mut self, name: &str, rule: &R) -> Option<R::Output> {
        let value = self.optional(name, rule)?;
        if value.is_none() {
            self.refuse(name, RejectionKind::Missing);
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
                    self.refuse(name, why);
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
                let mut inner = Self::new(self.location, fields.into_iter().collect());
                let value = T::read(&mut inner);
                let failed = !inner.wrong.is_empty();
                self.wrong.extend(inner.wrong.into_iter().map(|wrong| below(name, wrong)));
                if failed { None } else { value.map(Some) }
            }
            Some(other) => {
                self.refuse(name, wrong_type(OBJECT, &other));
                None
            }
        }
    }

    /// Notes that a field is wrong.
    pub fn refuse(&mut self, name: &str, why: impl Into<RejectionKind>) {
        self.wrong.push(Rejection::field(self.location, name, why.into()));
    }

    /// The value, unless something was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Rejection>> {
        match value {
            Some(value) if self.wrong.is_empty() => Ok(value),
            _ => Err(self.wrong),
        }
    }
}

const OBJECT: &str = "an object";

fn below(name: &str, mut wrong: Rejection) -> Rejection {
    wrong.path.insert(0, Segment::Key(name.to_owned()));
    wrong
}

fn told(texts: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, Value> {
    let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| (name, Value::String(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fields, Given};
    use crate::failure::{Location, Rejection, RejectionKind};
    use crate::input::{Bool, Int, Read, Text};
    use serde_json::json;

    fn wrong(fields: Fields) -> Vec<Rejection> {
        fields.finish(None::<()>).expect_err("nothing was read")
    }

    fn refused(name: &str, kind: RejectionKind) -> Rejection {
        Rejection::field(Location::Body, name, kind)
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = Fields::json(json!({"age": 7.5, "name": "", "more": 1})).expect("an object");
        assert_eq!(fields.required("age", &Int::between(0, 150)), None);
        assert_eq!(fields.required("name", &Text::line(20)), None);
        assert_eq!(fields.required("urgent", &Bool), None);
        assert_eq!(fields.optional("area_id", &Int::at_least(1)), Some(None));
        let integer = RejectionKind::WrongType { expected: "i64".to_owned(), found: "number" };
        assert_eq!(
            wrong(fields),
            [refused("age", integer), refused("name", RejectionKind::Blank), refused("urgent", RejectionKind::Missing)]
        );
    }

    #[test]
    fn empty_texts_of_forms_and_queries_are_absent() {
        for mut fields in [Fields::form, Fields::query].map(|read| read([("name".to_owned(), String::new())])) {
            assert_eq!(fields.optional("name", &Text::line(20)), Some(None));
            assert_eq!(fields.required("name", &Text::line(20)), None);
            assert_eq!(wrong(fields).len(), 1);
        }
    }

    #[test]
    fn a_body_must_be_an_object() {
        for body in [json!([]), json!("text"), json!(7), json!(null)] {
            let wrong = Fields::json(body).expect_err("no object");
            assert!(wrong[0].path.is_empty() && matches!(wrong[0].kind, RejectionKind::WrongType { .. }));
        }
    }

    #[test]
    fn what_is_wrong_within_an_object_is_named_with_it() {
        #[derive(Debug)]
        struct Inner;
        impl Read for Inner {
            fn read(fields: &mut Fields) -> Option<Self> {
                fields.required("name", &Bool).map(|_| Self)
            }
        }
        let mut fields = Fields::json(json!({"a": {"name": 7}, "b": 1})).expect("an object");
        assert!(fields.object::<Inner>("a").is_none() && fields.object::<Inner>("b").is_none());
        let paths: Vec<String> = wrong(fields).iter().map(Rejection::field_path).collect();
        assert_eq!(paths, ["a.name", "b"]);
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
