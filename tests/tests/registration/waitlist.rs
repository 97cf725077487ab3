//! The waiting list: joining, promotion, leaving.

use serde_json::{Value, json};
use ward_tests::Api;

use crate::hospital::{Counts, Hospital, TOMORROW, booked, cancel, status, waits};

const DAY_AFTER: &str = "2025-11-22";

async fn places(api: &Api) -> Vec<Value> {
    api.get("/patient/waitlist").await.message()["list"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_first_who_waits_gets_the_slot_that_becomes_free() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 1).await;
    let (holder, first, second) = (hospital.patient().await, hospital.patient().await, hospital.patient().await);
    let held = booked(&holder, schedule).await;
    let body = json!({"scheduleId": schedule, "patientId": first.patient_id, "waitlist": true});
    let one = first.post("/appointments", &body).await.message();
    assert_eq!((&one["status"], &one["queueNumber"]), (&json!("waitlist"), &json!(1)));
    let two = waits(&second, schedule).await;
    let shown = places(&second).await[0].clone();
    let expected = json!({
        "id": two, "scheduleId": schedule, "status": "waiting", "queueNumber": 2, "canConvert": false,
        "appointmentDate": DAY_AFTER, "appointmentTime": "上午", "doctorName": shown["doctorName"],
        "departmentName": shown["departmentName"], "patientName": shown["patientName"], "price": 50.0,
        "createdAt": "2025-11-20 09:00:00",
    });
    assert_eq!(shown, expected);
    cancel(&holder, held).await.message();
    assert_eq!(status(&first, one["id"].as_i64().unwrap()).await, "pending");
    assert_eq!(status(&second, two).await, "waitlist");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 1, remaining: 0 });
    assert_eq!(places(&first).await[0]["status"], "converted");
    assert_eq!(places(&second).await[0]["queueNumber"], 1);
}

#[tokio::test]
async fn one_waits_only_where_the_shift_is_full_and_once() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 1).await;
    let (holder, patient) = (hospital.patient().await, hospital.patient().await);
    let body = json!({"scheduleId": schedule, "patientId": patient.patient_id});
    let refusal = patient.post("/patient/waitlist", &body).await.refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (99, "该时段仍有号源,请直接预约"));
    booked(&holder, schedule).await;
    waits(&patient, schedule).await;
    assert_eq!(patient.post("/patient/waitlist", &body).await.refused(), 1003);
    let again = json!({"scheduleId": schedule, "patientId": patient.patient_id, "waitlist": true});
    assert_eq!(patient.post("/appointments", &again).await.refused(), 1003);
    let foreign = json!({"scheduleId": schedule, "patientId": holder.patient_id});
    assert_eq!(patient.post("/patient/waitlist", &foreign).await.refused(), 102);
}

#[tokio::test]
async fn who_waits_no_longer_is_not_promoted() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 1).await;
    let (holder, first, second) = (hospital.patient().await, hospital.patient().await, hospital.patient().await);
    let held = booked(&holder, schedule).await;
    let (one, two) = (waits(&first, schedule).await, waits(&second, schedule).await);
    assert_eq!(second.delete(&format!("/patient/waitlist/{one}")).await.refused(), 106);
    let left = first.delete(&format!("/patient/waitlist/{one}")).await.message();
    assert_eq!(left["detail"], "已取消候补");
    assert_eq!(first.delete(&format!("/patient/waitlist/{one}")).await.refused(), 99);
    assert_eq!(places(&first).await[0]["status"], "cancelled");
    cancel(&holder, held).await.message();
    assert_eq!(status(&second, two).await, "pending");
    assert_eq!(second.delete(&format!("/patient/waitlist/{two}")).await.refused(), 99);
}

#[tokio::test]
async fn who_still_waits_when_the_shift_has_ended_is_called_off() {
    let mut hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    booked(&hospital.patient().await, schedule).await;
    let patient = hospital.patient().await;
    let place = waits(&patient, schedule).await;
    hospital.set(2025, 11, 21, 11, 59).await;
    let patient = patient.again().await;
    assert_eq!(status(&patient, place).await, "waitlist");
    hospital.set(2025, 11, 21, 12, 0).await;
    assert_eq!(status(&patient, place).await, "cancelled");
    assert_eq!(places(&patient).await[0]["status"], "cancelled");
}

#[tokio::test]
async fn a_slot_that_becomes_free_goes_to_one_of_those_who_come_at_once() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 2).await;
    let (a, b) = (hospital.patient().await, hospital.patient().await);
    let orders = [booked(&a, schedule).await, booked(&b, schedule).await];
    let waiting = hospital.patient().await;
    let place = waits(&waiting, schedule).await;
    let hasty = hospital.patient().await;
    let booking = crate::hospital::book(&hasty, schedule, hasty.patient_id);
    let (gone, also_gone, hurried) = tokio::join!(cancel(&a, orders[0]), cancel(&b, orders[1]), booking);
    gone.message();
    also_gone.message();
    assert_eq!(status(&waiting, place).await, "pending", "who waited is served");
    let expected = i64::from(hurried.status != 200);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: expected });
    Hospital::never_oversold(hospital.counts(schedule).await, &hospital.orders(schedule).await);
}

#[tokio::test]
async fn new_slots_go_to_those_who_wait() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 1).await;
    booked(&hospital.patient().await, schedule).await;
    let (first, second) = (hospital.patient().await, hospital.patient().await);
    let (one, two) = (waits(&first, schedule).await, waits(&second, schedule).await);
    let path = format!("/admin/schedules/{schedule}");
    hospital.admin.put(&path, &json!({"total_slots": 2})).await.message();
    assert_eq!((status(&first, one).await, status(&second, two).await), ("pending".into(), "waitlist".into()));
    hospital.admin.put(&path, &json!({"total_slots": 5})).await.message();
    assert_eq!(status(&second, two).await, "pending");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 5, remaining: 2 });
}
