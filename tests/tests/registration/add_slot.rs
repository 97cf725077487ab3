//! One more slot: requests, decisions, adding at once.

use serde_json::{Value, json};
use ward_tests::{Answer, Api};

use crate::hospital::{Counts, Hospital, TODAY, TOMORROW, booked, status};

async fn ask(who: &Api, schedule: i64, patient: i64) -> Answer {
    let body = json!({"schedule_id": schedule, "patient_id": patient, "slot_type": "普通", "reason": "需要加号给病患"});
    who.post("/doctor/schedules/add-slot", &body).await
}

async fn asked(hospital: &Hospital, schedule: i64, patient: i64) -> i64 {
    let filed = ask(&hospital.doctor, schedule, patient).await.message();
    assert_eq!(filed["detail"], "加号申请已提交，等待审核");
    filed["audit_id"].as_i64().unwrap()
}

async fn decide(who: &Api, audit: i64, decision: &str) -> Answer {
    who.post(&format!("/admin/audit/add-slot/{audit}/{decision}"), &json!({"comment": "同意"})).await
}

async fn audits(hospital: &Hospital) -> Vec<Value> {
    hospital.admin.get("/admin/audit/add-slot").await.message()["audits"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_administrator_adds_a_slot_with_its_order_at_once() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    booked(&hospital.patient().await, schedule).await;
    let patient = hospital.patient().await;
    let added = ask(&hospital.admin, schedule, patient.patient_id).await.message();
    assert_eq!(added["detail"], "加号记录已创建");
    let order = added["order_id"].as_i64().unwrap();
    assert_eq!(status(&patient, order).await, "pending");
    let shown = patient.get("/appointments").await.message()["list"][0].clone();
    assert_eq!((&shown["queueNumber"], &shown["price"]), (&json!(2), &json!(50.0)));
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 0 });
    assert_eq!(ask(&hospital.admin, schedule, patient.patient_id).await.refused(), 1003, "twice");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 0 });
}

#[tokio::test]
async fn a_doctors_request_is_decided_once_and_adds_all_or_nothing() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    let (first, second) = (hospital.patient().await, hospital.patient().await);
    let audit = asked(&hospital, schedule, first.patient_id).await;
    assert_eq!(ask(&hospital.doctor, schedule, first.patient_id).await.refused(), 99, "asked twice");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 1, remaining: 1 });
    let shown = audits(&hospital).await[0].clone();
    let expected = json!({
        "audit_id": audit, "schedule_id": schedule, "doctor_id": hospital.doctor.doctor_id,
        "patient_id": first.patient_id, "slot_type": "普通", "reason": "需要加号给病患",
        "applicant_id": shown["applicant_id"], "submit_time": "2025-11-20T09:00:00", "status": "pending",
        "auditor_admin_id": null, "audit_time": null, "audit_remark": null, "order_id": null,
    });
    assert_eq!(shown, expected);
    let clicks = futures_util::future::join_all((0..10).map(|_| decide(&hospital.admin, audit, "approve"))).await;
    assert_eq!(clicks.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(clicks.iter().all(|answer| matches!(answer.status, 200 | 400)));
    assert_eq!(decide(&hospital.admin, audit, "reject").await.refusal().msg, "该加号申请已处理");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 1 });
    let shown = audits(&hospital).await[0].clone();
    assert_eq!((&shown["status"], &shown["audit_remark"]), (&json!("approved"), &json!("同意")));
    assert_eq!((&shown["audit_time"], shown["auditor_admin_id"].is_i64()), (&json!("2025-11-20T09:00:00"), true));
    assert_eq!(status(&first, shown["order_id"].as_i64().unwrap()).await, "pending");
    let other = asked(&hospital, schedule, second.patient_id).await;
    let rejected = hospital.admin.post_empty(&format!("/admin/audit/add-slot/{other}/reject")).await.message();
    assert_eq!((&rejected["status"], &rejected["audit_id"]), (&json!("rejected"), &json!(other)));
    assert_eq!(decide(&hospital.admin, other, "approve").await.refused(), 99);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 1 });
    assert_eq!(decide(&hospital.admin, 999_999, "approve").await.refused(), 106);
}

#[tokio::test]
async fn a_doctor_asks_for_the_own_shifts_and_takes_the_own_requests_back() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    let patient = hospital.patient().await;
    let colleague = hospital.admin.doctor(hospital.dept).await;
    let foreign = ask(&colleague, schedule, patient.patient_id).await.refusal();
    assert_eq!((foreign.code, foreign.msg.as_str()), (102, "只能为本人的排班申请加号"));
    assert_eq!(ask(&patient, schedule, patient.patient_id).await.refused(), 102);
    let audit = asked(&hospital, schedule, patient.patient_id).await;
    let path = format!("/doctor/schedules/add-slot/{audit}/cancel");
    assert_eq!(colleague.post_empty(&path).await.refused(), 106);
    let own = async |who: &Api| who.get("/doctor/schedules/add-slot").await.message()["total"].clone();
    assert_eq!((own(&hospital.doctor).await, own(&colleague).await), (json!(1), json!(0)));
    hospital.doctor.post_empty(&path).await.message();
    assert_eq!(hospital.doctor.post_empty(&path).await.refused(), 99);
    assert_eq!(decide(&hospital.admin, audit, "approve").await.refused(), 99);
    assert_eq!(audits(&hospital).await[0]["status"], "cancelled");
    assert_eq!(hospital.doctor.get("/admin/audit/add-slot").await.refused(), 102);
}

#[tokio::test]
async fn what_cannot_be_added_is_refused() {
    let mut hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "上午", 1).await;
    let patient = hospital.patient().await;
    assert_eq!(ask(&hospital.admin, 999_999, patient.patient_id).await.refused(), 106);
    assert_eq!(ask(&hospital.admin, schedule, 999_999).await.refused(), 106);
    assert_eq!(ask(&hospital.doctor, schedule, 999_999).await.refused(), 106);
    let unknown = json!({"schedule_id": schedule, "patient_id": patient.patient_id, "slot_type": "VIP"});
    assert_eq!(hospital.admin.post("/doctor/schedules/add-slot", &unknown).await.refused(), 99);
    hospital.set(2025, 11, 20, 12, 0).await;
    assert_eq!(ask(&hospital.admin, schedule, patient.patient_id).await.refused(), 99);
    assert_eq!(ask(&hospital.doctor, schedule, patient.patient_id).await.refused(), 99);
    hospital.set(2025, 11, 20, 9, 0).await;
    assert_eq!(hospital.counts(schedule).await, Counts { total: 1, remaining: 1 });
}

#[tokio::test]
async fn another_kind_of_slot_has_its_own_price() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    let patient = hospital.patient().await;
    let body = json!({"schedule_id": schedule, "patient_id": patient.patient_id, "slot_type": "专家"});
    hospital.admin.post("/schedules/add-slot", &body).await.message();
    assert_eq!(patient.get("/appointments").await.message()["list"][0]["price"], 100.0);
}

#[tokio::test]
async fn an_approval_that_cannot_be_done_changes_nothing() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 3).await;
    let patient = hospital.patient().await;
    let audit = asked(&hospital, schedule, patient.patient_id).await;
    booked(&patient, schedule).await;
    assert_eq!(decide(&hospital.admin, audit, "approve").await.refused(), 1003);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 3, remaining: 2 });
    assert_eq!(audits(&hospital).await[0]["status"], "pending");
    hospital.admin.put(&format!("/admin/schedules/{schedule}"), &json!({"status": "停诊"})).await.message();
    assert_eq!(decide(&hospital.admin, audit, "approve").await.refused(), 99);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 3, remaining: 3 });
}
