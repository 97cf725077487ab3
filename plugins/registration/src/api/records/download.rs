//! `GET /common/medical-record/{visit_id}/download`.

use axum::response::{IntoResponse, Response};
use ward_sdk::Path;
use ward_sdk::http::header;
use ward_sdk::sql::Database;

use super::print::print;
use crate::access::Viewer;
use crate::api::docs::Refusals;
use crate::api::visits::visible;
use crate::clock::Now;
use crate::domain::VisitId;
use crate::failure::Failure;

/// Stream the PDF of a visit record (七.4)
///
/// For whoever may see the visit. It is made anew and kept nowhere.
#[utoipa::path(
    get, path = "/common/medical-record/{visit_id}/download", operation_id = "download_medical_record", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    params(("visit_id" = i64, Path, description = "Number of the visit")),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn download_medical_record(viewer: Viewer, now: Now, Path(id): Path<VisitId>) -> Result<Response, Failure> {
    let (visit, patient) = visible(id, &viewer, &Database)?;
    let printed = print(visit, &patient, &now)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(id, &printed.name)),
    ];
    Ok((headers, printed.bytes).into_response())
}

/// A plain name for old clients, the Chinese one for the others (RFC 6266).
fn attachment(id: VisitId, name: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => encoded.push(char::from(byte)),
            // Writing to a string cannot fail.
            other => drop(write!(encoded, "%{other:02X}")),
        }
    }
    format!("attachment; filename=\"medical_record_{id}.pdf\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::attachment;
    use crate::domain::VisitId;

    #[test]
    fn a_chinese_name_is_encoded() {
        let told = attachment(VisitId(7), "病_a.pdf");
        assert_eq!(told, "attachment; filename=\"medical_record_7.pdf\"; filename*=UTF-8''%E7%97%85_a.pdf");
    }
}
