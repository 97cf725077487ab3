//! Leave: asking for it, and the audits of heads and administrators.

use serde_json::{Value, json};
use ward_tests::registration::Doctor;
use ward_tests::{Answer, Api};

use crate::hospital::{Counts, Hospital, TODAY, TOMORROW, booked, status};

async fn apply(doctor: &Doctor, date: &str, shift: &str) -> Answer {
    doctor.post("/doctor/leave/apply", &json!({"date": date, "shift": shift, "reason": "因个人原因需要请假"})).await
}

async fn applied(doctor: &Doctor, date: &str, shift: &str) -> i64 {
    apply(doctor, date, shift).await.message()["id"].as_i64().unwrap()
}

async fn decide(auditor: &Api, path: &str, id: i64, decision: &str) -> Answer {
    auditor.post(&format!("{path}/{id}/{decision}"), &json!({"comment": "已核实"})).await
}

const ADMIN: &str = "/admin/audit/leave";
const HEAD: &str = "/doctor/leave/audit";

/// A doctor who heads the department.
pub async fn head(hospital: &Hospital, dept: i64) -> Doctor {
    let doctor = hospital.admin.doctor(dept).await;
    let body = json!({"doctor_id": doctor.doctor_id});
    hospital.admin.post(&format!("/admin/departments/{dept}/heads/select"), &body).await.message();
    doctor
}

async fn shown_status(hospital: &Hospital, date: &str, schedule: i64) -> Value {
    hospital.admin.shown_schedule(hospital.doctor.doctor_id, date, schedule).await["status"].clone()
}

#[tokio::test]
async fn a_request_is_filed_and_found_in_the_history() {
    let hospital = Hospital::open().await;
    let doctor = &hospital.doctor;
    let attachments =
        json!(["static/images/audit/2025/11/26/诊断证明.jpg", {"url": "static/b.jpg", "name": "病历单.jpg"}]);
    let body = json!({"date": TOMORROW, "shift": "full", "reason": "因个人原因需要请假", "attachments": attachments});
    let filed = doctor.post("/doctor/leave/apply", &body).await.message();
    let id = filed["id"].as_i64().unwrap();
    let expected = json!({
        "id": id, "doctor_id": doctor.doctor_id, "leave_date": TOMORROW, "shift": "full",
        "reason": "因个人原因需要请假", "status": "pending", "submit_time": "2025-11-20T09:00:00", "auditor_id": null,
        "audit_time": null, "audit_remark": null, "attachments": attachments,
    });
    assert_eq!(filed, expected);
    for query in ["", "?status=all", "?status=pending"] {
        let history = doctor.get(&format!("/doctor/leave/history{query}")).await.message();
        assert_eq!(history, json!({"records": [expected]}), "{query}");
    }
    let none = doctor.get("/doctor/leave/history?status=approved").await.message();
    assert_eq!(none, json!({"records": []}));
    assert_eq!(doctor.get("/doctor/leave/history?status=lost").await.refused(), 99);
}

#[tokio::test]
async fn leave_is_asked_for_in_time() {
    let mut hospital = Hospital::open().await;
    hospital.admin.put("/config", &json!({"schedule": {"afternoonStart": "14:00"}})).await.message();
    hospital.set(2025, 11, 20, 13, 59).await;
    let told = |answer: Answer| answer.refusal().msg;
    assert_eq!(told(apply(&hospital.doctor, TODAY, "full").await), "全天请假需至少提前一天提交");
    assert_eq!(told(apply(&hospital.doctor, TODAY, "morning").await), "该时段已开始，无法申请当天请假");
    assert_eq!(told(apply(&hospital.doctor, "2025-11-19", "night").await), "不能申请过去日期的请假");
    apply(&hospital.doctor, TODAY, "afternoon").await.message();
    hospital.set(2025, 11, 20, 23, 59).await;
    assert_eq!(told(apply(&hospital.doctor, TODAY, "night").await), "该时段已开始，无法申请当天请假");
    apply(&hospital.doctor, TOMORROW, "full").await.message();
}

#[tokio::test]
async fn nothing_is_asked_for_twice_even_at_once() {
    let hospital = Hospital::open().await;
    let doctor = &hospital.doctor;
    let all = futures_util::future::join_all((0..8).map(|_| apply(doctor, TOMORROW, "morning"))).await;
    assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = all.iter().find(|answer| answer.status == 400).expect("seven of them").refusal();
    assert_eq!((refused.code, refused.msg.as_str()), (99, "该日期该时段已有请假申请，请勿重复提交"));
    assert_eq!(apply(doctor, TOMORROW, "full").await.refused(), 99);
    let other = applied(doctor, TOMORROW, "night").await;
    decide(&hospital.admin, ADMIN, other, "reject").await.message();
    apply(doctor, TOMORROW, "night").await.message();
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_and_nothing_is_filed() {
    let hospital = Hospital::open().await;
    let right = json!({"date": TOMORROW, "shift": "full", "reason": "病"});
    let long = "长".repeat(501);
    for (field, wrong) in [
        ("date", json!("tomorrow")),
        ("date", json!("2025-02-30")),
        ("date", json!("9999-12-31")),
        ("date", json!(null)),
        ("shift", json!("noon")),
        ("shift", json!(null)),
        ("reason", json!("")),
        ("reason", json!(long)),
        ("reason", json!("\u{0}")),
        ("attachments", json!("a.jpg")),
        ("attachments", json!([1])),
        ("attachments", json!([{"name": "a"}])),
        ("attachments", json!(vec!["a"; 21])),
    ] {
        let mut body = right.clone();
        body[field] = wrong.clone();
        let refusal = hospital.doctor.post("/doctor/leave/apply", &body).await.refusal();
        assert_eq!((refusal.status, refusal.code), (400, 99), "{field}: {wrong}");
    }
    let history = hospital.doctor.get("/doctor/leave/history").await.message();
    assert_eq!(history, json!({"records": []}));
}

#[tokio::test]
async fn the_calendar_shows_shifts_and_requests_of_a_month() {
    let hospital = Hospital::open().await;
    hospital.shift(TOMORROW, "上午", 5).await;
    applied(&hospital.doctor, TOMORROW, "full").await;
    applied(&hospital.doctor, "2025-11-22", "night").await;
    let month = hospital.doctor.get("/doctor/leave/schedule?year=2025&month=11").await.message();
    assert_eq!((&month["year"], &month["month"]), (&json!(2025), &json!(11)));
    let days = month["days"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    let none = |shift: &str| json!({"shift": shift, "leaveStatus": null});
    let full = json!({"shift": "full", "leaveStatus": "pending"});
    let expected = json!({
        "date": TOMORROW, "weekday": "五", "hasSchedule": true, "canApplyLeave": false,
        "shiftLeaveStatuses": [none("morning"), none("afternoon"), none("night"), full],
    });
    assert_eq!(days[20], expected);
    let can = |day: usize| days[day - 1]["canApplyLeave"].as_bool().unwrap();
    assert_eq!((can(19), can(20), can(22), can(23)), (false, true, true, true));
    assert_eq!(days[21]["shiftLeaveStatuses"][2]["leaveStatus"], "pending");
    let leap = hospital.doctor.get("/doctor/leave/schedule?year=2028&month=02").await.message();
    assert_eq!(leap["days"].as_array().unwrap().len(), 29);
    for wrong in ["", "?year=2025", "?year=2025&month=13", "?year=2025&month=0", "?year=x&month=1"] {
        assert_eq!(hospital.doctor.get(&format!("/doctor/leave/schedule{wrong}")).await.refused(), 99, "{wrong}");
    }
}

#[tokio::test]
async fn approving_suspends_the_shifts_and_calls_off_what_was_booked() {
    let hospital = Hospital::open().await;
    let (morning, afternoon) = (hospital.shift(TOMORROW, "上午", 5).await, hospital.shift(TOMORROW, "下午", 5).await);
    let other_day = hospital.shift("2025-11-22", "上午", 5).await;
    let patient = hospital.patient().await;
    let order = booked(&patient, morning).await;
    let leave = applied(&hospital.doctor, TOMORROW, "full").await;
    let decided = decide(&hospital.admin, ADMIN, leave, "approve").await.message();
    assert_eq!((&decided["audit_id"], &decided["status"]), (&json!(leave), &json!("approved")));
    assert_eq!(decided["audit_time"], "2025-11-20T09:00:00");
    assert!(decided["auditor_id"].is_i64());
    for shift in [morning, afternoon] {
        assert_eq!(shown_status(&hospital, TOMORROW, shift).await, "停诊");
        assert_eq!(hospital.counts(shift).await, Counts { total: 5, remaining: 5 });
    }
    assert_eq!(shown_status(&hospital, "2025-11-22", other_day).await, "正常");
    assert_eq!(status(&patient, order).await, "cancelled");
    let notices = patient.get("/patient/notices").await.message();
    assert_eq!((&notices["total"], &notices["unread"]), (&json!(1), &json!(1)));
    assert_eq!(notices["notices"][0]["title"], "停诊通知");
    let told = hospital.doctor.get("/notices?unread=true").await.message();
    assert_eq!(told["notices"][0]["title"], "请假申请已通过");
}

#[tokio::test]
async fn a_single_shift_touches_only_itself_and_rejecting_nothing() {
    let hospital = Hospital::open().await;
    let (morning, afternoon) = (hospital.shift(TOMORROW, "上午", 5).await, hospital.shift(TOMORROW, "下午", 5).await);
    let patient = hospital.patient().await;
    let order = booked(&patient, morning).await;
    let refused = applied(&hospital.doctor, TOMORROW, "morning").await;
    decide(&hospital.admin, ADMIN, refused, "reject").await.message();
    assert_eq!(shown_status(&hospital, TOMORROW, morning).await, "正常");
    let granted = applied(&hospital.doctor, TOMORROW, "afternoon").await;
    decide(&hospital.admin, ADMIN, granted, "approve").await.message();
    assert_eq!(shown_status(&hospital, TOMORROW, morning).await, "正常");
    assert_eq!(shown_status(&hospital, TOMORROW, afternoon).await, "停诊");
    assert_eq!(status(&patient, order).await, "pending");
}

#[tokio::test]
async fn a_shift_that_is_over_is_not_suspended_afterwards() {
    let mut hospital = Hospital::open_at(ward_tests::registration::shanghai(2025, 11, 20, 7, 0)).await;
    let morning = hospital.shift(TODAY, "上午", 5).await;
    let leave = applied(&hospital.doctor, TODAY, "morning").await;
    hospital.set(2025, 11, 20, 12, 0).await;
    decide(&hospital.admin, ADMIN, leave, "approve").await.message();
    assert_eq!(shown_status(&hospital, TODAY, morning).await, "正常");
}

#[tokio::test]
async fn a_decision_is_taken_once_even_by_two_at_once() {
    let hospital = Hospital::open().await;
    let head = head(&hospital, hospital.dept).await;
    let leave = applied(&hospital.doctor, TOMORROW, "full").await;
    let (one, other) =
        tokio::join!(decide(&hospital.admin, ADMIN, leave, "approve"), decide(&head, HEAD, leave, "reject"),);
    assert_eq!([one.status, other.status].iter().filter(|status| **status == 200).count(), 1);
    let loser = if one.status == 200 { other } else { one };
    assert_eq!((loser.status, loser.refused()), (400, 99));
    let shown = hospital.admin.get(&format!("{ADMIN}/{leave}")).await.message();
    assert_ne!(shown["status"], "pending");
    for decision in ["approve", "reject"] {
        assert_eq!(decide(&hospital.admin, ADMIN, leave, decision).await.refused(), 99);
    }
}

#[tokio::test]
async fn administrators_see_all_requests_the_newest_first() {
    let hospital = Hospital::open().await;
    let reason = "病".repeat(60);
    let body = json!({"date": TOMORROW, "shift": "full", "reason": reason});
    hospital.doctor.post("/doctor/leave/apply", &body).await.message();
    let second = applied(&hospital.doctor, "2025-11-22", "night").await;
    let audits = hospital.admin.get(ADMIN).await.message()["audits"].clone();
    assert_eq!(audits.as_array().unwrap().len(), 2);
    assert_eq!(audits[0]["id"], second);
    let first = &audits[1];
    assert_eq!(first["reason"], json!(reason));
    assert_eq!(first["reason_preview"], json!("病".repeat(50) + "..."));
    for (field, value) in [
        ("doctor_id", json!(hospital.doctor.doctor_id)),
        ("doctor_title", json!("主任医师")),
        ("leave_start_date", json!(TOMORROW)),
        ("leave_end_date", json!(TOMORROW)),
        ("leave_days", json!(1)),
        ("attachments", json!([])),
        ("submit_time", json!("2025-11-20T09:00:00")),
        ("status", json!("pending")),
        ("auditor_id", json!(null)),
        ("audit_time", json!(null)),
        ("audit_remark", json!(null)),
    ] {
        assert_eq!(first[field], value, "{field}");
    }
    assert!(first["doctor_name"].is_string() && first["department_name"].is_string());
    let one = hospital.admin.get(&format!("{ADMIN}/{second}")).await.message();
    assert_eq!(one, audits[0]);
    let missing = hospital.admin.get(&format!("{ADMIN}/999999")).await.refusal();
    assert_eq!((missing.status, missing.code), (404, 106));
}

#[tokio::test]
async fn a_head_decides_for_the_own_department_alone() {
    let hospital = Hospital::open().await;
    let own = head(&hospital, hospital.dept).await;
    let elsewhere = head(&hospital, hospital.admin.department().await).await;
    let leave = applied(&hospital.doctor, TOMORROW, "full").await;
    let page = own.get(HEAD).await.message();
    assert_eq!((&page["total"], &page["page"], &page["page_size"]), (&json!(1), &json!(1), &json!(20)));
    assert_eq!(page["audits"][0]["id"], leave);
    assert_eq!(own.get(&format!("{HEAD}/{leave}")).await.message(), page["audits"][0]);
    assert_eq!(elsewhere.get(HEAD).await.message()["audits"], json!([]));
    for refused in [
        elsewhere.get(&format!("{HEAD}/{leave}")).await,
        decide(&elsewhere, HEAD, leave, "approve").await,
        hospital.doctor.get(HEAD).await,
        decide(&hospital.doctor, HEAD, leave, "approve").await,
        hospital.patient().await.get(HEAD).await,
        hospital.admin.get(HEAD).await,
    ] {
        let refusal = refused.refusal();
        assert_eq!((refusal.status, refusal.code), (403, 102), "{}", refused.request);
    }
    let silent = own.post_empty(&format!("{HEAD}/{leave}/reject")).await.refusal();
    assert_eq!((silent.status, silent.code), (400, 99));
    let decided = own.post_empty(&format!("{HEAD}/{leave}/approve")).await.message();
    assert_eq!(decided["status"], "approved");
    assert_eq!(own.get(HEAD).await.message()["audits"], json!([]));
    for (query, found) in
        [("?status=approved", 1), ("?status=all", 1), ("?status=all&page=2", 0), ("?status=rejected", 0)]
    {
        let audits = own.get(&format!("{HEAD}{query}")).await.message()["audits"].clone();
        assert_eq!(audits.as_array().unwrap().len(), found, "{query}");
    }
}

#[tokio::test]
async fn a_head_does_not_decide_on_the_own_request() {
    let hospital = Hospital::open().await;
    let (one, other) = (head(&hospital, hospital.dept).await, head(&hospital, hospital.dept).await);
    let leave = applied(&one, TOMORROW, "full").await;
    assert_eq!(decide(&one, HEAD, leave, "approve").await.refused(), 102);
    decide(&other, HEAD, leave, "approve").await.message();
}

#[tokio::test]
async fn attachments_are_read_by_administrators_alone() {
    let hospital = Hospital::open().await;
    let form = reqwest::multipart::Part::bytes(PIXEL.to_vec()).file_name("诊断证明.jpg");
    let form = reqwest::multipart::Form::new().part("file", form);
    let stored = hospital.doctor.post_multipart("/common/upload", form).await.message();
    let url = stored["url"].as_str().unwrap();
    for path in [url.to_owned(), format!("/{}", url.trim_start_matches('/'))] {
        let answer = hospital.admin.get(&format!("/audit/attachment/raw?path={path}")).await.expect(200);
        assert_eq!((answer.body.as_ref(), answer.header("content-type")), (PIXEL, Some("image/jpeg")));
    }
    let address = format!("/audit/attachment/raw?path={url}");
    assert_eq!(hospital.doctor.get(&address).await.refused(), 102);
    assert_eq!(hospital.ward.registration().get(&address).await.refused(), 105);
    for wrong in ["static/images/none.jpg", "../../etc/passwd", "/etc/passwd", "static/images/../../ward.toml", "%00"] {
        let refusal = hospital.admin.get(&format!("/audit/attachment/raw?path={wrong}")).await.refusal();
        assert!(matches!((refusal.status, refusal.code), (404, 106) | (400, 99)), "{wrong}: {refusal:?}");
    }
    assert_eq!(hospital.admin.get("/audit/attachment/raw").await.refused(), 99);
}

/// A picture of one pixel.
const PIXEL: &[u8] = include_bytes!("../e2e/pixel.jpg");

#[tokio::test]
async fn no_shift_is_made_or_moved_to_where_its_doctor_is_on_leave() {
    let hospital = Hospital::open().await;
    let leave = applied(&hospital.doctor, "2025-11-25", "morning").await;
    decide(&hospital.admin, ADMIN, leave, "approve").await.message();
    let body = |section: &str| {
        json!({
            "doctor_id": hospital.doctor.doctor_id, "clinic_id": hospital.clinic, "schedule_date": "2025-11-25",
            "time_section": section, "slot_type": "普通", "price": 0, "total_slots": 5,
        })
    };
    let refusal = hospital.admin.post("/admin/schedules", &body("上午")).await.refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (99, "该医生在 2025-11-25 上午 已请假"));
    let id = hospital.admin.post("/admin/schedules", &body("下午")).await.message()["schedule_id"].clone();
    let path = format!("/admin/schedules/{id}");
    assert_eq!(hospital.admin.put(&path, &json!({"time_section": "上午"})).await.refusal(), refusal);
    hospital.admin.put(&path, &json!({"time_section": "晚上"})).await.message();
}
