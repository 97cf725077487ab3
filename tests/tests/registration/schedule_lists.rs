//! Reading schedules: what anybody sees, what a doctor and an administrator see.

use serde_json::{Value, json};
use ward::clock::HeldClock;
use ward_tests::registration::{Doctor, shanghai};
use ward_tests::{Api, Ward};

struct Place {
    ward: Ward,
    admin: Api,
    dept: i64,
    clinic: i64,
    doctor: Doctor,
}

impl Place {
    /// It is half an hour after midnight, Thursday, in Shanghai, and still Wednesday in London.
    async fn new() -> Self {
        let now = shanghai(2025, 11, 20, 0, 30);
        let ward = Ward::builder().clock(HeldClock::at(now).clock()).start().await;
        let admin = ward.registration_admin().await;
        let dept = admin.department().await;
        let (clinic, doctor) = (admin.clinic(dept).await, admin.doctor(dept).await);
        Self { ward, admin, dept, clinic, doctor }
    }

    async fn plan(&self, date: &str, section: &str) -> i64 {
        self.admin.schedule(self.doctor.doctor_id, self.clinic, date, section, 10).await
    }
}

async fn ids(api: &Api, path: &str) -> Vec<i64> {
    let shown = api.get(path).await.message();
    shown["schedules"].as_array().unwrap().iter().map(|one| one["schedule_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn schedules_come_in_the_order_of_their_times_and_both_days_count() {
    let place = Place::new().await;
    let evening = place.plan("2025-11-21", "晚上").await;
    let noon = place.plan("2025-11-21", "下午").await;
    let morning = place.plan("2025-11-21", "上午").await;
    let first = place.plan("2025-11-20", "晚上").await;
    place.plan("2025-11-22", "上午").await;
    let (dept, clinic, doctor) = (place.dept, place.clinic, place.doctor.doctor_id);
    for place_path in [format!("departments/{dept}"), format!("clinics/{clinic}"), format!("doctors/{doctor}")] {
        for prefix in ["", "/patient", "/admin"] {
            let path = format!("{prefix}/{place_path}/schedules?start_date=2025-11-20&end_date=2025-11-21");
            assert_eq!(ids(&place.ward.registration(), &path).await, [first, morning, noon, evening], "{path}");
        }
    }
}

#[tokio::test]
async fn spans_are_needed_whole_and_not_endless() {
    let place = Place::new().await;
    for query in [
        "",
        "start_date=2025-11-20",
        "end_date=2025-11-20",
        "start_date=2025-11-21&end_date=2025-11-20",
        "start_date=2025-1-1&end_date=2025-11-20",
        "start_date=0001-01-01&end_date=9999-12-31",
    ] {
        let path = format!("/departments/{}/schedules?{query}", place.dept);
        assert_eq!(place.admin.get(&path).await.refused(), 99, "{query}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_told_apart_from_what_is_empty() {
    let place = Place::new().await;
    let span = "schedules?start_date=2025-11-20&end_date=2025-11-21";
    assert_eq!(
        place.admin.get(&format!("/departments/{}/{span}", place.dept)).await.message(),
        json!({"schedules": []})
    );
    for path in ["departments/9999", "clinics/9999", "doctors/9999"] {
        assert_eq!(place.admin.get(&format!("/{path}/{span}")).await.refused(), 106, "{path}");
    }
}

#[tokio::test]
async fn without_a_day_the_next_seven_days_are_shown() {
    let place = Place::new().await;
    place.plan("2025-11-19", "上午").await;
    let today = place.plan("2025-11-20", "上午").await;
    let last = place.plan("2025-11-26", "晚上").await;
    place.plan("2025-11-27", "上午").await;
    let path = format!("/hospitals/schedules?departmentId={}", place.dept);
    assert_eq!(ids(&place.ward.registration(), &path).await, [today, last]);
    assert_eq!(ids(&place.ward.registration(), &format!("/patient{path}")).await, [today, last]);
    assert_eq!(ids(&place.ward.registration(), &format!("{path}&date=2025-11-26")).await, [last]);
    let shown = place.admin.get(&path).await.message()["schedules"][0].clone();
    assert_eq!((&shown["doctor_title"], &shown["clinic_type"]), (&json!("主任医师"), &json!(0)));
    let area = shown["area_id"].as_i64().unwrap();
    assert_eq!(ids(&place.admin, &format!("{path}&hospitalId={area}")).await, [today, last]);
    assert_eq!(ids(&place.admin, &format!("{path}&hospitalId=9999")).await, [0_i64; 0]);
    assert_eq!(place.admin.get("/hospitals/schedules").await.refused(), 99);
    assert_eq!(place.admin.get("/hospitals/schedules?departmentId=9999").await.refused(), 106);
}

#[tokio::test]
async fn the_next_seven_days_step_over_midnight_and_the_end_of_the_year() {
    let clock = HeldClock::at(shanghai(2025, 12, 31, 23, 59));
    let ward = Ward::builder().clock(clock.clock()).start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let (clinic, doctor) = (admin.clinic(dept).await, admin.plain_doctor(dept, "张三", "").await);
    let mut planned = Vec::new();
    for date in ["2025-12-31", "2026-01-01", "2026-01-06", "2026-01-07"] {
        planned.push(admin.schedule(doctor, clinic, date, "上午", 5).await);
    }
    let path = format!("/hospitals/schedules?departmentId={dept}");
    assert_eq!(ids(&ward.registration(), &path).await, planned[..3]);
    clock.advance(60_000);
    assert_eq!(ids(&ward.registration(), &path).await, planned[1..]);
}

#[tokio::test]
async fn a_doctor_sees_the_own_schedules_and_an_administrator_anybodys() {
    let place = Place::new().await;
    let id = place.plan("2025-11-21", "上午").await;
    let own = place.doctor.doctor_id;
    let colleague = place.admin.doctor(place.dept).await;
    let span = "start_date=2025-11-20&end_date=2025-11-30";
    for path in [format!("/doctors/schedules?{span}"), format!("/doctor/schedules?doctor_id={own}&{span}")] {
        assert_eq!(ids(&place.doctor, &path).await, [id], "{path}");
    }
    assert_eq!(colleague.get(&format!("/doctors/schedules?doctor_id={own}&{span}")).await.refused(), 102);
    assert_eq!(ids(&colleague, &format!("/doctors/schedules?{span}")).await, [0_i64; 0]);
    assert_eq!(ids(&place.admin, &format!("/doctors/schedules?doctor_id={own}&{span}")).await, [id]);
    assert_eq!(place.admin.get(&format!("/doctors/schedules?{span}")).await.refused(), 99);
    assert_eq!(place.admin.get(&format!("/doctors/schedules?doctor_id=9999&{span}")).await.refused(), 106);
    let patient = place.admin.patient().await;
    assert_eq!(patient.get(&format!("/doctors/schedules?{span}")).await.refused(), 102);
    assert_eq!(place.ward.registration().get(&format!("/doctors/schedules?{span}")).await.refused(), 105);
}

#[tokio::test]
async fn today_is_the_hospitals_day() {
    let place = Place::new().await;
    place.plan("2025-11-19", "上午").await;
    let today = place.plan("2025-11-20", "上午").await;
    let shown = place.doctor.get("/doctors/schedules/today").await.message();
    let name = shown["schedules"][0]["doctor_name"].clone();
    let expected = json!([{
        "schedule_id": today, "doctor_id": place.doctor.doctor_id, "doctor_name": name, "department_id": place.dept,
        "department_name": shown["schedules"][0]["department_name"], "clinic_type": "普通门诊", "date": "2025-11-20",
        "time_slot": "上午", "total_slots": 10, "remaining_slots": 10, "available_slot_types": ["普通"],
    }]);
    assert_eq!(shown["schedules"], expected);
    assert_eq!(place.admin.get("/doctors/schedules/today").await.refused(), 99);
    let path = format!("/doctor/schedules/today?doctor_id={}", place.doctor.doctor_id);
    assert_eq!(ids(&place.admin, &path).await, [today]);
}

#[tokio::test]
async fn better_clinics_offer_more_kinds_of_slots() {
    let place = Place::new().await;
    let id = place.plan("2025-11-20", "上午").await;
    let kinds = [
        (0, "普通门诊", json!(["普通"])),
        (1, "专家门诊", json!(["普通", "专家"])),
        (2, "特需门诊", json!(["普通", "专家", "特需"])),
    ];
    for (number, name, slots) in kinds {
        place.admin.put(&format!("/admin/clinics/{}", place.clinic), &json!({"clinic_type": number})).await.message();
        let shown = place.doctor.get(&format!("/doctors/schedules/{id}")).await.message();
        assert_eq!((&shown["clinic_type"], &shown["available_slot_types"]), (&json!(name), &slots));
    }
}

#[tokio::test]
async fn one_schedule_is_shown_in_full_to_its_doctor() {
    let place = Place::new().await;
    let id = place.plan("2025-11-20", "下午").await;
    let path = format!("/doctors/schedules/{id}");
    let shown = place.doctor.get(&path).await.message();
    for (field, value) in [
        ("doctor_title", json!("主任医师")),
        ("department_id", json!(place.dept)),
        ("clinic_id", json!(place.clinic)),
        ("week_day", json!("四")),
        ("time_section", json!("下午")),
        ("slot_type", json!("普通")),
        ("total_slots", json!(10)),
        ("remaining_slots", json!(10)),
        ("status", json!("正常")),
        ("price", json!(50.0)),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert!(shown["department_name"].is_string() && shown["clinic_name"].is_string());
    let colleague = place.admin.doctor(place.dept).await;
    assert_eq!(colleague.get(&path).await.refused(), 102);
    assert_eq!(place.admin.get(&path).await.status, 200);
    assert_eq!(place.admin.get(&format!("/doctor/schedules/{id}")).await.status, 200);
    assert_eq!(place.doctor.get("/doctors/schedules/9999").await.refused(), 106);
    assert_eq!(place.doctor.get("/doctors/schedules/x").await.refused(), 99);
}

#[tokio::test]
async fn schedules_stay_with_their_department_when_the_doctor_moves() {
    let place = Place::new().await;
    let id = place.plan("2025-11-21", "上午").await;
    let elsewhere = place.admin.department().await;
    let path = format!("/doctors/{}/transfer", place.doctor.doctor_id);
    place.admin.put(&path, &json!({"new_dept_id": elsewhere})).await.message();
    let span = "start_date=2025-11-20&end_date=2025-11-30";
    assert_eq!(ids(&place.admin, &format!("/departments/{}/schedules?{span}", place.dept)).await, [id]);
    let moved: Value = place.admin.get(&format!("/departments/{elsewhere}/schedules?{span}")).await.message();
    assert_eq!(moved["schedules"], json!([]));
}
