//! Statistics and rankings: they add up, by day of visit.

use serde_json::{Value, json};
use ward_tests::registration::Patient;

use crate::hospital::{Hospital, TODAY, TOMORROW, booked, cancel, waits};

async fn counted(hospital: &Hospital, path: &str) -> Value {
    hospital.admin.get(&format!("/statistics/{path}")).await.message()
}

/// Today: two normal registrations of one doctor, one of them seen, one called off and one waiting; one expert
/// registration of another doctor elsewhere. Tomorrow: one more of the first.
struct Busy {
    hospital: Hospital,
    shift: i64,
    other_dept: i64,
    other_doctor: i64,
}

async fn busy() -> Busy {
    let hospital = Hospital::open().await;
    let prices = "/admin/global-prices?default_price_normal=60&default_price_expert=100.5";
    hospital.admin.put_empty(prices).await.message();
    let shift = hospital.shift(TODAY, "下午", 2).await;
    let next = hospital.shift(TOMORROW, "上午", 5).await;
    let patients: [Patient; 4] =
        [hospital.patient().await, hospital.patient().await, hospital.patient().await, hospital.patient().await];
    let gone = booked(&patients[2], shift).await;
    cancel(&patients[2], gone).await.message();
    booked(&patients[0], shift).await;
    booked(&patients[1], shift).await;
    waits(&patients[3], shift).await;
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": shift})).await.message();
    let seen = json!({"patient_id": patients[0].patient_id, "schedule_id": shift});
    hospital.doctor.post("/doctor/consultation/complete", &seen).await.message();

    let other_dept = hospital.admin.department().await;
    let clinic = hospital.admin.clinic(other_dept).await;
    let other_doctor = hospital.admin.plain_doctor(other_dept, "王五", "副主任医师").await;
    let expert = json!({
        "doctor_id": other_doctor, "clinic_id": clinic, "schedule_date": TODAY, "time_section": "晚上",
        "slot_type": "专家", "status": "正常", "price": 0, "total_slots": 4,
    });
    let expert = hospital.admin.post("/admin/schedules", &expert).await.message()["schedule_id"].as_i64().unwrap();
    booked(&patients[3], expert).await;
    booked(&hospital.patient().await, next).await;
    Busy { hospital, shift, other_dept, other_doctor }
}

#[tokio::test]
async fn the_hospitals_registrations_add_up() {
    let Busy { hospital, .. } = busy().await;
    let today = counted(&hospital, &format!("hospital/registrations?date={TODAY}")).await;
    let expected = json!({
        "date": TODAY, "date_range": null, "start_date": TODAY, "end_date": TODAY, "total_registrations": 3,
        "by_slot_type": {"普通": 2, "专家": 1, "特需": 0}, "total_revenue": 220.5, "completed_consultations": 1,
    });
    assert_eq!(today, expected);
    assert_eq!(counted(&hospital, "hospital/registrations").await, expected);
    let week = counted(&hospital, &format!("hospital/registrations?date={TOMORROW}&date_range=7days")).await;
    assert_eq!((&week["start_date"], &week["end_date"]), (&json!("2025-11-14"), &json!(TODAY)));
    assert_eq!((&week["date_range"], &week["total_registrations"]), (&json!("7days"), &json!(3)));
    let tomorrow = counted(&hospital, &format!("hospital/registrations?date={TOMORROW}")).await;
    assert_eq!((&tomorrow["total_registrations"], &tomorrow["total_revenue"]), (&json!(1), &json!(60.0)));
    let empty = counted(&hospital, "hospital/registrations?date=2024-02-29").await;
    assert_eq!((&empty["total_registrations"], &empty["total_revenue"]), (&json!(0), &json!(0.0)));
}

#[tokio::test]
async fn an_areas_registrations_are_told_by_department() {
    let Busy { hospital, other_dept, .. } = busy().await;
    let area = hospital.admin.get("/hospital-areas").await.message()["areas"][0]["area_id"].clone();
    let found = counted(&hospital, &format!("areas/{area}/registrations?date={TODAY}")).await;
    assert_eq!((&found["area_id"], &found["total_registrations"]), (&area, &json!(3)));
    assert_eq!((&found["total_revenue"], &found["by_slot_type"]["专家"]), (&json!(220.5), &json!(1)));
    let departments = found["departments"].as_array().unwrap();
    let rows: Vec<_> =
        departments.iter().map(|row| (&row["minor_dept_id"], &row["registrations"], &row["revenue"])).collect();
    let (own, other) = (json!(hospital.dept), json!(other_dept));
    assert_eq!(rows, [(&own, &json!(2), &json!(120.0)), (&other, &json!(1), &json!(100.5))]);
    assert_eq!(hospital.admin.get("/statistics/areas/999999/registrations").await.refused(), 106);
}

#[tokio::test]
async fn a_departments_registrations_are_told_by_doctor() {
    let Busy { hospital, other_dept, other_doctor, .. } = busy().await;
    let found = counted(&hospital, &format!("departments/{other_dept}/registrations?date={TODAY}")).await;
    let expected = json!({
        "minor_dept_id": other_dept, "start_date": TODAY, "end_date": TODAY, "total_registrations": 1,
        "by_slot_type": {"普通": 0, "专家": 1, "特需": 0}, "total_revenue": 100.5, "completed_consultations": 0,
        "doctors": [{
            "doctor_id": other_doctor, "doctor_name": "王五", "title": "副主任医师", "registrations": 1, "revenue": 100.5
        }],
    });
    assert_eq!(found, expected);
    let own = counted(&hospital, &format!("departments/{}/registrations", hospital.dept)).await;
    assert_eq!((&own["completed_consultations"], &own["total_registrations"]), (&json!(1), &json!(2)));
    assert_eq!(hospital.admin.get("/statistics/departments/999999/registrations").await.refused(), 106);
}

#[tokio::test]
async fn a_doctors_registrations_are_told_by_shift() {
    let Busy { hospital, shift, .. } = busy().await;
    let id = hospital.doctor.doctor_id;
    let found = counted(&hospital, &format!("doctors/{id}/registrations?date={TODAY}")).await;
    assert_eq!((&found["doctor_id"], &found["title"]), (&json!(id), &json!("主任医师")));
    assert!(found["doctor_name"].is_string() && found["dept_name"].is_string());
    assert_eq!((&found["total_registrations"], &found["completed_consultations"]), (&json!(2), &json!(1)));
    assert_eq!(found["by_time_section"], json!({"上午": 0, "下午": 2, "晚上": 0}));
    let only = &found["schedules"][0];
    for (field, value) in [
        ("schedule_id", json!(shift)),
        ("time_section", json!("下午")),
        ("slot_type", json!("普通")),
        ("registrations", json!(2)),
        ("total_slots", json!(2)),
        ("utilization_rate", json!(1.0)),
    ] {
        assert_eq!(only[field], value, "{field}");
    }
    assert_eq!(hospital.admin.get("/statistics/doctors/999999/registrations").await.refused(), 106);
}

#[tokio::test]
async fn rankings_are_ordered_by_what_is_asked() {
    let Busy { hospital, other_dept, other_doctor, .. } = busy().await;
    // A second, dear registration turns the order of revenue round.
    let clinic = hospital.admin.clinic(other_dept).await;
    let dear = json!({
        "doctor_id": other_doctor, "clinic_id": clinic, "schedule_date": TODAY, "time_section": "下午",
        "slot_type": "特需", "status": "正常", "price": 500, "total_slots": 1,
    });
    let dear = hospital.admin.post("/admin/schedules", &dear).await.message()["schedule_id"].as_i64().unwrap();
    let first = counted(&hospital, "departments/ranking").await;
    assert_eq!((&first["date"], &first["order_by"]), (&json!(TODAY), &json!("registrations")));
    let order = |ranking: &Value, id: &str| {
        ranking["ranking"].as_array().unwrap().iter().map(|row| row[id].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(order(&first, "minor_dept_id"), [hospital.dept, other_dept]);
    booked(&hospital.patient().await, dear).await;
    let by_revenue = counted(&hospital, "departments/ranking?order_by=revenue").await;
    assert_eq!(order(&by_revenue, "minor_dept_id"), [other_dept, hospital.dept]);
    assert_eq!(by_revenue["ranking"][0]["revenue"], 600.5);
    let doctors = counted(&hospital, "doctors/ranking?order_by=revenue&limit=1").await;
    let expected = json!([{
        "doctor_id": other_doctor, "doctor_name": "王五", "title": "副主任医师",
        "dept_name": by_revenue["ranking"][0]["dept_name"], "registrations": 2, "revenue": 600.5,
    }]);
    assert_eq!(doctors["ranking"], expected);
    let own = counted(&hospital, &format!("doctors/ranking?dept_id={}", hospital.dept)).await;
    assert_eq!(order(&own, "doctor_id"), [hospital.doctor.doctor_id]);
    assert_eq!(hospital.admin.get("/statistics/doctors/ranking?dept_id=999999").await.refused(), 106);
}

#[tokio::test]
async fn wrong_days_orders_and_limits_are_refused() {
    let hospital = Hospital::open().await;
    for path in [
        "hospital/registrations?date=",
        "hospital/registrations?date=2025-13-01",
        "hospital/registrations?date_range=1year",
        "departments/ranking?order_by=name;--",
        "doctors/ranking?limit=0",
        "doctors/ranking?limit=-1",
        "doctors/ranking?dept_id=x",
        "visits?compare_days=0",
        "visits?compare_days=99999999",
        "areas/x/registrations",
    ] {
        let refusal = hospital.admin.get(&format!("/statistics/{path}")).await.refusal();
        assert_eq!((refusal.status, refusal.code), (400, 99), "{path}");
    }
    let many = counted(&hospital, "doctors/ranking?limit=1000000000").await;
    assert_eq!(many["ranking"], json!([]));
}

#[tokio::test]
async fn users_and_visits_are_counted_for_everybody_who_is_signed_in() {
    let mut hospital = Hospital::open().await;
    let before = counted(&hospital, "users").await["total_users"].as_i64().unwrap();
    let first = counted(&hospital, "visits").await;
    assert_eq!((&first["growth_percent"], &first["compare_days"]), (&json!(null), &json!(3)));
    hospital.set(2025, 11, 24, 9, 0).await;
    let patient = hospital.patient().await;
    assert_eq!(patient.get("/statistics/users").await.message(), json!({"total_users": before + 1}));
    let now = patient.get("/statistics/visits?compare_days=3").await.message();
    let (then, total) = (first["total_visits"].as_i64().unwrap(), now["total_visits"].as_i64().unwrap());
    // The administrator, the doctor and the patient have signed in since.
    assert_eq!(total, then + 3);
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let growth = (3.0 * 10_000.0 / then as f64).round() / 100.0;
    assert_eq!((&now["growth_percent"], &now["compare_days"]), (&json!(growth), &json!(3)));
    assert_eq!(hospital.ward.registration().get("/statistics/users").await.refused(), 105);
    for path in ["hospital/registrations", "departments/ranking", "doctors/1/registrations"] {
        assert_eq!(patient.get(&format!("/statistics/{path}")).await.refused(), 102, "{path}");
    }
}
