//! What a doctor sees of a patient.

use serde_json::json;

use crate::hospital::{Hospital, TODAY, booked};

#[tokio::test]
async fn only_who_has_seen_a_patient_sees_more_than_name_gender_and_age() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let card = json!({"name": "张三", "id_card": "110101199501011234", "phone_number": "13812345678"});
    patient.put(&format!("/patient/patients/{}", patient.patient_id), &card).await.message();
    let path = format!("/doctor/patient/{}", patient.patient_id);
    let basics = json!({"patient_id": patient.patient_id, "name": "张三", "gender": "男", "age": 30});
    for who in [&*hospital.doctor, &hospital.admin] {
        assert_eq!(who.get(&path).await.message(), basics);
    }
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let order = booked(&patient, schedule).await;
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": schedule})).await.message();
    assert_eq!(hospital.doctor.get(&path).await.message(), basics, "called is not yet seen");
    hospital.doctor.post("/doctor/consultation/complete", &json!({"order_id": order})).await.message();
    let detail = hospital.doctor.get(&path).await.message();
    assert_eq!((&detail["name"], &detail["patientId"]), (&json!("张三"), &json!(patient.patient_id.to_string())));
    assert_eq!(detail["basicInfo"]["phone"], "138****5678");
    assert_eq!(detail["basicInfo"]["idCard"], "110101********1234");
    assert_eq!(detail["consultationRecords"].as_array().unwrap().len(), 1);
    let colleague = hospital.admin.doctor(hospital.dept).await;
    assert_eq!(colleague.get(&path).await.message(), basics);
    assert_eq!(hospital.admin.get(&path).await.message(), basics);
}

#[tokio::test]
async fn a_patient_who_is_not_there_and_a_caller_who_is_no_doctor_are_told_so() {
    let hospital = Hospital::open().await;
    let missing = hospital.doctor.get("/doctor/patient/9999").await.refusal();
    assert_eq!((missing.status, missing.code), (404, 201));
    assert_eq!((missing.error.as_str(), missing.msg.as_str()), ("资源获取失败", "患者ID 9999 不存在"));
    assert_eq!(hospital.doctor.get("/doctor/patient/abc").await.refused(), 99);
    let patient = hospital.patient().await;
    let denied = patient.get(&format!("/doctor/patient/{}", patient.patient_id)).await.refusal();
    assert_eq!((denied.status, denied.code), (403, 102));
    assert_eq!((denied.error.as_str(), denied.msg.as_str()), ("认证时出现异常", "仅医生可查询患者信息"));
}
