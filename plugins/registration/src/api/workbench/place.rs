//! Where a doctor checks in.

use ward_sdk::config;
use ward_sdk::sql::Connection;

use crate::domain::attendance::Spot;
use crate::domain::{AreaId, ScheduleId};
use crate::failure::Failure;
use crate::input::{Degrees, Fields, Number, Read};
use crate::store::areas;

/// The setting that says how far from the area one may be, in metres.
const SETTING: &str = "checkin_radius_metres";

/// Without a setting.
const DEFAULT: f64 = 1000.0;

/// A shift, and where the doctor is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Here {
    /// The shift.
    pub shift: ScheduleId,
    /// Where, if the client says so.
    pub spot: Option<Spot>,
}

impl Read for Here {
    fn read(fields: &mut Fields) -> Option<Self> {
        let shift = fields.required("shiftId", &Number(ScheduleId));
        let latitude = fields.optional("latitude", &Degrees::LATITUDE);
        let longitude = fields.optional("longitude", &Degrees::LONGITUDE);
        let spot = match (latitude?, longitude?) {
            (Some(latitude), Some(longitude)) => Some(Spot { latitude, longitude }),
            (None, None) => None,
            _ => {
                fields.refuse("latitude", "应与 longitude 同时提供");
                return None;
            }
        };
        Some(Self { shift: shift?, spot })
    }
}

/// Refuses a spot that is too far from an area whose coordinates are known.
pub fn near(area: AreaId, spot: Option<Spot>, within: &impl Connection) -> Result<(), Failure> {
    let area = areas::find(area, within)?;
    let place = area.and_then(|area| Some(Spot { latitude: area.latitude?, longitude: area.longitude? }));
    check(place, spot, radius())
}

fn radius() -> f64 {
    config::setting(SETTING).and_then(|text| text.trim().parse().ok()).unwrap_or(DEFAULT)
}

fn check(place: Option<Spot>, spot: Option<Spot>, radius: f64) -> Result<(), Failure> {
    let Some(place) = place.filter(|_| radius > 0.0) else { return Ok(()) };
    let spot = spot.ok_or_else(|| Failure::refused("签到签退需提供位置(latitude, longitude)"))?;
    let distance = spot.metres_to(place);
    if distance > radius {
        return Err(Failure::refused(format!("不在签到范围内：距院区 {distance:.0} 米，需在 {radius:.0} 米以内")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Here, check};
    use crate::domain::ScheduleId;
    use crate::domain::attendance::Spot;
    use crate::failure::Failure;
    use crate::input::{Fields, Read as _};
    use serde_json::{Value, json};

    const CAMPUS: Spot = Spot { latitude: 39.9518, longitude: 116.3424 };
    const FAR: Spot = Spot { latitude: 39.984, longitude: 116.318 };

    fn read(body: Value) -> Result<Here, Failure> {
        Ok(Here::from_fields(Fields::json(body)?)?)
    }

    #[test]
    fn where_the_area_has_coordinates_one_must_be_near() {
        assert_eq!(check(Some(CAMPUS), Some(CAMPUS), 1000.0), Ok(()));
        assert!(check(Some(CAMPUS), Some(FAR), 1000.0).is_err());
        assert_eq!(check(Some(CAMPUS), Some(FAR), 5000.0), Ok(()));
        assert!(check(Some(CAMPUS), None, 1000.0).is_err());
        assert_eq!(check(Some(CAMPUS), Some(FAR), 0.0), Ok(()));
        assert_eq!(check(None, None, 1000.0), Ok(()));
    }

    #[test]
    fn a_spot_is_two_numbers_on_the_earth() {
        let both = read(json!({"shiftId": 1, "latitude": 39.9518, "longitude": "116.3424"}));
        assert_eq!(both, Ok(Here { shift: ScheduleId(1), spot: Some(CAMPUS) }));
        assert_eq!(read(json!({"shiftId": "1"})), Ok(Here { shift: ScheduleId(1), spot: None }));
        for wrong in [
            json!({"shiftId": 1, "latitude": 39.9}),
            json!({"shiftId": 1, "latitude": 91, "longitude": 0}),
            json!({"shiftId": 1, "latitude": "NaN", "longitude": 0}),
            json!({"latitude": 1, "longitude": 0}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
