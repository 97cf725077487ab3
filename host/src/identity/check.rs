//! Bounds of everything a plugin may write into an account.

use std::collections::BTreeSet;

use super::IdentityError;
use super::login::{Login, Name};

/// Characters of a password.
const PASSWORD: std::ops::RangeInclusive<usize> = 4..=256;
/// Characters of a person's name.
const NAME: std::ops::RangeInclusive<usize> = 1..=128;
/// Logins of one account.
pub(super) const MAX_LOGINS: usize = 16;
/// Attributes of one account in one domain.
pub(super) const MAX_ATTRIBUTES: usize = 64;
/// Characters of an attribute's name.
const MAX_ATTRIBUTE_NAME: usize = 64;
/// Bytes of an attribute's value.
const MAX_ATTRIBUTE_BYTES: usize = 8 << 10;
/// Nesting of an attribute's value.
const MAX_ATTRIBUTE_DEPTH: usize = 16;

/// Whether a password could be one.
pub(super) fn password(text: &str) -> Result<(), IdentityError> {
    if is_password(text) { Ok(()) } else { Err(IdentityError::Invalid("a password has 4 to 256 characters")) }
}

pub(super) fn is_password(text: &str) -> bool {
    text.len() <= PASSWORD.end() * 4 && PASSWORD.contains(&text.chars().count())
}

/// A person's name, without surrounding space.
pub(super) fn name(text: &str) -> Result<&str, IdentityError> {
    let text = text.trim();
    let fits = text.len() <= NAME.end() * 4 && NAME.contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(IdentityError::Invalid("a name has 1 to 128 characters and no control characters"))
    }
}

/// Logins, each once.
pub(super) fn logins(logins: &[Login]) -> Result<Vec<Name>, IdentityError> {
    if logins.len() > MAX_LOGINS {
        return Err(IdentityError::Invalid("an account has at most 16 logins"));
    }
    let mut names: Vec<Name> = Vec::with_capacity(logins.len());
    for login in logins {
        let name = Name::of(login)?;
        if !names.iter().any(|other| other.kind == name.kind && other.key == name.key) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Roles, each once, all of them among those the domain declared.
pub(super) fn roles(roles: &[String], declared: &[String]) -> Result<BTreeSet<String>, IdentityError> {
    if roles.iter().all(|role| declared.contains(role)) {
        Ok(roles.iter().cloned().collect())
    } else {
        Err(IdentityError::Invalid("a role that this domain does not have"))
    }
}

/// Attributes in canonical JSON; absent where the value is `null`. The last of a name counts.
pub(super) fn attributes(given: &[(String, String)]) -> Result<Vec<(String, Option<String>)>, IdentityError> {
    if given.len() > MAX_ATTRIBUTES {
        return Err(IdentityError::Invalid("an account has at most 64 attributes"));
    }
    let mut checked: Vec<(String, Option<String>)> = Vec::with_capacity(given.len());
    for (name, value) in given {
        let value = attribute(name, value)?;
        checked.retain(|(other, _)| other != name);
        checked.push((name.clone(), value));
    }
    Ok(checked)
}

/// One attribute's value in canonical JSON, or nothing for `null`.
pub(super) fn attribute(name: &str, json: &str) -> Result<Option<String>, IdentityError> {
    if name.is_empty() || name.len() > MAX_ATTRIBUTE_NAME || name.chars().any(char::is_control) {
        return Err(IdentityError::Invalid("an attribute's name has 1 to 64 bytes and no control characters"));
    }
    if json.len() > MAX_ATTRIBUTE_BYTES {
        return Err(IdentityError::Invalid("an attribute has at most 8 KiB"));
    }
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|_| IdentityError::Invalid("an attribute is not JSON"))?;
    if depth(&value) > MAX_ATTRIBUTE_DEPTH {
        return Err(IdentityError::Invalid("an attribute is nested more than 16 deep"));
    }
    Ok((!value.is_null()).then(|| canonical(&value)))
}

fn depth(value: &serde_json::Value) -> usize {
    use serde_json::Value::{Array, Object};
    match value {
        Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Compact, with ordered keys, so that equal values are equal texts.
fn canonical(value: &serde_json::Value) -> String {
    let mut value = value.clone();
    order(&mut value);
    value.to_string()
}

fn order(value: &mut serde_json::Value) {
    use serde_json::Value::{Array, Object};
    match value {
        Array(items) => items.iter_mut().for_each(order),
        Object(fields) => {
            // Ordered already unless some crate of the build asks serde_json to keep the order of insertion.
            let mut sorted: Vec<_> = std::mem::take(fields).into_iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (key, mut item) in sorted {
                order(&mut item);
                fields.insert(key, item);
            }
        }
        _ => {}
    }
}
