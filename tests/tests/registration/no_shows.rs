//! Orders that nobody came to, and what they count for.

use serde_json::{Value, json};
use ward_tests::registration::{Patient, shanghai};

use crate::hospital::{Counts, Hospital, TODAY, TOMORROW, book, booked, cancel, status};

async fn risk(hospital: &Hospital, patient: &Patient) -> Value {
    hospital.admin.get(&format!("/admin/anti-scalper/users/{}", patient.account)).await.message()
}

#[tokio::test]
async fn an_order_becomes_a_no_show_when_its_shift_ends() {
    let mut hospital = Hospital::open().await;
    let (absent, seen, arrived) = (hospital.patient().await, hospital.patient().await, hospital.patient().await);
    let schedule = hospital.shift(TODAY, "上午", 5).await;
    let first = booked(&seen, schedule).await;
    let orders = [booked(&absent, schedule).await, booked(&arrived, schedule).await];
    hospital.admin.post(&format!("/admin/appointments/{}/check-in", orders[1]), &json!({})).await.message();
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": schedule})).await.message();
    hospital.set(2025, 11, 20, 11, 59).await;
    let (absent, seen, arrived) = (absent.again().await, seen.again().await, arrived.again().await);
    assert_eq!(status(&absent, orders[0]).await, "pending");
    hospital.set(2025, 11, 20, 12, 0).await;
    assert_eq!(status(&absent, orders[0]).await, "no_show");
    assert_eq!(status(&arrived, orders[1]).await, "no_show");
    assert_eq!(status(&seen, first).await, "confirmed", "being seen");
    hospital.doctor.post("/doctor/consultation/complete", &json!({"order_id": first})).await.message();
    assert_eq!(hospital.counts(schedule).await, Counts { total: 5, remaining: 2 });
    assert_eq!(cancel(&absent, orders[0]).await.refused(), 1006);
    assert_eq!(risk(&hospital, &absent).await["risk_score"], 30);
    assert_eq!(risk(&hospital, &arrived).await["risk_score"], 0, "who was at the desk did come");
}

#[tokio::test]
async fn who_failed_to_come_three_times_books_no_more_for_ninety_days() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    for day in ["2025-11-21", "2025-11-22", "2025-11-23"] {
        let schedule = hospital.shift_elsewhere(day, "上午", 5).await;
        booked(&patient, schedule).await;
    }
    hospital.set(2025, 11, 22, 12, 0).await;
    let patient = patient.again().await;
    let later = hospital.shift("2025-11-25", "上午", 5).await;
    let order = booked(&patient, later).await;
    cancel(&patient, order).await.message();
    hospital.set(2025, 11, 23, 12, 0).await;
    let patient = patient.again().await;
    let refusal = book(&patient, later, patient.patient_id).await.refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (1003, "爽约次数已达3次,暂不可预约"));
    hospital.configure(json!({"noShowLimit": 4})).await;
    booked(&patient, later).await;
    hospital.configure(json!({"noShowLimit": 3})).await;
    hospital.set(2026, 2, 21, 9, 0).await;
    let patient = patient.again().await;
    let spring = hospital.shift("2026-02-24", "上午", 5).await;
    booked(&patient, spring).await;
}

#[tokio::test]
async fn a_no_show_is_marked_and_counted_once_however_many_look() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    booked(&patient, schedule).await;
    hospital.set(2025, 11, 22, 0, 0).await;
    let patient = patient.again().await;
    let path = format!("/admin/anti-scalper/users/{}", patient.account);
    let queue = format!("/doctor/consultation/queue?schedule_id={schedule}");
    let looks = (0..4).map(|_| async {
        let listed = patient.get("/appointments");
        tokio::join!(listed, hospital.admin.get(&path), hospital.doctor.get(&queue))
    });
    for (listed, shown, queue) in futures_util::future::join_all(looks).await {
        listed.message();
        shown.message();
        queue.message();
    }
    let shown = risk(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], shown["risk_logs"].as_array().unwrap().len()), (&json!(30), 1));
}

#[tokio::test]
async fn the_end_of_a_shift_follows_the_doctors_configuration_and_the_ends_of_years() {
    let mut hospital = Hospital::open_at(shanghai(2025, 12, 31, 18, 0)).await;
    let path = format!("/config?scope_type=DOCTOR&scope_id={}", hospital.doctor.doctor_id);
    hospital.admin.put(&path, &json!({"schedule": {"eveningEnd": "23:30"}})).await.message();
    let schedule = hospital.shift("2025-12-31", "晚上", 5).await;
    let patient = hospital.patient().await;
    let order = booked(&patient, schedule).await;
    hospital.set(2025, 12, 31, 23, 29).await;
    let patient = patient.again().await;
    assert_eq!(status(&patient, order).await, "pending");
    hospital.set(2026, 1, 1, 0, 0).await;
    assert_eq!(status(&patient, order).await, "no_show");
    let log = risk(&hospital, &patient).await["risk_logs"][0].clone();
    assert_eq!(log["alert_time"], "2026-01-01T00:00:00");
}
