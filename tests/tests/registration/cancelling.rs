//! Calling orders off: deadlines, slots, refunds.

use serde_json::json;

use crate::hospital::{Counts, Hospital, TOMORROW, book, booked, cancel, status};

const DAY_AFTER: &str = "2025-11-22";

#[tokio::test]
async fn a_cancelled_order_gives_its_slot_back_once() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 1).await;
    let order = booked(&patient, schedule).await;
    let cancelled = cancel(&patient, order).await.message();
    assert_eq!(cancelled, json!({"success": true, "refundAmount": null}));
    assert_eq!(hospital.counts(schedule).await, Counts { total: 1, remaining: 1 });
    let again = cancel(&patient, order).await.refusal();
    assert_eq!((again.status, again.code, again.msg.as_str()), (400, 99, "该预约无法取消"));
    assert_eq!(hospital.counts(schedule).await, Counts { total: 1, remaining: 1 });
    assert_eq!(status(&patient, order).await, "cancelled");
    booked(&hospital.patient().await, schedule).await;
}

#[tokio::test]
async fn it_is_called_off_two_hours_before_the_section_at_the_latest() {
    let mut hospital = Hospital::open().await;
    for (section, hour, minute) in [("上午", 6, 0), ("下午", 11, 30), ("晚上", 16, 0)] {
        hospital.set(2025, 11, 20, 9, 0).await;
        let schedule = hospital.shift(TOMORROW, section, 5).await;
        let (early, late) = (hospital.patient().await, hospital.patient().await);
        let (first, second) = (booked(&early, schedule).await, booked(&late, schedule).await);
        hospital.set(2025, 11, 21, hour, minute).await;
        let (early, late) = (early.again().await, late.again().await);
        hospital.clock.advance(-1);
        assert_eq!(early.get("/appointments").await.message()["list"][0]["canCancel"], true);
        cancel(&early, first).await.message();
        hospital.clock.advance(1);
        assert_eq!(late.get("/appointments").await.message()["list"][0]["canCancel"], false);
        let refusal = cancel(&late, second).await.refusal();
        assert_eq!((refusal.code, refusal.error.as_str()), (1006, "业务规则错误"));
        assert_eq!(refusal.msg, "需在就诊时间前2小时取消,已超时请到医院窗口办理");
        assert_eq!(hospital.counts(schedule).await, Counts { total: 5, remaining: 4 });
    }
}

#[tokio::test]
async fn the_deadline_lies_before_midnight_where_the_shift_begins_soon_after() {
    let mut hospital = Hospital::open_at(ward_tests::registration::shanghai(2025, 12, 31, 20, 0)).await;
    hospital.configure(json!({"cancelHoursBefore": 9})).await;
    let schedule = hospital.shift("2026-01-01", "上午", 5).await;
    let (early, late) = (hospital.patient().await, hospital.patient().await);
    let (first, second) = (booked(&early, schedule).await, booked(&late, schedule).await);
    hospital.set(2025, 12, 31, 22, 59).await;
    let early = early.again().await;
    cancel(&early, first).await.message();
    hospital.set(2025, 12, 31, 23, 0).await;
    let late = late.again().await;
    assert_eq!(cancel(&late, second).await.refused(), 1006);
    hospital.set(2026, 1, 1, 0, 0).await;
    let late = late.again().await;
    assert_eq!(cancel(&late, second).await.refused(), 1006);
}

#[tokio::test]
async fn only_who_booked_calls_off() {
    let hospital = Hospital::open().await;
    let (patient, other) = (hospital.patient().await, hospital.patient().await);
    let schedule = hospital.shift(DAY_AFTER, "上午", 2).await;
    let order = booked(&patient, schedule).await;
    let refusal = cancel(&other, order).await.refusal();
    assert_eq!((refusal.status, refusal.code, refusal.msg.as_str()), (403, 102, "无权操作该预约"));
    assert_eq!(cancel(&patient.anonymous(), order).await.refused(), 105);
    let path = format!("/admin/appointments/{order}/cancel");
    assert_eq!(patient.put_empty(&path).await.refused(), 102);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 1 });
}

#[tokio::test]
async fn the_desk_calls_off_until_the_shift_ends() {
    let mut hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 2).await;
    let (early, late) = (hospital.patient().await, hospital.patient().await);
    let (first, second) = (booked(&early, schedule).await, booked(&late, schedule).await);
    hospital.set(2025, 11, 21, 11, 59).await;
    let early = early.again().await;
    assert_eq!(cancel(&early, first).await.refused(), 1006);
    hospital.admin.put_empty(&format!("/admin/appointments/{first}/cancel")).await.message();
    assert_eq!(status(&early, first).await, "cancelled");
    hospital.set(2025, 11, 21, 12, 0).await;
    let refusal = hospital.admin.put_empty(&format!("/admin/appointments/{second}/cancel")).await.refusal();
    assert_eq!(refusal.code, 1006);
}

#[tokio::test]
async fn what_was_paid_at_the_desk_is_paid_back() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "晚上", 2).await;
    let order = booked(&patient, schedule).await;
    let desk = format!("/admin/appointments/{order}/check-in");
    assert_eq!(hospital.admin.post(&desk, &json!({"paid": true})).await.refused(), 99, "not on the day before");
    hospital.set(2025, 11, 21, 9, 0).await;
    let patient = patient.again().await;
    let arrived = hospital.admin.post(&desk, &json!({"paid": true})).await.message();
    let expected = json!({
        "id": order, "status": "confirmed", "paymentStatus": "paid", "checkInTime": "2025-11-21T09:00:00"
    });
    assert_eq!(arrived, expected);
    assert_eq!(hospital.admin.post(&desk, &json!({})).await.refused(), 99, "twice");
    assert_eq!(patient.post(&desk, &json!({})).await.refused(), 102);
    let cancelled = cancel(&patient, order).await.message();
    assert_eq!(cancelled["refundAmount"], 50.0);
    let shown = patient.get("/appointments").await.message()["list"][0].clone();
    assert_eq!((&shown["status"], &shown["paymentStatus"]), (&json!("cancelled"), &json!("refunded")));
}

#[tokio::test]
async fn twenty_clicks_on_cancel_free_one_slot() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(DAY_AFTER, "上午", 3).await;
    let order = booked(&patient, schedule).await;
    booked(&hospital.patient().await, schedule).await;
    let clicks = futures_util::future::join_all((0..20).map(|_| cancel(&patient, order))).await;
    assert_eq!(clicks.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(clicks.iter().all(|answer| matches!(answer.status, 200 | 400)), "{clicks:?}");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 3, remaining: 2 });
}

#[tokio::test]
async fn the_deadline_follows_the_configuration_of_doctor_and_sections() {
    let mut hospital = Hospital::open().await;
    let path = format!("/config?scope_type=DOCTOR&scope_id={}", hospital.doctor.doctor_id);
    hospital.admin.put(&path, &json!({"registration": {"cancelHoursBefore": 24}})).await.message();
    hospital.admin.put("/config", &json!({"schedule": {"morningStart": "09:30"}})).await.message();
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    let (early, late) = (hospital.patient().await, hospital.patient().await);
    let (first, second) = (booked(&early, schedule).await, booked(&late, schedule).await);
    hospital.set(2025, 11, 20, 9, 29).await;
    cancel(&early, first).await.message();
    hospital.set(2025, 11, 20, 9, 30).await;
    let refusal = cancel(&late, second).await.refusal();
    assert_eq!(refusal.msg, "需在就诊时间前24小时取消,已超时请到医院窗口办理");
}

#[tokio::test]
async fn a_stopped_shift_calls_its_orders_off_with_a_notice_and_keeps_its_counts() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 2).await;
    let (first, second, third) = (hospital.patient().await, hospital.patient().await, hospital.patient().await);
    let orders = [booked(&first, schedule).await, booked(&second, schedule).await];
    let body = json!({"scheduleId": schedule, "patientId": third.patient_id, "waitlist": true});
    let waiting = third.post("/appointments", &body).await.message();
    assert_eq!((&waiting["status"], &waiting["needPay"]), (&json!("waitlist"), &json!(false)));
    hospital.admin.put(&format!("/admin/schedules/{schedule}"), &json!({"status": "停诊"})).await.message();
    assert_eq!(status(&first, orders[0]).await, "cancelled");
    assert_eq!(status(&second, orders[1]).await, "cancelled");
    assert_eq!(status(&third, waiting["id"].as_i64().unwrap()).await, "cancelled");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 2 });
    hospital.admin.put(&format!("/admin/schedules/{schedule}"), &json!({"status": "正常"})).await.message();
    book(&first, schedule, first.patient_id).await.message();
}
