//! Visit records, the health record they make up, and their PDF.

use serde_json::{Value, json};
use ward_tests::registration::Patient;
use ward_tests::{Answer, Api};

use crate::hospital::{Hospital, TODAY, booked};

/// A patient who was seen, and the number of the visit.
async fn seen(hospital: &Hospital) -> (Patient, i64) {
    let shift = hospital.shift(TODAY, "上午", 5).await;
    let patient = hospital.patient().await;
    booked(&patient, shift).await;
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": shift})).await.message();
    let texts = json!({
        "patient_id": patient.patient_id, "schedule_id": shift, "chiefComplaint": "胸闷气短3天",
        "presentIllness": "患者3天前无明显诱因出现胸闷", "auxiliaryExam": "心电图示窦性心律", "diagnosis": "冠心病",
        "prescription": "阿司匹林 100mg qd\n硝酸甘油 0.5mg prn",
    });
    hospital.doctor.post("/doctor/consultation/complete", &texts).await.message();
    let record = patient.get("/patient/health-record").await.message();
    let visit = record["consultationRecords"][0]["id"].as_str().unwrap().parse().unwrap();
    (patient, visit)
}

async fn visit_record(api: &Api, visit: i64) -> Answer {
    api.get(&format!("/common/visit-record/{visit}")).await
}

async fn make(api: &Api, visit: i64) -> Answer {
    api.post_empty(&format!("/common/medical-record/{visit}/pdf")).await
}

async fn download(api: &Api, visit: i64) -> Answer {
    api.get(&format!("/common/medical-record/{visit}/download")).await
}

#[tokio::test]
async fn a_visit_is_recorded_as_the_doctor_wrote_it() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    let shown = visit_record(&patient, visit).await.message();
    let record = json!({
        "id": visit.to_string(), "outpatientNo": format!("{visit:06}"), "visitDate": "2025-11-20 09:00",
        "department": shown["recordData"]["department"], "doctorName": shown["recordData"]["doctorName"],
        "chiefComplaint": "胸闷气短3天", "presentIllness": "患者3天前无明显诱因出现胸闷",
        "auxiliaryExam": "心电图示窦性心律", "diagnosis": "冠心病",
        "prescription": "阿司匹林 100mg qd\n硝酸甘油 0.5mg prn", "status": "completed",
    });
    assert_eq!(shown["recordData"], record);
    assert!(record["department"].is_string() && record["doctorName"].is_string());
    assert_eq!((&shown["basicInfo"]["gender"], &shown["basicInfo"]["age"]), (&json!("未知"), &json!(null)));
    for api in [&hospital.admin, &*hospital.doctor] {
        assert_eq!(visit_record(api, visit).await.message(), shown);
    }
}

#[tokio::test]
async fn the_health_record_is_the_accounts_own_and_masked() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    let record = patient.get("/patient/health-record").await.message();
    assert_eq!(record["patientId"], patient.patient_id.to_string());
    assert_eq!(record["medicalHistory"], json!({"pastHistory": [], "allergyHistory": [], "familyHistory": []}));
    assert_eq!(record["consultationRecords"][0]["id"], visit.to_string());
    let basic = &record["basicInfo"];
    let masked = format!("{}****{}", &patient.phone[..3], &patient.phone[7..]);
    assert_eq!((&basic["phone"], &basic["height"]), (&json!(masked), &json!(null)));
    assert_eq!(basic["address"], "北京市海淀区学院路37号北京交通大学");
    let stranger = hospital.patient().await;
    let path = format!("/patient/health-record?patient_id={}", patient.patient_id);
    assert_eq!(patient.get(&path).await.message(), record);
    assert_eq!(stranger.get(&path).await.refused(), 106);
    let none = stranger.get("/patient/health-record").await.message();
    assert_eq!(none["consultationRecords"], json!([]));
}

#[tokio::test]
async fn others_do_not_see_a_visit_nor_print_it() {
    let hospital = Hospital::open().await;
    let (_, visit) = seen(&hospital).await;
    let stranger = hospital.patient().await;
    let colleague = hospital.admin.doctor(hospital.dept).await;
    for api in [&*stranger, &*colleague] {
        for answer in [visit_record(api, visit).await, make(api, visit).await, download(api, visit).await] {
            let refusal = answer.refusal();
            assert_eq!((refusal.status, refusal.code, refusal.msg.as_str()), (403, 403, "无权查看该病历"));
            assert_eq!(refusal.error, "资源操作失败");
        }
    }
    for answer in [visit_record(&hospital.admin, 999_999).await, make(&hospital.admin, 999_999).await] {
        let refusal = answer.refusal();
        assert_eq!((refusal.status, refusal.code), (404, 404));
    }
    let nobody = hospital.ward.registration();
    for answer in [visit_record(&nobody, visit).await, make(&nobody, visit).await, download(&nobody, visit).await] {
        assert_eq!(answer.refused(), 105);
    }
    assert_eq!(hospital.admin.get("/common/visit-record/x").await.refused(), 99);
}

#[tokio::test]
async fn a_pdf_is_made_served_and_gone_after_seven_days() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    let made = make(&patient, visit).await.message();
    let url = made["url"].as_str().unwrap();
    let start = format!("/static/pdf/medical_records/medical_record_{visit}_20251120090000");
    assert!(url.starts_with(&start) && url.strip_suffix(".pdf").is_some(), "{url}");
    let file_name = made["fileName"].as_str().unwrap();
    assert!(file_name.starts_with("病历单_") && file_name.ends_with("_2025-11-20.pdf"), "{file_name}");
    assert_eq!(made["expireTime"], "2025-11-27T01:00:00.000000Z");
    let nobody = hospital.ward.registration();
    let served = nobody.get(url).await.expect(200);
    assert_eq!(served.header("content-type"), Some("application/pdf"));
    assert!(served.body.starts_with(b"%PDF-"));
    assert_ne!(make(&patient, visit).await.message()["url"], made["url"]);

    hospital.clock.advance(7 * 24 * 3_600_000 - 1);
    nobody.get(url).await.expect(200);
    hospital.clock.advance(1);
    assert_eq!(nobody.get(url).await.status, 404);
}

#[tokio::test]
async fn every_word_of_a_pdf_can_be_selected() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    let answer = download(&patient, visit).await.expect(200);
    let text = ward_tests::pdf::text(&answer.body).replace(' ', "");
    let number = format!("{visit:06}");
    for words in [
        "北京交通大学校医院",
        "门诊病历单",
        &number,
        "2025-11-2009:00",
        "胸闷气短3天",
        "患者3天前无明显诱因出现胸闷",
        "心电图示窦性心律",
        "冠心病",
        "阿司匹林100mgqd",
        "硝酸甘油0.5mgprn",
        "病历专用章",
        "第1页/共1页",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains('\u{FFFD}'), "{text}");
}

#[tokio::test]
async fn of_one_visit_ten_files_are_kept() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    let mut urls = Vec::new();
    for _ in 0..11 {
        hospital.clock.advance(1_000);
        urls.push(make(&patient, visit).await.message()["url"].as_str().unwrap().to_owned());
    }
    let nobody = hospital.ward.registration();
    assert_eq!(nobody.get(&urls[0]).await.status, 404);
    for url in &urls[1..] {
        nobody.get(url).await.expect(200);
    }
}

#[tokio::test]
async fn a_download_needs_the_right_and_has_the_patients_name() {
    let hospital = Hospital::open().await;
    let (patient, visit) = seen(&hospital).await;
    for api in [&*patient, &*hospital.doctor, &hospital.admin] {
        let answer = download(api, visit).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/pdf"));
        let disposition = answer.header("content-disposition").unwrap();
        assert!(
            disposition.starts_with("attachment;") && disposition.contains("filename*=UTF-8''%E7%97%85"),
            "{disposition}"
        );
        assert!(answer.body.starts_with(b"%PDF-") && answer.body.len() < 200_000);
    }
}

#[tokio::test]
async fn notices_are_read_by_whom_they_are_for() {
    let hospital = Hospital::open().await;
    let shift = hospital.shift("2025-11-21", "上午", 5).await;
    let (patient, stranger) = (hospital.patient().await, hospital.patient().await);
    booked(&patient, shift).await;
    let leave = json!({"date": "2025-11-21", "shift": "full", "reason": "病"});
    let leave = hospital.doctor.post("/doctor/leave/apply", &leave).await.message()["id"].clone();
    hospital.admin.post_empty(&format!("/admin/audit/leave/{leave}/approve")).await.message();
    let listed = patient.get("/notices").await.message();
    let notice: Value = listed["notices"][0].clone();
    assert_eq!((&listed["total"], &listed["unread"], &listed["page_size"]), (&json!(1), &json!(1), &json!(20)));
    assert_eq!((&notice["create_time"], &notice["read_time"]), (&json!("2025-11-20T09:00:00"), &json!(null)));
    let path = format!("/notices/{}/read", notice["id"]);
    assert_eq!(stranger.put_empty(&path).await.refused(), 106);
    hospital.clock.advance(60_000);
    for _ in 0..2 {
        patient.put_empty(&path).await.message();
        hospital.clock.advance(60_000);
    }
    let after = patient.get("/patient/notices").await.message();
    assert_eq!((&after["unread"], &after["notices"][0]["read_time"]), (&json!(0), &json!("2025-11-20T09:01:00")));
    assert_eq!(patient.get("/notices?unread=true").await.message()["notices"], json!([]));
    assert_eq!(stranger.get("/notices").await.message()["total"], 0);
}
