//! Prices by scope: DOCTOR before CLINIC before MINOR_DEPT before GLOBAL.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection, Value, from_row, params};

use super::config::{Chain, Scope};
use crate::domain::{Money, SlotType};
use crate::input::{Amount, Fields, Given};

/// The prices of one scope; what is absent is inherited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Prices {
    /// Of a normal slot (普通).
    pub default_price_normal: Option<Money>,
    /// With an expert (专家).
    pub default_price_expert: Option<Money>,
    /// Special needs (特需).
    pub default_price_special: Option<Money>,
}

from_row!(Stored { normal, expert, special });

struct Stored {
    normal: Option<Money>,
    expert: Option<Money>,
    special: Option<Money>,
}

impl From<Stored> for Prices {
    fn from(stored: Stored) -> Self {
        Self {
            default_price_normal: stored.normal,
            default_price_expert: stored.expert,
            default_price_special: stored.special,
        }
    }
}

impl Prices {
    /// From the columns `normal`, `expert` and `special` of a join with `price`.
    pub fn of_row(row: &sql::Row) -> Result<Self, sql::Error> {
        <Stored as sql::FromRow>::from_row(row).map(Self::from)
    }

    /// What is charged where no scope says anything.
    #[must_use]
    pub fn fallback(slot: SlotType) -> Money {
        match slot {
            SlotType::Normal => Money::yuan(50),
            SlotType::Expert => Money::yuan(100),
            SlotType::Special => Money::yuan(500),
        }
    }

    /// The price of one kind of slot.
    #[must_use]
    pub fn get(&self, slot: SlotType) -> Option<Money> {
        match slot {
            SlotType::Normal => self.default_price_normal,
            SlotType::Expert => self.default_price_expert,
            SlotType::Special => self.default_price_special,
        }
    }
}

/// The three prices of a request: what is absent stays, `null` unsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceChange {
    normal: Given<Money>,
    expert: Given<Money>,
    special: Given<Money>,
}

impl PriceChange {
    /// Reads the three fields.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        let normal = fields.given("default_price_normal", &Amount::PRICE);
        let expert = fields.given("default_price_expert", &Amount::PRICE);
        let special = fields.given("default_price_special", &Amount::PRICE);
        Some(Self { normal: normal?, expert: expert?, special: special? })
    }

    /// Whether nothing was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [self.normal, self.expert, self.special].iter().all(|given| *given == Given::Absent)
    }

    /// What `current` becomes.
    #[must_use]
    pub fn applied(self, mut current: Prices) -> Prices {
        self.normal.apply(&mut current.default_price_normal);
        self.expert.apply(&mut current.default_price_expert);
        self.special.apply(&mut current.default_price_special);
        current
    }
}

/// The prices of a scope itself.
pub fn of(scope: Scope, within: &impl Connection) -> Result<Prices, sql::Error> {
    let stored: Option<Stored> = within.query_optional(
        "SELECT normal, expert, special FROM price WHERE scope_type = $1 AND scope_id = $2",
        &params![scope.kind(), scope.id()],
    )?;
    Ok(stored.map(Prices::from).unwrap_or_default())
}

/// Sets the prices of a scope.
pub fn put(scope: Scope, prices: Prices, within: &impl Connection) -> Result<(), sql::Error> {
    let Prices { default_price_normal, default_price_expert, default_price_special } = prices;
    within.execute(
        "INSERT INTO price (scope_type, scope_id, normal, expert, special) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (scope_type, scope_id) \
         DO UPDATE SET normal = excluded.normal, expert = excluded.expert, special = excluded.special",
        &params![scope.kind(), scope.id(), default_price_normal, default_price_expert, default_price_special],
    )?;
    Ok(())
}

/// Changes the prices of a scope, and tells what they are now.
pub fn change(scope: Scope, change: PriceChange, within: &impl Connection) -> Result<Prices, sql::Error> {
    let before = of(scope, within)?;
    let after = change.applied(before);
    if after != before {
        put(scope, after, within)?;
    }
    Ok(after)
}

/// The price of a slot by the first scope of the chain that has one.
pub fn lookup(chain: &Chain, slot: SlotType, within: &impl Connection) -> Result<Money, sql::Error> {
    let (condition, parameters) = chain.condition();
    let statement = format!("SELECT scope_type, normal, expert, special FROM price WHERE {condition}");
    let mut found: Vec<(usize, Prices)> = Vec::new();
    for row in within.rows(&statement, &parameters)? {
        found.push((Scope::rank(&row.get::<String>("scope_type")?), Prices::of_row(&row)?));
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found.iter().find_map(|(_, prices)| prices.get(slot)).unwrap_or(Prices::fallback(slot)))
}

/// Forgets the prices of a scope.
pub(super) fn remove(scope: Scope, within: &impl Connection) -> Result<(), sql::Error> {
    let key: [Value; 2] = params![scope.kind(), scope.id()];
    within.execute("DELETE FROM price WHERE scope_type = $1 AND scope_id = $2", &key)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PriceChange, Prices};
    use crate::domain::Money;
    use crate::input::Fields;
    use serde_json::json;

    fn change(body: serde_json::Value) -> Option<PriceChange> {
        PriceChange::read(&mut Fields::json(body).expect("an object"))
    }

    #[test]
    fn absent_stays_and_null_unsets() {
        let before = Prices {
            default_price_normal: Some(Money::yuan(60)),
            default_price_expert: Some(Money::yuan(100)),
            default_price_special: None,
        };
        let given = change(json!({"default_price_normal": 65.5, "default_price_expert": null})).expect("right");
        let after = given.applied(before);
        assert_eq!(after.default_price_normal, Some(Money::fen(6550)));
        assert_eq!((after.default_price_expert, after.default_price_special), (None, None));
        assert!(change(json!({})).expect("nothing wrong").is_empty());
    }

    #[test]
    fn a_negative_price_is_refused() {
        assert_eq!(change(json!({"default_price_normal": -1})), None);
    }
}
