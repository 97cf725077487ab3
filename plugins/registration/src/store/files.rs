//! Files that are served below `/static`.
//!
//! A file is found by the exact path that it was given when it was stored: there is no directory to
//! traverse. Names hold a random part, so that only who was told a file's address finds it.

use uuid::Uuid;
use ward_sdk::sql::{self, Connection, Transaction, from_row, params};
use ward_sdk::{File, blobs};

use crate::clock::Now;
use crate::domain::{AccountId, Timestamp};
use crate::failure::Failure;

/// Bytes of an image, at most.
pub const MOST_BYTES: u64 = 5 * 1024 * 1024;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// What follows `/static/` in its address.
    pub path: String,
    /// Its content.
    pub blob: String,
    /// Its type, by its content.
    pub media_type: String,
    /// What it was called.
    pub name: String,
    /// When it is gone.
    pub expires_at: Option<Timestamp>,
}

from_row!(StoredFile { path, blob, media_type, name, expires_at });

impl StoredFile {
    /// Its address, to be appended to the API's.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.path)
    }
}

/// The address of a path.
#[must_use]
pub fn url(path: &str) -> String {
    format!("/static/{path}")
}

/// The path of an address: with or without `/static/` or `static/` before it.
#[must_use]
pub fn path_of(address: &str) -> &str {
    let address = address.strip_prefix('/').unwrap_or(address);
    address.strip_prefix("static/").unwrap_or(address)
}

/// Images that are taken: media type and ending.
const IMAGES: [(&str, &str); 5] =
    [("image/jpeg", "jpg"), ("image/png", "png"), ("image/gif", "gif"), ("image/bmp", "bmp"), ("image/webp", "webp")];

/// Media type and ending of an image, by its content; its name is not asked.
pub fn image_type(file: &File) -> Result<(&'static str, &'static str), Failure> {
    let sniffed = file.sniffed_type.as_deref();
    let known = IMAGES.iter().find(|(media_type, _)| sniffed == Some(media_type));
    let (media_type, ending) = known.ok_or_else(|| Failure::refused("不支持的文件类型"))?;
    if file.size > MOST_BYTES {
        Err(Failure::refused("文件大小不能超过 5MB"))
    } else {
        Ok((media_type, ending))
    }
}

/// A name that nobody guesses: the second, a random part, an ending.
#[must_use]
pub fn unguessable(now: &Now, ending: &str) -> String {
    format!("{}_{}.{ending}", now.at.millis() / 1000, Uuid::new_v4().simple())
}

/// A file to be.
#[derive(Clone, Debug)]
pub struct NewFile<'a> {
    /// What will follow `/static/` in its address.
    pub path: String,
    /// Its type.
    pub media_type: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// Who brings it.
    pub owner: Option<AccountId>,
    /// When it is gone.
    pub expires_at: Option<Timestamp>,
}

/// Stores a file that came in or was written here, if and when the transaction commits.
pub fn keep(upload: blobs::Upload, new: NewFile<'_>, now: &Now, tx: &Transaction) -> Result<StoredFile, Failure> {
    let info = upload.keep(new.media_type, tx)?;
    let size = i64::try_from(info.size).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO stored_file (path, blob, media_type, name, size, owner, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![new.path, info.id, new.media_type, new.name, size, new.owner, now.at, new.expires_at],
    )?;
    Ok(StoredFile {
        path: new.path,
        blob: info.id,
        media_type: new.media_type.to_owned(),
        name: new.name.to_owned(),
        expires_at: new.expires_at,
    })
}

/// The file at a path, unless it is gone.
pub fn find(path: &str, now: Timestamp, within: &impl Connection) -> Result<Option<StoredFile>, sql::Error> {
    within.query_optional(
        "SELECT path, blob, media_type, name, expires_at FROM stored_file \
         WHERE path = $1 AND (expires_at IS NULL OR expires_at > $2)",
        &params![path, now],
    )
}

/// Removes the file at a path, if there is one.
pub fn remove(path: &str, tx: &Transaction) -> Result<bool, Failure> {
    let removed: Option<(String,)> =
        tx.query_optional("DELETE FROM stored_file WHERE path = $1 RETURNING blob", &params![path])?;
    let Some((blob,)) = removed else { return Ok(false) };
    blobs::remove(&blob, tx)?;
    Ok(true)
}

/// Removes files whose time is over, so many at once at most, and tells how many.
pub fn remove_expired(now: Timestamp, most: i64, tx: &Transaction) -> Result<usize, Failure> {
    let expired: Vec<(String,)> = tx.query(
        "SELECT path FROM stored_file WHERE expires_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
        &params![now, most],
    )?;
    for (path,) in &expired {
        remove(path, tx)?;
    }
    Ok(expired.len())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn an_address_may_come_in_the_documents_three_ways() {
        for address in ["/static/images/a.jpg", "static/images/a.jpg", "images/a.jpg"] {
            assert_eq!(path_of(address), "images/a.jpg");
        }
    }
}
