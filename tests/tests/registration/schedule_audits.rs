//! A clinic's week: what its head sees and asks for, what administrators decide.

use serde_json::{Value, json};
use ward_tests::registration::Doctor;
use ward_tests::{Answer, Api};

use crate::hospital::{Hospital, TODAY, TOMORROW, booked, status};
use crate::leave::head;

const ADMIN: &str = "/admin/audit/schedule";

async fn submit(head: &Api, clinic: i64, changes: Value) -> Answer {
    head.post("/doctor/schedule/submit-change", &json!({"clinicId": clinic, "changes": changes})).await
}

async fn submitted(head: &Api, clinic: i64, changes: Value) -> i64 {
    let filed = submit(head, clinic, changes).await.message();
    assert_eq!(filed["msg"], "申请已提交，等待审核");
    filed["auditId"].as_i64().unwrap()
}

async fn decide(admin: &Api, audit: i64, decision: &str) -> Answer {
    admin.post(&format!("{ADMIN}/{audit}/{decision}"), &json!({"comment": "排班合理"})).await
}

fn change(date: &str, shift: &str, doctor: Option<&Doctor>) -> Value {
    json!({"date": date, "shift": shift, "doctorId": doctor.map(|doctor| doctor.doctor_id.to_string())})
}

/// The shift of a clinic's week.
async fn cell(hospital: &Hospital, head: &Api, date: &str, shift: &str) -> Value {
    let path = format!("/doctor/schedule/list?clinicId={}&startDate={TODAY}", hospital.clinic);
    let week = head.get(&path).await.message();
    let week = week.as_array().unwrap();
    assert_eq!(week.len(), 21);
    week.iter().find(|cell| cell["date"] == date && cell["shift"] == shift).unwrap().clone()
}

#[tokio::test]
async fn an_approved_request_becomes_shifts() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let doctor = &hospital.doctor;
    let changes = json!([change(TOMORROW, "morning", Some(doctor)), change("2025-11-22", "night", Some(&head))]);
    let audit = submitted(&head, hospital.clinic, changes).await;
    assert_eq!(cell(&hospital, &head, TOMORROW, "morning").await["status"], "empty");

    let shown = hospital.admin.get(&format!("{ADMIN}/{audit}")).await.message();
    assert_eq!(hospital.admin.get(ADMIN).await.message(), json!({"audits": [shown]}));
    for (field, value) in [
        ("id", json!(audit)),
        ("department_id", json!(hospital.dept)),
        ("clinic_id", json!(hospital.clinic)),
        ("submitter_id", json!(head.doctor_id)),
        ("submit_time", json!("2025-11-20T09:00:00")),
        ("week_start", json!("2025-11-17")),
        ("week_end", json!("2025-11-23")),
        ("remark", json!(null)),
        ("status", json!("pending")),
        ("auditor_id", json!(null)),
        ("audit_time", json!(null)),
        ("audit_remark", json!(null)),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    let days = shown["schedule"].as_array().unwrap();
    assert_eq!((days.len(), days[0].as_array().unwrap().len()), (7, 3));
    let asked = &days[4][0];
    assert_eq!((&asked["date"], &asked["changed"]), (&json!(TOMORROW), &json!(true)));
    assert_eq!(asked["doctor_id"], doctor.doctor_id);

    let decided = decide(&hospital.admin, audit, "approve").await.message();
    assert_eq!((&decided["status"], &decided["audit_time"]), (&json!("approved"), &json!("2025-11-20T09:00:00")));
    let now = cell(&hospital, &head, TOMORROW, "morning").await;
    assert_eq!((&now["status"], &now["dayOfWeek"]), (&json!("filled"), &json!(2)));
    assert_eq!(now["doctorId"], doctor.doctor_id.to_string());
    let path = format!("/doctors/{}/schedules?start_date={TOMORROW}&end_date={TOMORROW}", doctor.doctor_id);
    let made = &hospital.admin.get(&path).await.message()["schedules"][0].clone();
    // Four hours of 15 and 5 minutes; the document's default price.
    assert_eq!((&made["total_slots"], &made["remaining_slots"]), (&json!(12), &json!(12)));
    assert_eq!((&made["price"], &made["slot_type"]), (&json!(50.0), &json!("普通")));
    assert_eq!(decide(&hospital.admin, audit, "reject").await.refused(), 99);
}

#[tokio::test]
async fn who_worked_there_goes_and_those_who_booked_are_told() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let booked_shift = hospital.shift(TOMORROW, "上午", 5).await;
    let free_shift = hospital.shift(TOMORROW, "下午", 5).await;
    let patient = hospital.patient().await;
    let order = booked(&patient, booked_shift).await;
    let changes = json!([change(TOMORROW, "morning", Some(&head)), change(TOMORROW, "afternoon", None)]);
    let audit = submitted(&head, hospital.clinic, changes).await;
    decide(&hospital.admin, audit, "approve").await.message();
    assert_eq!(status(&patient, order).await, "cancelled");
    assert_eq!(patient.get("/notices").await.message()["total"], 1);
    let listed = hospital.admin.shown_schedule(hospital.doctor.doctor_id, TOMORROW, booked_shift).await;
    assert_eq!((&listed["status"], &listed["remaining_slots"]), (&json!("停诊"), &json!(5)));
    assert_eq!(cell(&hospital, &head, TOMORROW, "afternoon").await["status"], "empty");
    let path = format!("/doctors/{}/schedules?start_date={TOMORROW}&end_date={TOMORROW}", hospital.doctor.doctor_id);
    let left = hospital.admin.get(&path).await.message();
    assert!(left["schedules"].as_array().unwrap().iter().all(|shift| shift["schedule_id"] != free_shift));
    let now = cell(&hospital, &head, TOMORROW, "morning").await;
    assert_eq!(now["status"], "filled");
    assert!(now["doctors"].as_array().unwrap().iter().any(|each| each["id"] == json!(head.doctor_id.to_string())));
}

#[tokio::test]
async fn all_changes_are_made_or_none() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let changes =
        json!([change(TOMORROW, "morning", Some(&head)), change("2025-11-22", "night", Some(&hospital.doctor))]);
    let audit = submitted(&head, hospital.clinic, changes).await;
    let leave = json!({"date": "2025-11-22", "shift": "full", "reason": "病"});
    let leave = hospital.doctor.post("/doctor/leave/apply", &leave).await.message()["id"].clone();
    hospital.admin.post_empty(&format!("/admin/audit/leave/{leave}/approve")).await.message();
    assert_eq!(decide(&hospital.admin, audit, "approve").await.refused(), 99);
    assert_eq!(cell(&hospital, &head, TOMORROW, "morning").await["status"], "empty");
    assert_eq!(hospital.admin.get(&format!("{ADMIN}/{audit}")).await.message()["status"], "pending");
    decide(&hospital.admin, audit, "reject").await.message();
}

#[tokio::test]
async fn two_administrators_decide_once() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let changes = json!([change(TOMORROW, "morning", Some(&head))]);
    let audit = submitted(&head, hospital.clinic, changes).await;
    let all = futures_util::future::join_all((0..6).map(|_| decide(&hospital.admin, audit, "approve"))).await;
    assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(all.iter().all(|answer| answer.status == 200 || answer.refused() == 99));
    let path = format!("/doctors/{}/schedules?start_date={TOMORROW}&end_date={TOMORROW}", head.doctor_id);
    assert_eq!(hospital.admin.get(&path).await.message()["schedules"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_has_begun_or_lies_too_far_ahead_is_not_changed() {
    let mut hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    for refused in [
        json!([change(TODAY, "morning", Some(&head))]),
        json!([change("2025-11-19", "night", None)]),
        json!([change("2026-11-20", "night", None)]),
        json!([change(TOMORROW, "night", None), change("2025-12-01", "night", None)]),
        json!([change(TOMORROW, "night", None), change(TOMORROW, "night", Some(&head))]),
        json!([]),
        json!([change(TOMORROW, "full", None)]),
        json!([{"date": TOMORROW}]),
        json!("x"),
    ] {
        assert_eq!(submit(&head, hospital.clinic, refused.clone()).await.refused(), 99, "{refused}");
    }
    let late = submitted(&head, hospital.clinic, json!([change(TODAY, "afternoon", Some(&head))])).await;
    hospital.set(2025, 11, 20, 13, 30).await;
    assert_eq!(decide(&hospital.admin, late, "approve").await.refused(), 99);
}

#[tokio::test]
async fn only_free_doctors_of_the_department_are_put_anywhere() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let second_clinic = hospital.admin.clinic(hospital.dept).await;
    hospital.admin.schedule(hospital.doctor.doctor_id, second_clinic, TOMORROW, "上午", 5).await;
    let stranger = hospital.admin.doctor(hospital.admin.department().await).await;
    for doctor in [&hospital.doctor, &stranger] {
        let refused = submit(&head, hospital.clinic, json!([change(TOMORROW, "morning", Some(doctor))])).await;
        assert_eq!(refused.refused(), 99);
    }
    let leave = json!({"date": TOMORROW, "shift": "morning", "reason": "病"});
    let leave = head.post("/doctor/leave/apply", &leave).await.message()["id"].clone();
    hospital.admin.post_empty(&format!("/admin/audit/leave/{leave}/approve")).await.message();
    let path = format!("/doctor/schedule/available-doctors?clinicId={}&date={TOMORROW}", hospital.clinic);
    let asked = async |shift: &str| {
        let all = head.get(&format!("{path}&shift={shift}")).await.message();
        let of =
            |id: i64| all.as_array().unwrap().iter().find(|each| each["id"] == json!(id.to_string())).unwrap().clone();
        (of(hospital.doctor.doctor_id), of(head.doctor_id))
    };
    let (doctor, own) = asked("morning").await;
    assert_eq!((&doctor["status"], &doctor["conflictReason"]), (&json!("conflict"), &json!("当天已有排班")));
    assert_eq!((&doctor["dept"], &doctor["assignedCount"]), (&json!(hospital.dept), &json!(null)));
    assert_eq!((&own["status"], &own["conflictReason"]), (&json!("leave"), &json!(null)));
    let (doctor, own) = asked("night").await;
    assert_eq!((&doctor["status"], &own["status"]), (&json!("available"), &json!("available")));
    assert_eq!(head.get(&format!("{path}&shift=noon")).await.refused(), 99);
}

#[tokio::test]
async fn a_head_manages_the_clinics_of_the_own_department_alone() {
    let hospital = Hospital::open().await;
    let own = head(&hospital, hospital.dept).await;
    let elsewhere = hospital.admin.department().await;
    let foreign = hospital.admin.clinic(elsewhere).await;
    let stranger = head(&hospital, elsewhere).await;
    let clinics = own.get("/doctor/schedule/clinics").await.message();
    assert_eq!(clinics.as_array().unwrap().len(), 1);
    assert_eq!((&clinics[0]["id"], &clinics[0]["totalSlots"]), (&json!(hospital.clinic.to_string()), &json!(null)));
    let week = |clinic: i64| format!("/doctor/schedule/list?clinicId={clinic}&startDate={TODAY}");
    for refused in [
        own.get(&week(foreign)).await,
        stranger.get(&week(hospital.clinic)).await,
        submit(&stranger, hospital.clinic, json!([change(TOMORROW, "night", None)])).await,
        hospital.doctor.get("/doctor/schedule/clinics").await,
        hospital.doctor.get(&week(hospital.clinic)).await,
        submit(&hospital.doctor, hospital.clinic, json!([change(TOMORROW, "night", None)])).await,
        hospital.admin.get("/doctor/schedule/clinics").await,
        own.get(ADMIN).await,
    ] {
        assert_eq!((refused.status, refused.refused()), (403, 102), "{}", refused.request);
    }
    assert_eq!(own.get(&week(999_999)).await.refused(), 106);
    assert_eq!(hospital.admin.get(&format!("{ADMIN}/999999")).await.refused(), 106);
}
