//! Visit records: what a doctor found and prescribed.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{DoctorId, MinorId, OrderId, PatientId, ScheduleId, Timestamp, VisitId};

/// What a doctor writes down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitTexts {
    /// 主诉.
    pub chief_complaint: Option<String>,
    /// 现病史.
    pub present_illness: Option<String>,
    /// 辅助检查.
    pub auxiliary_exam: Option<String>,
    /// 诊断.
    pub diagnosis: Option<String>,
    /// 处方.
    pub prescription: Option<String>,
}

/// A visit to be recorded.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// The order that it ends.
    pub order_id: OrderId,
    /// The shift.
    pub schedule_id: ScheduleId,
    /// Who was seen.
    pub patient_id: PatientId,
    /// By whom.
    pub doctor_id: DoctorId,
    /// Where.
    pub dept_id: MinorId,
    /// When.
    pub visited_at: Timestamp,
    /// What was found.
    pub texts: VisitTexts,
}

/// A visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// Its number.
    pub id: VisitId,
    /// Who was seen.
    pub patient_id: PatientId,
    /// By whom.
    pub doctor_id: DoctorId,
    /// The doctor's name.
    pub doctor_name: String,
    /// The department's name.
    pub department: String,
    /// When.
    pub visited_at: Timestamp,
    /// 主诉.
    pub chief_complaint: Option<String>,
    /// 现病史.
    pub present_illness: Option<String>,
    /// 辅助检查.
    pub auxiliary_exam: Option<String>,
    /// 诊断.
    pub diagnosis: Option<String>,
    /// 处方.
    pub prescription: Option<String>,
    /// `completed`, or `ongoing` while it is followed up.
    pub status: String,
}

from_row!(Visit {
    id,
    patient_id,
    doctor_id,
    doctor_name,
    department,
    visited_at,
    chief_complaint,
    present_illness,
    auxiliary_exam,
    diagnosis,
    prescription,
    status,
});

const SELECT: &str = "SELECT v.id, v.patient_id, v.doctor_id, d.name AS doctor_name, m.name AS department, v.visited_at, \
    v.chief_complaint, v.present_illness, v.auxiliary_exam, v.diagnosis, v.prescription, v.status \
    FROM visit v JOIN doctor d ON d.id = v.doctor_id JOIN minor_department m ON m.id = v.dept_id";

/// Records a visit; an order has one.
pub fn record(new: &NewVisit, within: &impl Connection) -> Result<VisitId, sql::Error> {
    let texts = &new.texts;
    let (id,) = within.query_one(
        "INSERT INTO visit (order_id, schedule_id, patient_id, doctor_id, dept_id, visited_at, chief_complaint, \
         present_illness, auxiliary_exam, diagnosis, prescription, status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'completed') RETURNING id",
        &params![
            new.order_id,
            new.schedule_id,
            new.patient_id,
            new.doctor_id,
            new.dept_id,
            new.visited_at,
            texts.chief_complaint,
            texts.present_illness,
            texts.auxiliary_exam,
            texts.diagnosis,
            texts.prescription
        ],
    )?;
    Ok(id)
}

/// One visit.
pub fn find(id: VisitId, within: &impl Connection) -> Result<Option<Visit>, sql::Error> {
    within.query_optional(&format!("{SELECT} WHERE v.id = $1"), &params![id])
}

/// Whether a doctor has ever seen a patient.
pub fn treated(doctor: DoctorId, patient: PatientId, within: &impl Connection) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT id FROM visit WHERE doctor_id = $1 AND patient_id = $2 LIMIT 1",
        &params![doctor, patient],
    )?;
    Ok(found.is_some())
}

/// A patient's visits, the newest first: all, or those to a doctor.
pub fn of_patient(
    patient: PatientId,
    doctor: Option<DoctorId>,
    within: &impl Connection,
) -> Result<Vec<Visit>, sql::Error> {
    within.query(
        &format!(
            "{SELECT} WHERE v.patient_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR v.doctor_id = $2) \
             ORDER BY v.visited_at DESC, v.id DESC LIMIT 1000"
        ),
        &params![patient, doctor],
    )
}
