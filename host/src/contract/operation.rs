//! What changes in one operation: its name, security, parameters, body and answers.

use serde_json::Value;

use super::Note;
use super::document::{Operation, fields};
use super::schema::{Comparison, Direction};

pub(super) fn compare(old: &Operation<'_>, new: &Operation<'_>, note: &mut Note<'_>) {
    name(old, new, note);
    if new.is_secured() && !old.is_secured() {
        note(true, "it needs a token now".into());
    }
    parameters(old, new, note);
    body(old, new, note);
    responses(old, new, note);
}

/// Clients do not see the name, but policies of the hospital and generated clients do.
fn name(old: &Operation<'_>, new: &Operation<'_>, note: &mut Note<'_>) {
    let id = |operation: &Operation<'_>| operation.body.get("operationId").and_then(Value::as_str).map(str::to_owned);
    let (before, after) = (id(old).unwrap_or_default(), id(new).unwrap_or_default());
    if before != after {
        note(true, format!("its operationId was `{before}` and is `{after}`"));
    }
}

fn parameters(old: &Operation<'_>, new: &Operation<'_>, note: &mut Note<'_>) {
    let (before, after) = (old.parameters(), new.parameters());
    for (place, name, parameter) in &before {
        let what = described(place, name);
        let Some((_, _, other)) = after.iter().find(|(at, named, _)| at == place && named == name) else {
            note(true, format!("{what} is gone"));
            continue;
        };
        if is_required(other) && !is_required(parameter) {
            note(true, format!("{what} is required now"));
        }
        let mut comparison = Comparison::new(old.document, new.document, Direction::Request, note);
        comparison.schemas(&what, of_parameter(parameter), of_parameter(other));
    }
    for (place, name, parameter) in &after {
        if !before.iter().any(|(at, named, _)| at == place && named == name) {
            let required = is_required(parameter);
            let kind = if required { "new and required" } else { "new" };
            note(required, format!("{} is {kind}", described(place, name)));
        }
    }
}

fn described(place: &str, name: &str) -> String {
    if place == "path" { format!("parameter {name} of the path") } else { format!("the {place} parameter `{name}`") }
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required").and_then(Value::as_bool).unwrap_or(false)
}

/// A parameter's schema; that of its media type where it has one.
fn of_parameter(parameter: &Value) -> &Value {
    let content = || fields(parameter.get("content")).find_map(|(_, media)| media.get("schema"));
    parameter.get("schema").or_else(content).unwrap_or(&Value::Null)
}

fn body(old: &Operation<'_>, new: &Operation<'_>, note: &mut Note<'_>) {
    let of = |operation: &Operation<'_>| operation.body.get("requestBody").is_some();
    match (of(old), of(new)) {
        (false, false) => {}
        (true, false) => note(true, "it takes no body any more".into()),
        (false, true) => {
            let required = is_required(request_body(new));
            note(required, format!("it takes a body now{}", if required { ", a required one" } else { "" }));
        }
        (true, true) => {
            let (before, after) = (request_body(old), request_body(new));
            if is_required(after) && !is_required(before) {
                note(true, "its body is required now".into());
            }
            media(old, new, "its body", (before, after), Direction::Request, note);
        }
    }
}

fn request_body<'d>(operation: &Operation<'d>) -> &'d Value {
    operation.body.get("requestBody").map_or(&Value::Null, |body| operation.document.resolve(body))
}

/// Every media type that there was, and its schema.
fn media<'d>(
    old: &Operation<'d>,
    new: &Operation<'d>,
    what: &str,
    (before, after): (&'d Value, &'d Value),
    direction: Direction,
    note: &mut Note<'_>,
) {
    for (media_type, content) in fields(before.get("content")) {
        let Some((_, other)) = fields(after.get("content")).find(|(name, _)| essence(name) == essence(media_type))
        else {
            note(true, format!("{what} is no `{media_type}` any more"));
            continue;
        };
        let schema = |content: &'d Value| content.get("schema").unwrap_or(&Value::Null);
        Comparison::new(old.document, new.document, direction, note).schemas(what, schema(content), schema(other));
    }
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn responses(old: &Operation<'_>, new: &Operation<'_>, note: &mut Note<'_>) {
    for (status, response) in fields(old.body.get("responses")) {
        let what = format!("the answer {status}");
        let Some(other) = new.body.get("responses").and_then(|responses| responses.get(status)) else {
            // An error that does not happen any more hurts nobody.
            note(is_success(status), format!("{what} is gone"));
            continue;
        };
        let (before, after) = (old.document.resolve(response), new.document.resolve(other));
        media(old, new, &what, (before, after), Direction::Response, note);
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "default"
}
