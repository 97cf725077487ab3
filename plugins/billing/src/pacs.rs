//! What PACS is asked, in the caller's name, through its API.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use ward_sdk::detail::Failure;
use ward_sdk::http::StatusCode;
use ward_sdk::services::{Answer, Error, Request};
use ward_sdk::{Word as _, log};

use crate::domain::{CentreId, Modality, StudyId};

/// The domain of the mount.
const MOUNT: &str = "pacs";

/// What an invoice needs of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Study {
    /// Its number.
    pub id: StudyId,
    /// Its centre.
    pub centre: CentreId,
    /// How it was made.
    pub modality: Modality,
}

#[derive(Deserialize)]
struct StudyAnswer {
    id: StudyId,
    centre_id: CentreId,
    modality: String,
}

#[derive(Deserialize)]
struct CentreAnswer {
    is_active: bool,
}

/// The study of this number; 404 where the caller sees none.
pub fn study(id: StudyId) -> Result<Study, Failure> {
    let answer: StudyAnswer = ask(&format!("/studies/{id}"), "Study")?;
    let modality = Modality::parse(&answer.modality).ok_or_else(unexpected)?;
    Ok(Study { id: answer.id, centre: answer.centre_id, modality })
}

/// Whether the centre of this number is active; 404 where there is none.
pub fn is_active(centre: CentreId) -> Result<bool, Failure> {
    let answer: CentreAnswer = ask(&format!("/centres/{centre}"), "Centre")?;
    Ok(answer.is_active)
}

fn ask<T: DeserializeOwned>(path: &str, what: &'static str) -> Result<T, Failure> {
    let answer = Request::get(path).call(MOUNT).map_err(unreached)?;
    read(&answer, what)
}

fn read<T: DeserializeOwned>(answer: &Answer, what: &'static str) -> Result<T, Failure> {
    match answer.status {
        StatusCode::OK => answer.json().ok_or_else(unexpected),
        // A number that cannot be one is no record's.
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Err(Failure::NotFound(what)),
        StatusCode::UNAUTHORIZED => Err(Failure::Unauthenticated),
        StatusCode::FORBIDDEN => Err(Failure::Forbidden),
        StatusCode::TOO_MANY_REQUESTS => Err(Failure::TooMany(retry_after(answer))),
        status if status.is_server_error() => Err(Failure::Unavailable),
        _ => Err(unexpected()),
    }
}

fn retry_after(answer: &Answer) -> u32 {
    let header = answer.headers.iter().find(|(name, _)| name == "retry-after");
    header.and_then(|(_, seconds)| seconds.parse().ok()).unwrap_or(1)
}

fn unreached(error: Error) -> Failure {
    match error {
        Error::Unavailable => Failure::Unavailable,
        other => {
            log::error!("services: {other}");
            Failure::Internal
        }
    }
}

/// PACS answers what its API does not say.
fn unexpected() -> Failure {
    log::error!("PACS answered what its API does not say");
    Failure::Internal
}

#[cfg(test)]
mod tests {
    use super::{CentreAnswer, StudyAnswer, read};
    use crate::domain::{CentreId, StudyId};
    use ward_sdk::detail::Failure;
    use ward_sdk::http::StatusCode;
    use ward_sdk::services::Answer;

    fn answer(status: StatusCode, body: &str) -> Answer {
        Answer { status, headers: vec![("retry-after".to_owned(), "7".to_owned())], body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_study_is_read_whatever_else_the_answer_has() {
        let body = r#"{"id": 1, "study_id": "X3LUIDBH", "centre_id": 3, "modality": "ct", "more": []}"#;
        let study: StudyAnswer = read(&answer(StatusCode::OK, body), "Study").unwrap_or_else(|_| panic!("a study"));
        assert_eq!((study.id, study.centre_id, study.modality.as_str()), (StudyId(1), CentreId(3), "ct"));
    }

    #[test]
    fn what_pacs_says_of_the_caller_is_passed_on() {
        let failure = |status| read::<CentreAnswer>(&answer(status, "{}"), "Centre").err();
        assert_eq!(failure(StatusCode::NOT_FOUND), Some(Failure::NotFound("Centre")));
        assert_eq!(failure(StatusCode::UNPROCESSABLE_ENTITY), Some(Failure::NotFound("Centre")));
        assert_eq!(failure(StatusCode::UNAUTHORIZED), Some(Failure::Unauthenticated));
        assert_eq!(failure(StatusCode::FORBIDDEN), Some(Failure::Forbidden));
        assert_eq!(failure(StatusCode::TOO_MANY_REQUESTS), Some(Failure::TooMany(7)));
        assert_eq!(failure(StatusCode::INTERNAL_SERVER_ERROR), Some(Failure::Unavailable));
        assert_eq!(failure(StatusCode::GATEWAY_TIMEOUT), Some(Failure::Unavailable));
    }
}
