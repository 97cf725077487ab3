//! Configuration by scope: DOCTOR before CLINIC before MINOR_DEPT before GLOBAL, field by field, and what
//! the hospital's document says where no scope says anything.

mod change;
mod rules;
mod scope;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use ward_sdk::sql::{self, Connection, ToValue as _, params};

pub use change::{Change, ScopeChange};
pub use rules::{Discounts, Registration, ScheduleRules};
pub use scope::{Chain, Scope};

use super::prices;
use crate::input::Given;

const REGISTRATION: &str = "registration";
const SCHEDULE: &str = "schedule";
const DISCOUNTS: &str = "patientIdentityDiscounts";
const HEADS: &str = "departmentHeadMaxCount";

/// The keys of a scope's configuration, in the order of [`Change`]'s parts.
const KEYS: [&str; 3] = [REGISTRATION, SCHEDULE, DISCOUNTS];

/// Heads that a department has at most.
const MOST_HEADS: i64 = 2;

/// The rules of booking that hold along a chain.
pub fn registration(chain: &Chain, within: &impl Connection) -> Result<Registration, sql::Error> {
    let mut rules: Registration = effective(REGISTRATION, chain, within)?;
    rules.discounts = effective(DISCOUNTS, chain, within)?;
    Ok(rules)
}

/// The rules of schedules that hold along a chain.
pub fn schedule(chain: &Chain, within: &impl Connection) -> Result<ScheduleRules, sql::Error> {
    effective(SCHEDULE, chain, within)
}

/// Both with one query: what every booking asks.
pub fn booking(chain: &Chain, within: &impl Connection) -> Result<(Registration, ScheduleRules), sql::Error> {
    let (condition, parameters) = chain.condition();
    let statement = format!("SELECT scope_type, config_key, value_json FROM system_config WHERE {condition}");
    let mut levels: Vec<(String, String, String)> = within.query(&statement, &parameters)?;
    levels.sort_by_key(|(kind, ..)| Scope::rank(kind));
    let of = |key: &str| {
        let levels = levels.iter().filter(|(_, held, _)| held == key);
        merged(levels.filter_map(|(.., json)| serde_json::from_str(json).ok()).collect())
    };
    let mut registration: Registration = serde_json::from_value(of(REGISTRATION)).unwrap_or_default();
    registration.discounts = serde_json::from_value(of(DISCOUNTS)).unwrap_or_default();
    Ok((registration, serde_json::from_value(of(SCHEDULE)).unwrap_or_default()))
}

/// How many heads a department may have: the chain's department says, or the hospital.
pub fn department_head_max(chain: &Chain, within: &impl Connection) -> Result<i64, sql::Error> {
    let chain = Chain { minor: chain.minor, ..Chain::default() };
    let levels = stored(HEADS, &chain, within)?;
    Ok(levels.iter().find_map(Value::as_i64).unwrap_or(MOST_HEADS))
}

/// Forgets configuration and prices of a scope that is deleted.
pub fn forget(scope: Scope, within: &impl Connection) -> Result<(), sql::Error> {
    let key = params![scope.kind(), scope.id()];
    within.execute("DELETE FROM system_config WHERE scope_type = $1 AND scope_id = $2", &key)?;
    prices::remove(scope, within)
}

/// Sets what a change says in its own scope; the rest of the scope stays.
pub fn apply(change: &ScopeChange, within: &impl Connection) -> Result<(), sql::Error> {
    for (key, part) in KEYS.into_iter().zip(change.parts()) {
        if part.is_empty() {
            continue;
        }
        let mut fields = own(key, change.scope, within)?;
        for (name, value) in part {
            match value {
                Value::Null => fields.remove(name),
                value => fields.insert(name.clone(), value.clone()),
            };
        }
        put(key, change.scope, &Value::Object(fields), within)?;
    }
    match change.change.heads {
        Given::Absent => Ok(()),
        Given::Null => remove(HEADS, change.scope, within),
        Given::Value(most) => put(HEADS, change.scope, &most.into(), within),
    }
}

fn remove(key: &str, scope: Scope, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "DELETE FROM system_config WHERE scope_type = $1 AND scope_id = $2 AND config_key = $3";
    within.execute(statement, &params![scope.kind(), scope.id(), key]).map(drop)
}

fn put(key: &str, scope: Scope, value: &Value, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "INSERT INTO system_config (scope_type, scope_id, config_key, value_json) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (scope_type, scope_id, config_key) DO UPDATE SET value_json = excluded.value_json",
        &params![scope.kind(), scope.id(), key, value.to_string()],
    )?;
    Ok(())
}

/// What a scope itself says.
fn own(key: &str, scope: Scope, within: &impl Connection) -> Result<Map<String, Value>, sql::Error> {
    let found: Option<(String,)> = within.query_optional(
        "SELECT value_json FROM system_config WHERE scope_type = $1 AND scope_id = $2 AND config_key = $3",
        &params![scope.kind(), scope.id(), key],
    )?;
    Ok(found.and_then(|(json,)| serde_json::from_str(&json).ok()).unwrap_or_default())
}

/// The fields of all levels of a chain as one object: of each field the first level's.
fn effective<T: DeserializeOwned + Default>(
    key: &str,
    chain: &Chain,
    within: &impl Connection,
) -> Result<T, sql::Error> {
    let levels = stored(key, chain, within)?;
    Ok(serde_json::from_value(merged(levels)).unwrap_or_default())
}

fn merged(levels: Vec<Value>) -> Value {
    let mut merged = Map::new();
    for level in levels {
        let Value::Object(fields) = level else { continue };
        for (name, value) in fields {
            merged.entry(name).or_insert(value);
        }
    }
    Value::Object(merged)
}

/// The values of a key along a chain, the first level first.
fn stored(key: &str, chain: &Chain, within: &impl Connection) -> Result<Vec<Value>, sql::Error> {
    let (condition, mut parameters) = chain.condition();
    parameters.push(key.to_value());
    let place = parameters.len();
    let statement =
        format!("SELECT scope_type, value_json FROM system_config WHERE ({condition}) AND config_key = ${place}");
    let mut levels: Vec<(String, String)> = within.query(&statement, &parameters)?;
    levels.sort_by_key(|(kind, _)| Scope::rank(kind));
    Ok(levels.iter().filter_map(|(_, json)| serde_json::from_str(json).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::{Registration, merged};
    use serde_json::json;

    #[test]
    fn of_each_field_the_first_level_counts() {
        let levels = vec![json!({"noShowLimit": 5}), json!({"noShowLimit": 7, "advanceBookingDays": 30})];
        let rules: Registration = serde_json::from_value(merged(levels)).expect("rules");
        assert_eq!((rules.no_show_limit, rules.advance_booking_days), (5, 30));
        assert_eq!(rules.cancel_hours_before, Registration::default().cancel_hours_before);
    }
}
