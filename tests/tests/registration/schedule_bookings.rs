//! Schedules on which people are booked.

use serde_json::{Value, json};
use ward::clock::HeldClock;
use ward_tests::registration::{Patient, shanghai};
use ward_tests::{Api, Ward};

const DATE: &str = "2025-11-21";

struct Place {
    ward: Ward,
    admin: Api,
    dept: i64,
    clinic: i64,
    doctor: i64,
    schedule: i64,
}

impl Place {
    async fn new(slots: i64) -> Self {
        let now = shanghai(2025, 11, 20, 9, 0);
        let ward = Ward::builder().clock(HeldClock::at(now).clock()).start().await;
        let admin = ward.registration_admin().await;
        let dept = admin.department().await;
        let clinic = admin.clinic(dept).await;
        let doctor = admin.plain_doctor(dept, "张三", "主任医师").await;
        let schedule = admin.schedule(doctor, clinic, DATE, "上午", slots).await;
        Self { ward, admin, dept, clinic, doctor, schedule }
    }

    async fn booked(&self) -> Patient {
        let patient = self.ward.registration().patient().await;
        let wish = json!({"scheduleId": self.schedule, "patientId": patient.patient_id});
        patient.post("/appointments", &wish).await.message();
        patient
    }

    fn path(&self) -> String {
        format!("/admin/schedules/{}", self.schedule)
    }

    async fn slots(&self) -> (i64, i64) {
        let shown = self.admin.get(&format!("/doctors/schedules/{}", self.schedule)).await.message();
        (shown["total_slots"].as_i64().unwrap(), shown["remaining_slots"].as_i64().unwrap())
    }
}

async fn order(patient: &Patient) -> Value {
    patient.get("/appointments").await.message()["list"][0].clone()
}

#[tokio::test]
async fn a_change_of_the_slots_keeps_what_is_booked() {
    let place = Place::new(5).await;
    for _ in 0..3 {
        place.booked().await;
    }
    place.admin.put(&place.path(), &json!({"total_slots": 8})).await.message();
    assert_eq!(place.slots().await, (8, 5));
    place.admin.put(&place.path(), &json!({"total_slots": 3})).await.message();
    assert_eq!(place.slots().await, (3, 0));
    let refused = place.admin.put(&place.path(), &json!({"total_slots": 2, "price": 99})).await.refusal();
    assert_eq!((refused.status, refused.code), (400, 99));
    assert_eq!(place.slots().await, (3, 0));
    let shown = place.admin.shown_schedule(place.doctor, DATE, place.schedule).await;
    assert_eq!(shown["price"], 50.0, "all of a change, or nothing");
}

#[tokio::test]
async fn stopping_a_schedule_cancels_what_is_booked_and_loses_no_slot() {
    let place = Place::new(5).await;
    let patient = place.booked().await;
    place.admin.put(&place.path(), &json!({"status": "停诊"})).await.message();
    assert_eq!(place.slots().await, (5, 5));
    assert_eq!(order(&patient).await["status"], "cancelled");
    place.admin.put(&place.path(), &json!({"status": "正常"})).await.message();
    assert_eq!(place.slots().await, (5, 5));
}

#[tokio::test]
async fn a_schedule_with_orders_is_not_deleted() {
    let place = Place::new(5).await;
    place.booked().await;
    let refused = place.admin.delete(&place.path()).await.refusal();
    assert_eq!((refused.code, refused.msg.as_str()), (99, "该排班已有预约记录，不能删除，可改为停诊"));
    place.admin.put(&place.path(), &json!({"status": "停诊"})).await.message();
    assert_eq!(place.admin.delete(&place.path()).await.refused(), 99, "cancelled orders are records, too");
}

#[tokio::test]
async fn orders_follow_a_schedule_that_is_moved() {
    let place = Place::new(5).await;
    let patient = place.booked().await;
    let change = json!({"schedule_date": "2025-11-24", "time_section": "下午"});
    place.admin.put(&place.path(), &change).await.message();
    let moved = order(&patient).await;
    assert_eq!((&moved["appointmentDate"], &moved["status"]), (&json!("2025-11-24"), &json!("pending")));
}

#[tokio::test]
async fn deleting_a_doctor_cancels_what_is_booked() {
    let place = Place::new(5).await;
    let patient = place.booked().await;
    place.admin.delete(&format!("/doctors/{}", place.doctor)).await.message();
    assert_eq!(order(&patient).await["status"], "cancelled");
    let path = format!("/departments/{}/schedules?start_date={DATE}&end_date={DATE}", place.dept);
    let left = place.admin.get(&path).await.message()["schedules"][0].clone();
    assert_eq!((&left["status"], &left["remaining_slots"]), (&json!("停诊"), &json!(5)));
    let wish = json!({"scheduleId": place.schedule, "patientId": patient.patient_id});
    assert!(patient.post("/appointments", &wish).await.refused() > 0);
    assert_eq!(place.admin.delete(&format!("/minor-departments/{}", place.dept)).await.refused(), 99);
    let _ = place.clinic;
}
