//! Which operations are recorded: `x-ward-patient-data` in a plugin's document.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The extension of an operation.
pub const EXTENSION: &str = "x-ward-patient-data";

/// What an operation does with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Shows a record.
    Read,
    /// Shows what fits.
    Query,
    /// Adds a record.
    Create,
    /// Changes one.
    Update,
    /// Removes one.
    Delete,
}

/// The mark of an operation that touches patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it does.
    pub action: Action,
    /// The names of its path's parameters, in their order.
    pub parameters: Vec<String>,
    /// Which of them is the patient's id.
    pub patient: Option<usize>,
}

/// `x-ward-patient-data`, where it is more than `true`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    action: Option<Action>,
    patient: Option<String>,
}

impl Mark {
    /// Reads the extension: `true`, or an object with the action, where it is not the method's, and the
    /// parameter that is the patient's id. None where it is absent or `false`.
    ///
    /// # Errors
    /// What it must be.
    pub fn read(value: Option<&Value>, method: &Method, path: &str) -> Result<Option<Self>, String> {
        let written = match value {
            None | Some(Value::Bool(false)) => return Ok(None),
            Some(Value::Bool(true)) => Written::default(),
            Some(other) => Written::deserialize(other).map_err(|error| error.to_string())?,
        };
        let parameters = parameters(path);
        let place = |name: &String| {
            let place = parameters.iter().position(|parameter| parameter == name);
            place.ok_or_else(|| format!("`{name}` is no parameter of its path"))
        };
        let patient = written.patient.as_ref().map(place).transpose()?;
        let action = written.action.unwrap_or_else(|| usual(method, !parameters.is_empty()));
        Ok(Some(Self { action, parameters, patient }))
    }
}

/// What a method does, unless the document says otherwise.
fn usual(method: &Method, names_one: bool) -> Action {
    match *method {
        Method::POST => Action::Create,
        Method::PUT | Method::PATCH => Action::Update,
        Method::DELETE => Action::Delete,
        _ if names_one => Action::Read,
        _ => Action::Query,
    }
}

/// The names between braces.
fn parameters(path: &str) -> Vec<String> {
    let behind = path.split('{').skip(1);
    let names = behind.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.trim_start_matches('*'));
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn true_takes_the_action_from_the_method() {
        let action =
            |method: Method, path| Mark::read(Some(&json!(true)), &method, path).unwrap().map(|mark| mark.action);
        assert_eq!(action(Method::GET, "/studies"), Some(Action::Query));
        assert_eq!(action(Method::GET, "/studies/{id}"), Some(Action::Read));
        assert_eq!(action(Method::POST, "/studies"), Some(Action::Create));
        assert_eq!(action(Method::PATCH, "/studies/{id}"), Some(Action::Update));
        assert_eq!(action(Method::PUT, "/studies/{id}"), Some(Action::Update));
        assert_eq!(action(Method::DELETE, "/studies/{id}"), Some(Action::Delete));
    }

    #[test]
    fn an_object_names_the_action_and_the_patients_parameter() {
        let written = json!({ "action": "read", "patient": "patient_id" });
        let mark = Mark::read(Some(&written), &Method::POST, "/wards/{ward}/patients/{patient_id}").unwrap().unwrap();
        assert_eq!((mark.action, mark.patient), (Action::Read, Some(1)));
        assert_eq!(mark.parameters, ["ward", "patient_id"]);
    }

    #[test]
    fn absent_and_false_are_no_mark_and_anything_else_is_refused() {
        let read = |value: Value| Mark::read(Some(&value), &Method::GET, "/a/{id}");
        assert_eq!(Mark::read(None, &Method::GET, "/a"), Ok(None));
        assert_eq!(read(json!(false)), Ok(None));
        for wrong in
            [json!("read"), json!(1), json!({ "action": "look" }), json!({ "patient": "x" }), json!({ "pat": "id" })]
        {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
