//! How areas are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::AreaId;
use crate::store::areas::Area;

/// An area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Area)]
pub struct Shown {
    /// Its number.
    pub area_id: AreaId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub destination: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// When it was made, the hospital's time.
    pub create_time: String,
}

impl Shown {
    /// An area as it is shown.
    pub fn of(area: Area, now: &Now) -> Self {
        Self {
            area_id: area.id,
            name: area.name,
            destination: area.destination,
            latitude: area.latitude,
            longitude: area.longitude,
            create_time: now.local(area.created_at),
        }
    }
}

/// An area with its map.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hospital {
    /// The area.
    #[serde(flatten)]
    pub area: Shown,
    /// The map's media type, where there is a map.
    pub image_type: Option<String>,
    /// The map in base64.
    pub image_data: Option<String>,
}

/// Areas.
#[derive(Debug, Serialize, ToSchema)]
pub struct Areas<T> {
    /// In the order of their numbers.
    pub areas: Vec<T>,
}
