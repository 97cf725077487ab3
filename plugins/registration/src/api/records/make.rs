//! `POST /common/medical-record/{visit_id}/pdf`.

use std::io::Write as _;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use ward_sdk::Path;
use ward_sdk::blobs::Writer;
use ward_sdk::sql::{self, Connection, Database, Transaction, params};

use super::print::print;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::api::visits::visible;
use crate::clock::Now;
use crate::domain::{Timestamp, VisitId};
use crate::failure::Failure;
use crate::store::files::{self, NewFile};

/// How long a PDF is served, in minutes.
const LIFE: i64 = 7 * 24 * 60;
/// How many PDFs of one visit are kept.
const MOST: i64 = 10;

/// A PDF that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "url": "/static/pdf/medical_records/medical_record_194_202511271833004817035912264490.pdf",
    "fileName": "病历单_张三_2025-11-12.pdf", "expireTime": "2025-12-04T10:33:00.000000Z"
}))]
pub struct Made {
    /// Where it is served, without a token.
    url: String,
    /// What it should be saved as.
    file_name: String,
    /// Until when, UTC.
    expire_time: String,
}

/// Make the PDF of a visit record (七.3)
///
/// For whoever may see the visit. It can then be fetched at `url` without a token, until it expires after seven
/// days; the address cannot be guessed.
#[utoipa::path(
    post, path = "/common/medical-record/{visit_id}/pdf", operation_id = "make_medical_record", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    params(("visit_id" = i64, Path, description = "Number of the visit")),
    responses((status = 200, description = "Made", body = Answer<Made>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn make_medical_record(viewer: Viewer, now: Now, Path(id): Path<VisitId>) -> Result<Answer<Made>, Failure> {
    let (visit, patient) = visible(id, &viewer, &Database)?;
    let printed = print(visit, &patient, &now)?;
    let mut writer = Writer::create()?;
    writer.write_all(&printed.bytes).map_err(|_| Failure::unavailable())?;
    let upload = writer.finish()?;
    let expires = now.at.plus_minutes(LIFE);
    let new = NewFile {
        path: path(id, &now),
        media_type: "application/pdf",
        name: &printed.name,
        owner: Some(viewer.account),
        expires_at: Some(expires),
    };
    let stored = sql::transaction(|within| {
        make_room(id, within)?;
        files::keep(upload, new.clone(), &now, within)
    })?;
    Ok(ok(Made { url: stored.url(), file_name: printed.name, expire_time: utc(expires) }))
}

fn folder(id: VisitId) -> String {
    format!("pdf/medical_records/medical_record_{id}_")
}

/// The document's name, and random digits after its time.
fn path(id: VisitId, now: &Now) -> String {
    let time: String = now.local(now.at).chars().filter(char::is_ascii_digit).collect();
    let secret = Uuid::new_v4().as_u128() % 10_u128.pow(16);
    format!("{}{time}{secret:016}.pdf", folder(id))
}

/// Removes a visit's oldest PDFs, so that one more may be kept.
fn make_room(id: VisitId, within: &Transaction) -> Result<(), Failure> {
    let pattern = format!("{}%", folder(id).replace('_', "!_"));
    let old: Vec<(String,)> = within.query(
        "SELECT path FROM stored_file WHERE path LIKE $1 ESCAPE '!' ORDER BY created_at DESC, path LIMIT 100 OFFSET $2",
        &params![pattern, MOST - 1],
    )?;
    for (path,) in old {
        files::remove(&path, within)?;
    }
    Ok(())
}

fn utc(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::{path, utc};
    use crate::clock::Now;
    use crate::domain::{Timestamp, VisitId};
    use chrono_tz::Tz;

    #[test]
    fn a_file_is_named_for_its_visit_and_time_and_cannot_be_guessed() {
        let at = chrono::DateTime::parse_from_rfc3339("2025-11-27T18:33:00+08:00").expect("a moment");
        let now = Now::at(Timestamp::from_millis(at.timestamp_millis()), Tz::Asia__Shanghai);
        let (one, other) = (path(VisitId(194), &now), path(VisitId(194), &now));
        let start = "pdf/medical_records/medical_record_194_20251127183300";
        assert!(one.starts_with(start) && one.len() == start.len() + 20, "{one}");
        assert_eq!(one.strip_suffix(".pdf").map(str::len), Some(start.len() + 16));
        assert_ne!(one, other);
        assert_eq!(utc(now.at), "2025-11-27T10:33:00.000000Z");
    }
}
