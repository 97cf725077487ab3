//! One thing that is wrong with a request, in FastAPI's shape and Pydantic's words.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::{Rejection, RejectionKind, Segment};

/// An entry of the list in a 422 answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"loc": ["body", "field_name"], "msg": "field required", "type": "value_error.missing"}))]
pub struct Issue {
    /// `body`, `query` or `path`, then the way to the field.
    pub loc: Vec<Step>,
    /// A sentence for people.
    pub msg: Cow<'static, str>,
    /// A word for programs.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
}

/// A step on the way to a field: a name, or a place in a list or text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    /// A name.
    Name(Cow<'static, str>),
    /// A place, counted from 0.
    Place(usize),
}

impl From<&'static str> for Step {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

/// The sentence for a number that is none.
pub const NOT_A_NUMBER: &str = "value is not a valid integer";

/// The sentence for a number below 0 where none may be.
pub const NEGATIVE: &str = "ensure this value is greater than or equal to 0";

impl From<Rejection> for Issue {
    fn from(rejection: Rejection) -> Self {
        let mut loc: Vec<Step> = vec![rejection.location.as_str().into()];
        loc.extend(rejection.path.into_iter().map(|segment| match segment {
            Segment::Key(name) => Step::Name(name.into()),
            Segment::Index(index) => Step::Place(index),
        }));
        if let RejectionKind::Syntax { offset, .. } = rejection.kind {
            loc.extend(offset.map(Step::Place));
        }
        let (msg, kind) = words(rejection.kind);
        Self { loc, msg, kind: kind.into() }
    }
}

/// The sentence for people and the word for programs.
fn words(kind: RejectionKind) -> (Cow<'static, str>, &'static str) {
    match kind {
        RejectionKind::Syntax { reason, .. } => (reason.into(), "value_error.jsondecode"),
        RejectionKind::Missing => ("field required".into(), "value_error.missing"),
        RejectionKind::WrongType { expected, .. } => wrong_type(&expected),
        RejectionKind::UnknownVariant { allowed } => {
            let words: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
            let sentence = format!("value is not a valid enumeration member; permitted: {}", words.join(", "));
            (sentence.into(), "type_error.enum")
        }
        RejectionKind::UnknownField => ("extra fields not permitted".into(), "value_error.extra"),
        RejectionKind::Value(sentence) if sentence == NOT_A_NUMBER => (sentence.into(), "type_error.integer"),
        RejectionKind::Value(sentence) if sentence == NEGATIVE => (sentence.into(), "value_error.number.not_ge"),
        RejectionKind::Value(sentence) => (sentence.into(), "value_error"),
        RejectionKind::Rule { message, word: "" } => (message, "value_error"),
        RejectionKind::Rule { message, word } => (message, word),
        other => of_rule(&other),
    }
}

fn of_rule(kind: &RejectionKind) -> (Cow<'static, str>, &'static str) {
    let (rest, word) = match kind {
        RejectionKind::Blank => ("has at least 1 characters".to_owned(), "value_error.any_str.min_length"),
        RejectionKind::TooShort { least } => {
            (format!("has at least {least} characters"), "value_error.any_str.min_length")
        }
        RejectionKind::TooLong { most } => (format!("has at most {most} characters"), "value_error.any_str.max_length"),
        RejectionKind::ControlCharacter => ("has no control characters".to_owned(), "value_error.str.control"),
        RejectionKind::TooSmall { least, .. } => {
            (format!("is greater than or equal to {least}"), "value_error.number.not_ge")
        }
        RejectionKind::TooLarge { most, .. } => {
            (format!("is less than or equal to {most}"), "value_error.number.not_le")
        }
        RejectionKind::TooMany { most } => (format!("has at most {most} items"), "value_error.list.max_items"),
        RejectionKind::NotEmail => return ("value is not a valid email address".into(), "value_error.email"),
        other => return (other.message().into(), "value_error"),
    };
    (format!("ensure this value {rest}").into(), word)
}

fn wrong_type(expected: &str) -> (Cow<'static, str>, &'static str) {
    match expected {
        "i64" | "i32" | "u32" | "u64" => (NOT_A_NUMBER.into(), "type_error.integer"),
        "a boolean" => ("value could not be parsed to a boolean".into(), "type_error.bool"),
        "a string" => ("str type expected".into(), "type_error.str"),
        "a list" => ("value is not a valid list".into(), "type_error.list"),
        _ => ("value is not a valid dict".into(), "type_error.dict"),
    }
}

#[cfg(test)]
mod tests {
    use super::Issue;
    use crate::failure::{Location, Rejection};
    use crate::input::{Bool, Email, Fields, Int, Text};
    use serde_json::{Value, json};

    fn issues(wrong: Vec<Rejection>) -> Value {
        wrong.into_iter().map(|rejection| serde_json::to_value(Issue::from(rejection)).expect("plain")).collect()
    }

    #[test]
    fn what_rules_refuse_is_told_in_pydantics_words() {
        let body =
            json!({"age": 151, "year": -1, "name": "", "note": "a\0b", "long": "abc", "secret": "a", "mail": "a"});
        let mut fields = Fields::json(body).expect("an object");
        fields.required("age", &Int::between(0, 150));
        fields.required("year", &Int::at_least(0));
        fields.required("name", &Text::line(20));
        fields.required("note", &Text::lines(20));
        fields.required("long", &Text::line(2));
        fields.required("secret", &Text::secret(4, 9));
        fields.required("mail", &Email);
        fields.required("urgent", &Bool);
        let entry = |name: &str, msg: &str, kind: &str| json!({"loc": ["body", name], "msg": msg, "type": kind});
        let expected = json!([
            entry("age", "ensure this value is less than or equal to 150", "value_error.number.not_le"),
            entry("year", "ensure this value is greater than or equal to 0", "value_error.number.not_ge"),
            entry("name", "ensure this value has at least 1 characters", "value_error.any_str.min_length"),
            entry("note", "ensure this value has no control characters", "value_error.str.control"),
            entry("long", "ensure this value has at most 2 characters", "value_error.any_str.max_length"),
            entry("secret", "ensure this value has at least 4 characters", "value_error.any_str.min_length"),
            entry("mail", "value is not a valid email address", "value_error.email"),
            entry("urgent", "field required", "value_error.missing"),
        ]);
        assert_eq!(issues(fields.finish(None::<()>).expect_err("all is wrong")), expected);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_as_a_whole() {
        let wrong = Fields::json(json!([])).expect_err("a list");
        assert_eq!(
            issues(wrong),
            json!([{"loc": ["body"], "msg": "value is not a valid dict", "type": "type_error.dict"}])
        );
    }

    #[test]
    fn what_a_query_lacks_stands_in_the_query() {
        let mut query = Fields::query([("id".to_owned(), "x".to_owned())]);
        query.required("id", &Int::at_least(1));
        let wrong = query.finish(None::<()>).expect_err("no number");
        assert_eq!(wrong[0].location, Location::Query);
        assert_eq!(
            issues(wrong),
            json!([{"loc": ["query", "id"], "msg": "value is not a valid integer", "type": "type_error.integer"}])
        );
    }
}
