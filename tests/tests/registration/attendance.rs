//! Absences: marked for days that are over, counted over spans.

use serde_json::json;

use crate::hospital::{Hospital, TODAY, TOMORROW};

async fn mark(hospital: &Hospital, day: &str) -> serde_json::Value {
    hospital.admin.post_empty(&format!("/attendance/mark-absent/single?target_date={day}")).await.message()
}

/// Two shifts on the clock's day, one of them suspended by leave and one attended, and a third that nobody came to;
/// then it is the next day.
async fn a_day_later() -> (Hospital, i64) {
    let mut hospital = Hospital::open().await;
    let attended = hospital.shift(TODAY, "上午", 5).await;
    let missed = hospital.shift(TODAY, "下午", 5).await;
    hospital.shift(TODAY, "晚上", 5).await;
    let leave = json!({"date": TODAY, "shift": "night", "reason": "病"});
    let leave = hospital.doctor.post("/doctor/leave/apply", &leave).await.message()["id"].clone();
    hospital.admin.post_empty(&format!("/admin/audit/leave/{leave}/approve")).await.message();
    hospital.doctor.post("/workbench/checkin", &json!({"shiftId": attended})).await.message();
    hospital.set(2025, 11, 21, 8, 30).await;
    (hospital, missed)
}

#[tokio::test]
async fn shifts_without_a_check_in_are_absences_once() {
    let (hospital, missed) = a_day_later().await;
    let first = mark(&hospital, TODAY).await;
    let expected = json!({
        "detail": "缺勤标记完成", "date": TODAY, "total_schedules": 2, "absent_marked": 1, "already_marked": 0
    });
    assert_eq!(first, expected);
    let again = mark(&hospital, TODAY).await;
    assert_eq!((&again["absent_marked"], &again["already_marked"]), (&json!(0), &json!(1)));

    let path = format!("/attendance/absent-statistics?start_date={TODAY}&end_date={TODAY}");
    let found = hospital.admin.get(&path).await.message();
    let doctor = hospital.doctor.doctor_id;
    assert_eq!(found["date_range"], json!({"start": TODAY, "end": TODAY}));
    assert_eq!(found["total_absent_count"], 1);
    let record = &found["absent_records"][0];
    for (field, value) in [
        ("doctor_id", json!(doctor)),
        ("schedule_id", json!(missed)),
        ("schedule_date", json!(TODAY)),
        ("time_section", json!("下午")),
        ("is_absent", json!(true)),
        ("marked_at", json!("2025-11-21T08:30:00")),
    ] {
        assert_eq!(record[field], value, "{field}");
    }
    assert!(record["record_id"].is_i64() && record["doctor_name"].is_string() && record["clinic_name"].is_string());
    let summary = &found["doctor_summary"][0];
    assert_eq!((&summary["absent_count"], &summary["total_schedules"]), (&json!(1), &json!(2)));
    assert_eq!(summary["absence_rate"], 0.5);
    let nobody = hospital.admin.get(&format!("{path}&doctor_id=999999")).await.message();
    assert_eq!((&nobody["total_absent_count"], &nobody["doctor_summary"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn a_span_is_marked_day_by_day() {
    let (hospital, _) = a_day_later().await;
    let path = format!("/attendance/mark-absent/range?start_date=2025-11-19&end_date={TODAY}");
    let marked = hospital.admin.post_empty(&path).await.message();
    assert_eq!((&marked["detail"], &marked["total_marked"]), (&json!("批量缺勤标记完成"), &json!(1)));
    assert_eq!(marked["date_range"], json!({"start": "2025-11-19", "end": TODAY}));
    let expected = json!([
        {"date": "2025-11-19", "total_schedules": 0, "absent_marked": 0, "already_marked": 0},
        {"date": TODAY, "total_schedules": 2, "absent_marked": 1, "already_marked": 0},
    ]);
    assert_eq!(marked["daily_statistics"], expected);
    let many = futures_util::future::join_all((0..4).map(|_| hospital.admin.post_empty(&path))).await;
    assert!(many.iter().all(|answer| answer.message()["total_marked"] == 0));
}

#[tokio::test]
async fn only_days_that_are_over_and_at_most_ninety() {
    let hospital = Hospital::open().await;
    for day in [TODAY, TOMORROW, "2025-13-01", "", "yesterday"] {
        let path = format!("/attendance/mark-absent/single?target_date={day}");
        assert_eq!(hospital.admin.post_empty(&path).await.refused(), 99, "{day}");
    }
    assert_eq!(hospital.admin.post_empty("/attendance/mark-absent/single").await.refused(), 99);
    for (start, end) in
        [("2025-11-01", TODAY), ("2025-11-01", TOMORROW), ("2025-11-02", "2025-11-01"), ("2025-08-21", "2025-11-19")]
    {
        let path = format!("/attendance/mark-absent/range?start_date={start}&end_date={end}");
        assert_eq!(hospital.admin.post_empty(&path).await.refused(), 99, "{start} {end}");
    }
    let ninety = "/attendance/mark-absent/range?start_date=2025-08-22&end_date=2025-11-19";
    let marked = hospital.admin.post_empty(ninety).await.message();
    assert_eq!(marked["daily_statistics"].as_array().unwrap().len(), 90);
    let span = "/attendance/absent-statistics?start_date=2020-01-01&end_date=2025-11-19";
    assert_eq!(hospital.admin.get(span).await.refused(), 99);
}

#[tokio::test]
async fn absences_are_the_administrators() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let path = "/attendance/mark-absent/single?target_date=2025-11-19";
    for (api, code) in [(&*hospital.doctor, 102), (&*patient, 102), (&hospital.ward.registration(), 105)] {
        assert_eq!(api.post_empty(path).await.refused(), code);
    }
    hospital.admin.post_empty(&format!("/admin{path}")).await.message();
}
