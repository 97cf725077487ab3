//! Hospital areas (院区).

use ward_sdk::blobs;
use ward_sdk::sql::{self, Conditions, Connection, Transaction, from_row, params};

use crate::domain::{AreaId, Timestamp};

/// A hospital area.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its number.
    pub id: AreaId,
    /// Its name; no other has the same.
    pub name: String,
    /// Its address; may be empty.
    pub destination: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The blob of its map.
    pub image: Option<String>,
    /// The map's media type.
    pub image_type: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Area { id, name, destination, latitude, longitude, image, image_type, created_at });

/// What an area is described by.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFields {
    /// Its name.
    pub name: String,
    /// Its address; may be empty.
    pub destination: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

/// How many areas there may be: all of them, with their maps, are one answer.
pub const MOST: i64 = 50;

const COLUMNS: &str = "id, name, destination, latitude, longitude, image, image_type, created_at";

/// One area, unless it is deleted.
pub fn find(id: AreaId, within: &impl Connection) -> Result<Option<Area>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM area WHERE id = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![id])
}

/// The area of this name.
pub fn named(name: &str, within: &impl Connection) -> Result<Option<Area>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM area WHERE name = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![name])
}

/// The first area: where clinics lie that name none.
pub fn first(within: &impl Connection) -> Result<Option<Area>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM area WHERE deleted_at IS NULL ORDER BY id LIMIT 1");
    within.query_optional(&statement, &params![])
}

/// All areas, or the one of a number, in the order of their numbers.
pub fn list(id: Option<AreaId>, within: &impl Connection) -> Result<Vec<Area>, sql::Error> {
    let asked = Conditions::new().always("deleted_at IS NULL").and("id = ?", id);
    let (statement, parameters) = asked.all(&format!("SELECT {COLUMNS} FROM area"), "id");
    within.query(&statement, &parameters)
}

/// How many areas there are.
pub fn count(within: &impl Connection) -> Result<i64, sql::Error> {
    let (count,) = within.query_one("SELECT COUNT(*) FROM area WHERE deleted_at IS NULL", &params![])?;
    Ok(count)
}

/// Adds an area; a name that is taken is [`sql::Error::Unique`].
pub fn insert(new: &AreaFields, now: Timestamp, within: &impl Connection) -> Result<Area, sql::Error> {
    let statement = format!(
        "INSERT INTO area (name, destination, latitude, longitude, created_at) VALUES ($1, $2, $3, $4, $5) \
         RETURNING {COLUMNS}"
    );
    within.query_one(&statement, &params![new.name, new.destination, new.latitude, new.longitude, now])
}

/// Writes what an area became.
pub fn update(area: &Area, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE area SET name = $2, destination = $3, latitude = $4, longitude = $5 WHERE id = $1",
        &params![area.id, area.name, area.destination, area.latitude, area.longitude],
    )?;
    Ok(())
}

/// Gives an area another map, or none; the old one is removed.
pub fn set_image(area: &Area, new: Option<(&str, &str)>, within: &Transaction) -> Result<(), sql::Error> {
    let (image, image_type) = new.unzip();
    within
        .execute("UPDATE area SET image = $2, image_type = $3 WHERE id = $1", &params![area.id, image, image_type])?;
    Ok(())
}

/// Removes the blob of an area's map, if it has one.
pub fn forget_image(area: &Area, within: &Transaction) -> Result<(), blobs::Error> {
    area.image.as_deref().map_or(Ok(()), |image| blobs::remove(image, within))
}

/// Whether a clinic lies in an area.
pub fn has_clinics(id: AreaId, within: &impl Connection) -> Result<bool, sql::Error> {
    let statement = "SELECT 1 FROM clinic WHERE area_id = $1 AND deleted_at IS NULL LIMIT 1";
    Ok(within.query_optional::<(i64,)>(statement, &params![id])?.is_some())
}

/// Marks an area as deleted.
pub fn delete(id: AreaId, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within
        .execute("UPDATE area SET deleted_at = $2, image = NULL, image_type = NULL WHERE id = $1", &params![id, now])?;
    Ok(())
}
