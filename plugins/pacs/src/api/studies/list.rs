//! `GET /studies`.

use ward_sdk::Json;

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{CentreId, Modality, Page, Status, Timestamp};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Moment, Number, Query, Read, Text};
use crate::store::studies::{self, Filter, Study};

/// What a list of studies is asked for.
#[derive(Debug)]
pub struct Asked {
    filter: Filter,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let centre = fields.optional("centre_id", &Number(CentreId));
        let status = fields.optional("status", &Choice::<Status>::new());
        let modality = fields.optional("modality", &Choice::<Modality>::new());
        let search = fields.optional("search", &Text::line(200).or_blank());
        let from = fields.optional("date_from", &Moment(Timestamp::start_of));
        let until = fields.optional("date_to", &Moment(Timestamp::end_of));
        let page = Page::read(fields);
        let search = search?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let filter = Filter {
            scope: None,
            centre: centre?,
            status: status?,
            modality: modality?,
            search,
            from: from?,
            until: until?,
        };
        Some(Self { filter, page: page? })
    }
}

/// List studies, filtered by centre, status and modality
///
/// The newest first.
#[utoipa::path(
    get, path = "/studies", operation_id = "list_studies", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(
        ("skip" = Option<u32>, Query, description = "Studies to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Studies to give at most (100; 1,000 at most)"),
        ("centre_id" = Option<i64>, Query, description = "Only of this centre"),
        ("status" = Option<Status>, Query, description = "Only in this state"),
        ("modality" = Option<Modality>, Query, description = "Only made this way"),
        ("search" = Option<String>, Query, description = "Only with this text in the patient's name, the study id, the type or the description"),
        ("date_from" = Option<String>, Query, description = "Only uploaded on this day, at this time (UTC) or later", example = "2025-10-06"),
        ("date_to" = Option<String>, Query, description = "Only uploaded up to the end of this day, or up to this time (UTC)", example = "2025-10-06"),
    ),
    responses((status = 200, description = "Studies", body = Vec<Study>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_studies(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<Vec<Study>>, Failure> {
    let filter = Filter { scope: viewer.scope(), ..asked.filter };
    let studies = studies::list(&filter, asked.page)?;
    access::touch(studies.iter().map(|study| study.id))?;
    Ok(Json(studies))
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use crate::domain::{CentreId, Modality, Status};
    use crate::failure::Failure;
    use crate::input::{Fields, Read};

    fn asked(query: &[(&str, &str)]) -> Result<Asked, Failure> {
        let pairs = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok(Asked::from_fields(Fields::query(pairs))?)
    }

    #[test]
    fn filters_are_read_and_empty_ones_are_none() {
        let all = asked(&[
            ("centre_id", "3"),
            ("status", "in_review"),
            ("modality", "ct"),
            ("search", " 张 "),
            ("date_to", "2025-10-06"),
        ]);
        let filter = all.expect("all right").filter;
        assert_eq!(
            (filter.centre, filter.status, filter.modality),
            (Some(CentreId(3)), Some(Status::InReview), Some(Modality::Ct))
        );
        assert_eq!(filter.search.as_deref(), Some("张"));
        assert!(filter.until.is_some() && filter.from.is_none());
        let none = asked(&[("status", ""), ("modality", ""), ("search", "  ")]).expect("empty is none").filter;
        assert_eq!((none.status, none.modality, none.search), (None, None, None));
    }

    #[test]
    fn unknown_words_are_refused() {
        for wrong in
            [("status", "done"), ("modality", "mr"), ("centre_id", "x"), ("date_from", "soon"), ("search", "a\0b")]
        {
            assert!(matches!(asked(&[wrong]), Err(Failure::Invalid(issues)) if issues.len() == 1), "{wrong:?}");
        }
    }
}
