//! Managing schedules: conflicts, prices, counts.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use ward::clock::HeldClock;
use ward_tests::registration::shanghai;
use ward_tests::{Api, Ward};

/// A Thursday.
const TODAY: &str = "2025-11-20";
const TOMORROW: &str = "2025-11-21";

struct Place {
    ward: Ward,
    admin: Api,
    dept: i64,
    doctor: i64,
    clinic: i64,
    days: AtomicU32,
}

impl Place {
    async fn new() -> Self {
        let now = shanghai(2025, 11, 20, 9, 0);
        let ward = Ward::builder().clock(HeldClock::at(now).clock()).start().await;
        let admin = ward.registration_admin().await;
        let dept = admin.department().await;
        let doctor = admin.plain_doctor(dept, "张三", "主治医师").await;
        let clinic = admin.clinic(dept).await;
        Self { ward, admin, dept, doctor, clinic, days: AtomicU32::new(1) }
    }

    fn body(&self, changes: &Value) -> Value {
        let mut body = json!({
            "doctor_id": self.doctor, "clinic_id": self.clinic, "schedule_date": TOMORROW, "time_section": "上午",
            "slot_type": "普通", "status": "正常", "price": 0, "total_slots": 20,
        });
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    }

    async fn create(&self, changes: &Value) -> Value {
        self.admin.post("/admin/schedules", &self.body(changes)).await.message()
    }

    /// The price of a schedule on a day on which there is no other.
    async fn price_of(&self, changes: &Value) -> Value {
        let mut changes = changes.clone();
        changes["schedule_date"] = format!("2025-12-{:02}", self.days.fetch_add(1, Ordering::Relaxed)).into();
        let made = self.create(&changes).await;
        let id = made["schedule_id"].as_i64().unwrap();
        self.admin.get(&format!("/doctors/schedules/{id}")).await.message()["price"].clone()
    }
}

#[tokio::test]
async fn a_new_schedule_has_all_of_its_slots_and_knows_its_week_day() {
    let place = Place::new().await;
    let made = place.create(&json!({"slot_type": "专家", "price": 120.5})).await;
    assert_eq!(made["detail"], "排班创建成功");
    let id = made["schedule_id"].as_i64().unwrap();
    let shown = place.admin.shown_schedule(place.doctor, TOMORROW, id).await;
    let expected = json!({
        "schedule_id": id, "doctor_id": place.doctor, "doctor_name": "张三", "clinic_id": place.clinic,
        "clinic_name": shown["clinic_name"], "clinic_type": 0, "date": TOMORROW, "week_day": "五",
        "time_section": "上午", "slot_type": "专家", "total_slots": 20, "remaining_slots": 20, "status": "正常",
        "price": 120.5, "create_time": "2025-11-20T09:00:00",
    });
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_doctor_is_in_one_place_at_a_time() {
    let place = Place::new().await;
    let id = place.create(&json!({})).await["schedule_id"].as_i64().unwrap();
    let other = place.admin.clinic(place.dept).await;
    let body = place.body(&json!({"clinic_id": other, "slot_type": "特需"}));
    let refused = place.admin.post("/admin/schedules", &body).await.refusal();
    assert_eq!((refused.status, refused.code), (400, 99));
    assert_eq!(refused.msg, format!("该医生在 {TOMORROW} 上午 已有排班(ID: {id})"));
    place.create(&json!({"time_section": "下午"})).await;
    place.create(&json!({"schedule_date": TODAY})).await;
    let colleague = place.admin.plain_doctor(place.dept, "李四", "").await;
    place.create(&json!({"doctor_id": colleague})).await;
}

#[tokio::test]
async fn thirty_who_plan_one_shift_at_once_plan_one() {
    let place = Place::new().await;
    let body = place.body(&json!({}));
    let asked = (0..30).map(|_| place.admin.post("/admin/schedules", &body));
    let answers = futures_util::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 503)));
    let path = format!("/doctors/{}/schedules?start_date={TODAY}&end_date={TOMORROW}", place.doctor);
    assert_eq!(place.admin.get(&path).await.message()["schedules"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_price_of_nothing_is_looked_up_from_the_doctor_to_the_hospital() {
    let place = Place::new().await;
    let price = |slot: &str| {
        let changes = json!({"slot_type": slot, "price": 0});
        let place = &place;
        async move { place.price_of(&changes).await }
    };
    assert_eq!(
        (price("普通").await, price("专家").await, price("特需").await),
        (json!(50.0), json!(100.0), json!(500.0))
    );
    place.admin.put_empty("/admin/global-prices?default_price_normal=55").await.message();
    assert_eq!(price("普通").await, 55.0);
    let set = json!({"default_price_normal": 60});
    place.admin.put(&format!("/minor-departments/{}", place.dept), &set).await.message();
    assert_eq!(price("普通").await, 60.0);
    let set = json!({"default_price_normal": 70});
    place.admin.put(&format!("/admin/clinics/{}", place.clinic), &set).await.message();
    assert_eq!(price("普通").await, 70.0);
    let set = json!({"default_price_normal": 80, "default_price_expert": null});
    place.admin.put(&format!("/doctors/{}", place.doctor), &set).await.message();
    assert_eq!(price("普通").await, 80.0);
    assert_eq!(price("专家").await, 100.0, "null inherits");
    assert_eq!(place.price_of(&json!({"price": -5})).await, 80.0);
    assert_eq!(place.price_of(&json!({"price": 0.01})).await, 0.01);
}

#[tokio::test]
async fn a_schedule_that_cannot_be_is_refused() {
    let place = Place::new().await;
    for wrong in [
        json!({"doctor_id": null}),
        json!({"schedule_date": "2025-02-30"}),
        json!({"schedule_date": "21.11.2025"}),
        json!({"time_section": "夜里"}),
        json!({"slot_type": "贵宾"}),
        json!({"status": "暂停"}),
        json!({"total_slots": -1}),
        json!({"total_slots": 1.5}),
        json!({"total_slots": 10_001}),
        json!({"total_slots": null}),
        json!({"price": "dear"}),
        json!({"price": 1e18}),
    ] {
        let answer = place.admin.post("/admin/schedules", &place.body(&wrong)).await;
        assert_eq!(answer.refused(), 99, "{wrong}");
    }
    for missing in [json!({"doctor_id": 9999}), json!({"clinic_id": 9999})] {
        let answer = place.admin.post("/admin/schedules", &place.body(&missing)).await;
        assert_eq!(answer.refused(), 106, "{missing}");
    }
    let path = format!("/doctors/{}/schedules?start_date={TODAY}&end_date={TOMORROW}", place.doctor);
    assert_eq!(place.admin.get(&path).await.message()["schedules"], json!([]));
}

#[tokio::test]
async fn nothing_is_planned_beyond_the_days_that_the_configuration_allows() {
    let place = Place::new().await;
    place.create(&json!({"schedule_date": "2026-01-19"})).await;
    let body = place.body(&json!({"schedule_date": "2026-01-20"}));
    assert_eq!(place.admin.post("/admin/schedules", &body).await.refusal().msg, "最多只能排未来 60 天的班");
    place.admin.put("/config", &json!({"schedule": {"maxFutureDays": 90}})).await.message();
    place.admin.post("/admin/schedules", &body).await.message();
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let place = Place::new().await;
    let id = place.create(&json!({"price": 66})).await["schedule_id"].as_i64().unwrap();
    let path = format!("/admin/schedules/{id}");
    let change = json!({"schedule_date": "2025-11-23", "time_section": "晚上", "slot_type": "特需", "total_slots": 25});
    assert_eq!(place.admin.put(&path, &change).await.message(), json!({"detail": "排班更新成功"}));
    let shown = place.admin.shown_schedule(place.doctor, "2025-11-23", id).await;
    assert_eq!(
        (&shown["week_day"], &shown["time_section"], &shown["slot_type"]),
        (&json!("日"), &json!("晚上"), &json!("特需"))
    );
    assert_eq!((&shown["total_slots"], &shown["remaining_slots"]), (&json!(25), &json!(25)));
    assert_eq!(shown["price"], 66.0, "an absent price stays");
    place.admin.put(&path, &json!({"price": 0})).await.message();
    assert_eq!(place.admin.shown_schedule(place.doctor, "2025-11-23", id).await["price"], 500.0);
    place.admin.put(&path, &json!({"status": "停诊"})).await.message();
    assert_eq!(place.admin.shown_schedule(place.doctor, "2025-11-23", id).await["status"], "停诊");
    place.admin.put(&path, &json!({"status": "正常"})).await.message();
    assert_eq!(place.admin.shown_schedule(place.doctor, "2025-11-23", id).await["status"], "正常");
}

#[tokio::test]
async fn a_change_to_a_time_that_is_taken_changes_nothing() {
    let place = Place::new().await;
    place.create(&json!({})).await;
    let id = place.create(&json!({"time_section": "下午"})).await["schedule_id"].as_i64().unwrap();
    let path = format!("/admin/schedules/{id}");
    let change = json!({"time_section": "上午", "total_slots": 5, "price": 5});
    assert_eq!(place.admin.put(&path, &change).await.refused(), 99);
    for (wrong, code) in [
        (json!({"doctor_id": 9999}), 106),
        (json!({"clinic_id": 9999}), 106),
        (json!({"total_slots": -1}), 99),
        (json!({"schedule_date": "2027-01-01"}), 99),
    ] {
        assert_eq!(place.admin.put(&path, &wrong).await.refused(), code, "{wrong}");
    }
    assert_eq!(place.admin.put("/admin/schedules/9999", &json!({})).await.refused(), 106);
    let shown = place.admin.shown_schedule(place.doctor, TOMORROW, id).await;
    assert_eq!(
        (&shown["time_section"], &shown["total_slots"], &shown["price"]),
        (&json!("下午"), &json!(20), &json!(50.0))
    );
    place.admin.put(&path, &json!({"time_section": "下午"})).await.message();
}

#[tokio::test]
async fn a_schedule_without_orders_is_deleted() {
    let place = Place::new().await;
    let id = place.create(&json!({})).await["schedule_id"].as_i64().unwrap();
    let path = format!("/admin/schedules/{id}");
    assert_eq!(place.admin.delete(&path).await.message(), json!({"detail": "排班删除成功"}));
    assert_eq!(place.admin.delete(&path).await.refused(), 106);
    place.create(&json!({})).await;
}

#[tokio::test]
async fn a_deleted_doctor_or_clinic_gets_no_schedule() {
    let place = Place::new().await;
    place.admin.delete(&format!("/doctors/{}", place.doctor)).await.message();
    let answer = place.admin.post("/admin/schedules", &place.body(&json!({}))).await;
    assert_eq!(answer.refusal().msg, "医生不存在");
}

#[tokio::test]
async fn only_administrators_plan() {
    let place = Place::new().await;
    let doctor = place.admin.doctor(place.dept).await;
    assert_eq!(doctor.post("/admin/schedules", &place.body(&json!({}))).await.refused(), 102);
    let anonymous = place.ward.registration();
    assert_eq!(anonymous.post("/admin/schedules", &place.body(&json!({}))).await.refused(), 105);
    assert_eq!(anonymous.put("/admin/schedules/1", &json!({})).await.refused(), 105);
    assert_eq!(anonymous.delete("/admin/schedules/1").await.refused(), 105);
}
