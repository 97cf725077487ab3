//! The doctor's workbench: the day's shifts, checking in and out, whom the doctor has seen.

use serde_json::{Value, json};
use ward_tests::registration::shanghai;
use ward_tests::{Answer, Api};

use crate::hospital::{Hospital, TODAY, TOMORROW, booked, cancel, waits};

async fn check(doctor: &Api, what: &str, shift: i64) -> Answer {
    doctor
        .post(&format!("/workbench/{what}"), &json!({"shiftId": shift, "latitude": 39.984, "longitude": 116.318}))
        .await
}

async fn dashboard(hospital: &Hospital) -> Value {
    hospital.doctor.get("/workbench/dashboard").await.message()
}

#[tokio::test]
async fn a_doctor_checks_in_and_out_of_an_own_shift() {
    let mut hospital = Hospital::open_at(shanghai(2025, 11, 20, 6, 40)).await;
    let shift = hospital.shift(TODAY, "上午", 5).await;
    let before = dashboard(&hospital).await["shiftStatus"].clone();
    assert_eq!(
        (&before["status"], &before["currentShift"]["countdown"]),
        (&json!("not_checkin"), &json!("1小时20分钟"))
    );
    let early = check(&hospital.doctor, "checkin", shift).await.refusal();
    assert_eq!((early.code, early.msg.as_str()), (99, "未到签到时间，最早可提前60分钟签到"));
    assert_eq!(check(&hospital.doctor, "checkout", shift).await.refusal().msg, "尚未签到，无法签退");

    hospital.set(2025, 11, 20, 8, 5).await;
    let came = check(&hospital.doctor, "checkin", shift).await.message();
    let expected = json!({
        "checkinTime": "08:05", "status": "checked_in", "message": "签到成功", "workDuration": "0分钟"
    });
    assert_eq!(came, expected);
    assert_eq!(check(&hospital.doctor, "checkin", shift).await.refusal().msg, "已签到，请勿重复签到");
    hospital.clock.advance(20 * 60_000);
    let during = dashboard(&hospital).await["shiftStatus"].clone();
    assert_eq!((&during["status"], &during["checkinTime"]), (&json!("checked_in"), &json!("08:05")));
    assert_eq!((&during["workDuration"], &during["timeToCheckout"]), (&json!("20分钟"), &json!("3小时35分钟")));
    assert_eq!(during["currentShift"]["countdown"], json!(null));

    hospital.set(2025, 11, 20, 11, 58).await;
    let went = check(&hospital.doctor, "checkout", shift).await.message();
    let expected = json!({
        "checkoutTime": "11:58", "workDuration": "3小时53分钟", "status": "checked_out", "message": "签退成功"
    });
    assert_eq!(went, expected);
    assert_eq!(check(&hospital.doctor, "checkout", shift).await.refusal().msg, "已签退，请勿重复签退");
    let after = dashboard(&hospital).await["shiftStatus"].clone();
    assert_eq!((&after["status"], &after["checkoutTime"]), (&json!("checked_out"), &json!("11:58")));
    assert_eq!((&after["workDuration"], &after["timeToCheckout"]), (&json!("3小时53分钟"), &json!(null)));
}

#[tokio::test]
async fn of_several_clicks_at_once_one_counts() {
    let hospital = Hospital::open().await;
    let shift = hospital.shift(TODAY, "上午", 5).await;
    for what in ["checkin", "checkout"] {
        let all = futures_util::future::join_all((0..8).map(|_| check(&hospital.doctor, what, shift))).await;
        assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1, "{what}");
        assert!(all.iter().all(|answer| answer.status == 200 || answer.refused() == 99));
    }
}

#[tokio::test]
async fn only_the_days_own_open_shifts_are_attended() {
    let mut hospital = Hospital::open().await;
    let tomorrow = hospital.shift(TOMORROW, "上午", 5).await;
    let stopped = hospital.shift(TODAY, "下午", 5).await;
    let foreign = hospital.shift_elsewhere(TODAY, "上午", 5).await;
    let morning = hospital.shift(TODAY, "上午", 5).await;
    let leave = json!({"date": TODAY, "shift": "afternoon", "reason": "病"});
    let leave = hospital.doctor.post("/doctor/leave/apply", &leave).await.message()["id"].clone();
    hospital.admin.post_empty(&format!("/admin/audit/leave/{leave}/approve")).await.message();
    let refusal = |answer: Answer| answer.refusal();
    assert_eq!(refusal(check(&hospital.doctor, "checkin", tomorrow).await).msg, "只能签到当天的班次");
    assert_eq!(refusal(check(&hospital.doctor, "checkin", foreign).await).code, 102);
    assert_eq!(refusal(check(&hospital.doctor, "checkin", 999_999).await).code, 106);
    for wrong in [json!({}), json!({"shiftId": "x"}), json!({"shiftId": morning, "latitude": 91, "longitude": 0})] {
        assert_eq!(hospital.doctor.post("/workbench/checkin", &wrong).await.refused(), 99, "{wrong}");
    }
    hospital.set(2025, 11, 20, 12, 0).await;
    assert_eq!(refusal(check(&hospital.doctor, "checkin", morning).await).msg, "班次已结束，无法签到");
    hospital.set(2025, 11, 20, 13, 30).await;
    assert_eq!(refusal(check(&hospital.doctor, "checkin", stopped).await).msg, "该班次已停诊");
    assert_eq!(check(&*hospital.patient().await, "checkin", morning).await.refused(), 102);
}

#[tokio::test]
async fn where_the_area_has_coordinates_one_checks_in_near_it() {
    let hospital = Hospital::open().await;
    let shift = hospital.shift(TODAY, "上午", 5).await;
    let area = hospital.admin.get("/hospital-areas").await.message()["areas"][0]["area_id"].clone();
    let place = json!({"latitude": 39.9518, "longitude": 116.3424});
    hospital.admin.put(&format!("/hospital-areas/{area}"), &place).await.message();
    let far = check(&hospital.doctor, "checkin", shift).await.refusal();
    assert_eq!(far.code, 99);
    assert!(far.msg.starts_with("不在签到范围内"), "{}", far.msg);
    let nowhere = hospital.doctor.post("/workbench/checkin", &json!({"shiftId": shift})).await;
    assert_eq!(nowhere.refused(), 99);
    let near = json!({"shiftId": shift, "latitude": 39.9520, "longitude": 116.3430});
    hospital.doctor.post("/workbench/checkin", &near).await.message();
    assert_eq!(check(&hospital.doctor, "checkout", shift).await.refused(), 99);
    hospital.doctor.post("/workbench/checkout", &near).await.message();
}

#[tokio::test]
async fn the_shifts_of_a_day_are_listed_with_their_state() {
    let hospital = Hospital::open().await;
    let (morning, night) = (hospital.shift(TODAY, "上午", 5).await, hospital.shift(TODAY, "晚上", 5).await);
    hospital.shift(TOMORROW, "下午", 5).await;
    let id = hospital.doctor.doctor_id;
    let shifts = hospital.doctor.get(&format!("/workbench/shifts?doctorId={id}&date={TODAY}")).await.message();
    let location = shifts["shifts"][0]["location"].clone();
    assert!(location.as_str().is_some_and(|text| !text.is_empty()));
    let expected = json!({"shifts": [
        {"id": morning, "name": "上午门诊", "startTime": "08:00", "endTime": "12:00", "location": location, "status": "checking_in"},
        {"id": night, "name": "晚上门诊", "startTime": "18:00", "endTime": "21:00", "location": location, "status": "not_started"},
    ]});
    assert_eq!(shifts, expected);
    check(&hospital.doctor, "checkin", morning).await.message();
    for path in [format!("/workbench/shifts?date_str={TODAY}"), "/doctor/workbench/shifts".to_owned()] {
        assert_eq!(hospital.doctor.get(&path).await.message()["shifts"][0]["status"], "checkout_pending", "{path}");
    }
    let tomorrow = hospital.doctor.get(&format!("/workbench/shifts?date={TOMORROW}")).await.message();
    assert_eq!(tomorrow["shifts"].as_array().unwrap().len(), 1);
    assert_eq!(hospital.doctor.get("/workbench/shifts?date=x").await.refused(), 99);
    assert_eq!(hospital.doctor.get("/workbench/shifts?doctorId=999999").await.refused(), 102);
}

#[tokio::test]
async fn the_day_is_counted_by_the_orders_states() {
    let hospital = Hospital::open().await;
    let shift = hospital.shift(TODAY, "下午", 3).await;
    let (first, second, third, fourth) =
        (hospital.patient().await, hospital.patient().await, hospital.patient().await, hospital.patient().await);
    for patient in [&first, &second] {
        booked(patient, shift).await;
    }
    let gone = booked(&third, shift).await;
    waits(&fourth, shift).await;
    cancel(&third, gone).await.message();
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": shift})).await.message();
    let texts = json!({"patient_id": first.patient_id, "schedule_id": shift, "diagnosis": "高血压"});
    hospital.doctor.post("/doctor/consultation/complete", &texts).await.message();
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": shift})).await.message();
    let id = hospital.doctor.doctor_id;
    let stats = hospital.doctor.get(&format!("/workbench/consultation-stats?doctorId={id}")).await.message();
    // The fourth got the slot that the third gave back.
    assert_eq!(stats, json!({"pending": 1, "ongoing": 1, "completed": 1, "total": 3}));
    let board = dashboard(&hospital).await;
    let today = json!({
        "pendingConsultation": 1, "ongoingConsultation": 1, "completedConsultation": 1, "totalConsultation": 3
    });
    assert_eq!(board["todayData"], today);
    assert_eq!((&board["doctor"]["id"], &board["doctor"]["title"]), (&json!(id), &json!("主任医师")));
    assert_eq!(board["reminders"][0]["title"], "请按时签到");
    assert_eq!(board["reminders"][0]["time"], "13:30");

    let recent = format!("/workbench/recent-consultations?doctorId={id}");
    let records = hospital.doctor.get(&recent).await.message()["records"].clone();
    assert_eq!(records.as_array().unwrap().len(), 2);
    assert_eq!(records[0]["diagnosis"], json!(null));
    assert_eq!((&records[1]["diagnosis"], &records[1]["consultationTime"]), (&json!("高血压"), &json!("09:00")));
    assert_eq!(board["recentRecords"], records);
    let one = hospital.doctor.get(&format!("{recent}&limit=1")).await.message();
    assert_eq!(one["records"].as_array().unwrap().len(), 1);
    for wrong in ["limit=0", "limit=x", "doctorId=x"] {
        assert_eq!(hospital.doctor.get(&format!("/workbench/recent-consultations?{wrong}")).await.refused(), 99);
    }
    assert_eq!(hospital.admin.get(&recent).await.refused(), 102);
}

#[tokio::test]
async fn a_day_without_shifts_is_quiet() {
    let hospital = Hospital::open().await;
    let board = dashboard(&hospital).await;
    let quiet = json!({
        "status": "not_checkin", "currentShift": null, "checkinTime": null, "checkoutTime": null,
        "workDuration": null, "timeToCheckout": null,
    });
    assert_eq!(board["shiftStatus"], quiet);
    assert_eq!((&board["reminders"], &board["recentRecords"]), (&json!([]), &json!([])));
}
