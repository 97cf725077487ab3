//! Places on the earth.

use serde_json::Value;

use super::{Fault, Rule};

/// Degrees of latitude or longitude, also as text.
#[derive(Clone, Copy, Debug)]
pub struct Degrees {
    most: f64,
}

impl Degrees {
    /// 90 in either direction.
    pub const LATITUDE: Self = Self { most: 90.0 };
    /// 180 in either direction.
    pub const LONGITUDE: Self = Self { most: 180.0 };
}

impl Rule for Degrees {
    type Output = f64;

    fn read(&self, value: &Value) -> Result<f64, Fault> {
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        };
        let most = self.most;
        number
            .filter(|degrees: &f64| degrees.abs() <= most)
            .ok_or_else(|| format!("应在 -{most} 到 {most} 之间").into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Degrees, Rule};
    use serde_json::json;

    #[test]
    fn degrees_end_at_the_poles_and_at_the_date_line() {
        assert_eq!(Degrees::LATITUDE.read(&json!(-90)), Ok(-90.0));
        assert_eq!(Degrees::LONGITUDE.read(&json!("180")), Ok(180.0));
        for wrong in [json!(90.1), json!("NaN"), json!("inf"), json!(true), json!("北纬")] {
            assert!(Degrees::LATITUDE.read(&wrong).is_err(), "{wrong}");
        }
    }
}
