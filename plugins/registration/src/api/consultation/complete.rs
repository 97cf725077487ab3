//! `POST /doctor/consultation/complete`.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::{self, QueuePatient};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{OrderId, PatientId, ScheduleId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read, Text};
use crate::orders::{self, Texts};
use crate::store::queue;

/// Of one text of a visit record.
const TEXT: Text = Text::lines(10_000).or_blank();

/// Who was seen, and what the visit record says.
#[derive(ToSchema)]
#[schema(as = CompleteFields, example = json!({"patient_id": 5, "schedule_id": 5669}))]
#[expect(dead_code, reason = "describes the body; `Seen` is read from it")]
pub struct CompleteBody {
    /// The patient; not needed with `order_id`.
    patient_id: Option<i64>,
    /// The shift; not needed with `order_id`.
    schedule_id: Option<i64>,
    /// The order.
    order_id: Option<i64>,
    /// 主诉; also `chiefComplaint`.
    #[schema(max_length = 10_000)]
    chief_complaint: Option<String>,
    /// 现病史; also `presentIllness`.
    #[schema(max_length = 10_000)]
    present_illness: Option<String>,
    /// 辅助检查; also `auxiliaryExam`.
    #[schema(max_length = 10_000)]
    auxiliary_exam: Option<String>,
    /// 诊断.
    #[schema(max_length = 10_000)]
    diagnosis: Option<String>,
    /// 处方/医嘱.
    #[schema(max_length = 10_000)]
    prescription: Option<String>,
}

/// Whose consultation it is.
enum Which {
    Order(OrderId),
    Patient(PatientId, ScheduleId),
}

/// Who was seen, and what the visit record says.
pub struct Seen {
    which: Which,
    texts: Texts,
}

impl Read for Seen {
    fn read(fields: &mut Fields) -> Option<Self> {
        let which = which(fields);
        let chief_complaint = fields.first(&["chief_complaint", "chiefComplaint"], &TEXT);
        let present_illness = fields.first(&["present_illness", "presentIllness"], &TEXT);
        let auxiliary_exam = fields.first(&["auxiliary_exam", "auxiliaryExam"], &TEXT);
        let diagnosis = fields.optional("diagnosis", &TEXT);
        let prescription = fields.optional("prescription", &TEXT);
        let texts = Texts {
            chief_complaint: said(chief_complaint?),
            present_illness: said(present_illness?),
            auxiliary_exam: said(auxiliary_exam?),
            diagnosis: said(diagnosis?),
            prescription: said(prescription?),
        };
        Some(Self { which: which?, texts })
    }
}

fn which(fields: &mut Fields) -> Option<Which> {
    if let Some(order) = fields.optional("order_id", &Number(OrderId))? {
        return Some(Which::Order(order));
    }
    let patient = fields.required("patient_id", &Number(PatientId));
    let schedule = fields.required("schedule_id", &Number(ScheduleId));
    Some(Which::Patient(patient?, schedule?))
}

/// A text that says nothing is none.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A consultation that has ended.
#[derive(Serialize, ToSchema)]
#[schema(as = Completed)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    detail: Cow<'static, str>,
    completed_patient: QueuePatient,
    schedule_id: ScheduleId,
}

/// Complete a consultation
///
/// The order must be `confirmed`. Leaves a visit record with the texts that were sent.
#[utoipa::path(
    post, path = "/doctor/consultation/complete", operation_id = "complete_consultation", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = CompleteBody,
    responses((status = 200, description = "It is completed", body = Answer<Ended>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn complete_consultation(viewer: Viewer, now: Now, Body(seen): Body<Seen>) -> Result<Answer<Ended>, Failure> {
    let doctor = viewer.doctor()?;
    let id = match seen.which {
        Which::Order(id) => id,
        Which::Patient(patient, schedule) => {
            shape::own_shift(schedule, doctor)?;
            let found = queue::of_patient(schedule, patient, &Database)?;
            found.ok_or_else(|| Failure::missing("挂号记录不存在"))?
        }
    };
    let order = orders::complete(id, doctor, &seen.texts, &now)?;
    Ok(ok(Ended {
        detail: "就诊完成".into(),
        completed_patient: shape::of(id, &now)?,
        schedule_id: order.place.schedule,
    }))
}

#[cfg(test)]
mod tests {
    use super::{Seen, Which};
    use crate::input::{Fields, Read as _};
    use serde_json::{Value, json};

    fn read(body: Value) -> Result<Seen, String> {
        let fields = Fields::json(body).expect("an object");
        Seen::from_fields(fields).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn an_order_or_a_patient_in_a_shift_is_named() {
        let named = |body| read(body).map(|seen| matches!(seen.which, Which::Order(_)));
        assert_eq!(named(json!({"order_id": 7})), Ok(true));
        assert_eq!(named(json!({"patient_id": 5, "schedule_id": 9})), Ok(false));
        assert_eq!(named(json!({"patient_id": 5})), Err("schedule_id: 不能为空".to_owned()));
    }

    #[test]
    fn texts_come_in_both_spellings_and_empty_ones_are_none() {
        let seen = read(json!({"order_id": 7, "chiefComplaint": "咳嗽", "diagnosis": " "})).expect("right");
        assert_eq!(seen.texts.chief_complaint.as_deref(), Some("咳嗽"));
        assert_eq!(seen.texts.diagnosis, None);
        let snake = read(json!({"order_id": 7, "chief_complaint": "头痛\n两天"})).expect("right");
        assert_eq!(snake.texts.chief_complaint.as_deref(), Some("头痛\n两天"));
    }

    #[test]
    fn a_wrong_text_is_named() {
        let told = read(json!({"order_id": 7, "diagnosis": 5})).err();
        assert_eq!(told.as_deref(), Some("diagnosis: 应为字符串"));
    }
}
