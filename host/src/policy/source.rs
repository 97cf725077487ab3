//! From policy files to one validated policy set.

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator};
use miette::Diagnostic;

use super::error::{Finding, PolicyError};
use super::explain::{Origin, Origins};

/// Bytes of one policy file.
const MOST_BYTES: usize = 1 << 20;

/// Reads the files (name, text) into one set, and tells where each policy stands. Its id is its `@id`, or
/// `<file>:<line>`.
pub(super) fn load(files: &[(String, &str)], schema: &Schema) -> Result<(PolicySet, Origins), PolicyError> {
    let mut set = PolicySet::new();
    let mut origins = Origins::new();
    let mut findings = Vec::new();
    let validator = Validator::new(schema.clone());
    for (file, text) in files {
        match parse(file, text) {
            Ok(policies) => {
                let checked = PolicySet::from_policies(policies.iter().map(|(policy, _)| policy.clone()));
                match checked {
                    Ok(checked) => findings.extend(validate(&validator, &checked, file, text)),
                    Err(error) => findings.push(finding(file, None, &error.to_string())),
                }
                for (policy, line) in policies {
                    origins.insert(policy.id().clone(), Origin::of(&policy, file, line));
                    if let Err(error) = set.add(policy) {
                        findings.push(finding(file, Some(line), &error.to_string()));
                    }
                }
            }
            Err(found) => findings.extend(found),
        }
    }
    // A duplicate inside one file is found twice over.
    findings.dedup();
    if findings.is_empty() { Ok((set, origins)) } else { Err(PolicyError::Policies(findings)) }
}

/// The line at which the first label of a diagnostic of `text` starts, counted from 1.
pub(super) fn line_of(diagnostic: &dyn Diagnostic, text: &str) -> Option<usize> {
    let offset = diagnostic.labels()?.next()?.offset();
    Some(line_at(text, offset))
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.split(|&byte| byte == b'\n').count()
}

fn finding(file: &str, line: Option<usize>, what: &str) -> Finding {
    Finding { file: file.into(), line, what: what.into() }
}

/// The policies of one file in their order, each with its line.
fn parse(file: &str, text: &str) -> Result<Vec<(Policy, usize)>, Vec<Finding>> {
    if text.len() > MOST_BYTES {
        return Err(vec![finding(file, None, "is larger than 1 MiB")]);
    }
    let set: PolicySet = text.parse().map_err(|errors: cedar_policy::ParseErrors| {
        errors.iter().map(|error| finding(file, line_of(error, text), &error.to_string())).collect::<Vec<_>>()
    })?;
    if let Some(template) = set.templates().next() {
        let line = text.find(&template.to_string()).map(|offset| line_at(text, offset));
        return Err(vec![finding(file, line, "a template has nothing to be linked with here")]);
    }
    let mut policies: Vec<&Policy> = set.policies().collect();
    policies.sort_by_key(|policy| position(policy.id()));
    let mut cursor = 0;
    Ok(policies.into_iter().map(|policy| name(policy, file, text, &mut cursor)).collect())
}

/// Cedar numbers the policies of a text `policy0`, `policy1`, … .
fn position(id: &PolicyId) -> usize {
    let id: &str = id.as_ref();
    id.trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

/// Gives a policy the id by which decisions will name it. `cursor` is where its text starts at the earliest.
fn name(policy: &Policy, file: &str, text: &str, cursor: &mut usize) -> (Policy, usize) {
    let source = policy.to_string();
    if let Some(offset) = text[*cursor..].find(&source) {
        *cursor += offset;
    }
    let line = line_at(text, *cursor);
    *cursor += source.len().min(text.len() - *cursor);
    let id =
        policy.annotation("id").filter(|id| !id.is_empty()).map_or_else(|| format!("{file}:{line}"), str::to_owned);
    (policy.new_id(PolicyId::new(id)), line)
}

/// Everything strict validation has against the policies of one file. A policy that can never apply
/// is a mistake too: it is mostly a `forbid` that its author believes to protect something.
fn validate(validator: &Validator, set: &PolicySet, file: &str, text: &str) -> Vec<Finding> {
    let result = validator.validate(set, ValidationMode::Strict);
    let mut findings: Vec<Finding> = result
        .validation_errors()
        .map(|error| finding(file, line_of(error, text), &describe(error, error.policy_id())))
        .collect();
    findings.extend(
        result
            .validation_warnings()
            .filter(|warning| never_applies(warning))
            .map(|warning| finding(file, line_of(warning, text), &describe(warning, warning.policy_id()))),
    );
    findings.sort_by_key(|finding| finding.line);
    findings
}

fn never_applies(warning: &ValidationWarning) -> bool {
    matches!(warning, ValidationWarning::ImpossiblePolicy(_) | ValidationWarning::InvalidActionApplication(_))
}

/// The message, without the policy's id (file and line say which it is), and the advice where there is one.
fn describe<D: Diagnostic>(diagnostic: &D, id: &PolicyId) -> String {
    let message = diagnostic.to_string();
    let about = format!("for policy `{id}`");
    let message = message.strip_prefix(&about).map_or(&*message, |rest| rest.trim_start_matches([',', ':', ' ']));
    match diagnostic.help() {
        Some(help) => format!("{message} ({help})"),
        None => message.to_owned(),
    }
}
