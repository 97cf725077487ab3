//! Money: whole fen (分) inside, yuan (元) with two decimals outside.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use ward_sdk::sql::{FromValue, ToValue, Value};

/// An amount in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64, example = 60.00)]
pub struct Money(i64);

impl Money {
    /// The most that a price may be: 1,000,000.00 元.
    pub const MOST: Self = Self(100_000_000);

    /// From fen.
    #[must_use]
    pub const fn fen(fen: i64) -> Self {
        Self(fen)
    }

    /// From whole yuan.
    #[must_use]
    pub const fn yuan(yuan: i64) -> Self {
        Self(yuan * 100)
    }

    /// In fen.
    #[must_use]
    pub fn as_fen(self) -> i64 {
        self.0
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// From a number of yuan, rounded to the fen; none beyond [`Self::MOST`] in either direction.
    #[must_use]
    pub fn from_yuan(yuan: f64) -> Option<Self> {
        let fen = (yuan * 100.0).round();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let most = Self::MOST.0 as f64;
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the limit")]
        (fen.abs() <= most).then_some(Self(fen as i64))
    }

    /// The part of it that `factor` is (0.8: 80 %), rounded to the fen.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let fen = (self.0 as f64 * factor).round();
        #[expect(clippy::cast_possible_truncation, reason = "whole; a price times a small factor")]
        Self(fen as i64)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        into.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl ToValue for Money {
    fn to_value(&self) -> Value {
        Value::Int64(self.0)
    }
}

impl FromValue for Money {
    const EXPECTED: &'static str = "fen";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Money;
    use proptest::prelude::proptest;

    #[test]
    fn yuan_outside_fen_inside() {
        assert_eq!(Money::from_yuan(60.0), Some(Money::yuan(60)));
        assert_eq!(Money::from_yuan(0.1 + 0.2), Some(Money::fen(30)));
        assert_eq!(Money::from_yuan(-3.5), Some(Money::fen(-350)));
        assert_eq!(serde_json::to_string(&Money::fen(6050)).ok().as_deref(), Some("60.5"));
        for wrong in [f64::NAN, f64::INFINITY, 1e300, 1_000_000.01] {
            assert_eq!(Money::from_yuan(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_discount_rounds_to_the_fen() {
        assert_eq!(Money::yuan(60).times(0.8), Money::yuan(48));
        assert_eq!(Money::fen(999).times(0.5), Money::fen(500));
        assert_eq!(Money::yuan(60).times(0.0), Money::fen(0));
    }

    proptest! {
        #[test]
        fn every_amount_comes_back_as_it_was_shown(fen in 0_i64..=Money::MOST.as_fen()) {
            let shown = serde_json::to_value(Money::fen(fen)).expect("a number");
            assert_eq!(Money::from_yuan(shown.as_f64().expect("a number")), Some(Money::fen(fen)));
        }
    }
}
