//! Configuration of booking and schedules.

use serde_json::json;
use ward_tests::Ward;

use crate::hospital::{Hospital, TOMORROW, book};

#[tokio::test]
async fn the_defaults_are_the_documents() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let config = admin.get("/config").await.message();
    assert_eq!(config, admin.get("/admin/config").await.message());
    let registration = json!({
        "advanceBookingDays": 14, "sameDayDeadline": "23:59", "noShowLimit": 3, "cancelHoursBefore": 2,
        "sameClinicInterval": 7, "maxAppointmentsPerPeriod": 10, "appointmentPeriodDays": 8,
    });
    assert_eq!(config["registration"], registration);
    let schedule = json!({
        "maxFutureDays": 60, "morningStart": "08:00", "morningEnd": "12:00", "afternoonStart": "13:30",
        "afternoonEnd": "17:30", "eveningStart": "18:00", "eveningEnd": "21:00", "consultationDuration": 15,
        "intervalTime": 5,
    });
    assert_eq!(config["schedule"], schedule);
    let discounts = json!({ "student": 1.0, "teacher": 1.0, "staff": 1.0, "external": 1.0 });
    assert_eq!(config["patientIdentityDiscounts"], discounts);
}

#[tokio::test]
async fn a_change_of_some_fields_leaves_the_others() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let change = json!({
        "registration": { "advanceBookingDays": 30, "noShowLimit": 5 },
        "schedule": { "maxFutureDays": 90, "morningStart": "07:30" },
    });
    assert_eq!(admin.put("/config", &change).await.message()["detail"], "配置更新成功");
    admin.put("/config", &json!({ "registration": { "noShowLimit": 6 } })).await.message();
    let config = admin.get("/config").await.message();
    let registration = &config["registration"];
    assert_eq!((&registration["advanceBookingDays"], &registration["noShowLimit"]), (&json!(30), &json!(6)));
    assert_eq!(registration["cancelHoursBefore"], 2);
    assert_eq!(
        (&config["schedule"]["morningStart"], &config["schedule"]["morningEnd"]),
        (&json!("07:30"), &json!("12:00"))
    );
}

#[tokio::test]
async fn the_whole_object_may_be_sent_back() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let mut config = admin.get("/config").await.message();
    config["patientIdentityDiscounts"]["student"] = json!(0.5);
    config["registration"]["sameDayDeadline"] = json!("08:00");
    admin.put("/config", &config).await.message();
    assert_eq!(admin.get("/config").await.message(), config);
}

#[tokio::test]
async fn a_section_ends_after_it_starts() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let before = admin.get("/config").await.message();
    for (part, msg) in [
        (json!({ "morningStart": "12:00" }), "上午班开始时间必须小于结束时间"),
        (json!({ "afternoonEnd": "13:00" }), "下午班开始时间必须小于结束时间"),
        (json!({ "eveningStart": "22:00", "morningStart": "07:00" }), "晚班开始时间必须小于结束时间"),
    ] {
        let refusal = admin.put("/config", &json!({ "schedule": part })).await.expect(400).refusal();
        assert_eq!((refusal.code, refusal.error.as_str(), refusal.msg.as_str()), (99, "请求参数错误", msg));
    }
    assert_eq!(admin.get("/config").await.message(), before, "a refusal changed something");
}

#[tokio::test]
async fn what_is_out_of_range_is_refused_as_a_whole() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let before = admin.get("/config").await.message();
    let right_and_wrong = json!({ "registration": { "advanceBookingDays": 30, "noShowLimit": 11 } });
    let refusal = admin.put("/config", &right_and_wrong).await.expect(400).refusal();
    assert_eq!(refusal.msg, "registration.noShowLimit: 应在 1 到 10 之间");
    for body in [json!({}), json!({ "schedule": [] }), json!({ "schedule": { "morningStart": "8:00" } }), json!([])] {
        assert_eq!(admin.put("/config", &body).await.expect(400).refused(), 99, "{body}");
    }
    assert_eq!(admin.get("/config").await.message(), before);
}

#[tokio::test]
async fn the_configuration_is_the_administrators() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    assert_eq!(patient.get("/config").await.expect(403).refused(), 102);
    assert_eq!(
        patient.put("/admin/config", &json!({ "schedule": { "maxFutureDays": 90 } })).await.expect(403).refused(),
        102
    );
    assert_eq!(ward.registration().get("/config").await.expect(401).refused(), 105);
}

#[tokio::test]
async fn a_scope_inherits_what_it_does_not_set() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let doctor = admin.plain_doctor(dept, "张三", "主任医师").await;
    let path = format!("/config?scope_type=DOCTOR&scope_id={doctor}");
    admin.put("/config", &json!({ "registration": { "noShowLimit": 5, "advanceBookingDays": 20 } })).await.message();
    admin.put(&path, &json!({ "registration": { "noShowLimit": 1 } })).await.message();
    let own = admin.get(&path).await.message()["registration"].clone();
    assert_eq!((&own["noShowLimit"], &own["advanceBookingDays"]), (&json!(1), &json!(20)));
    assert_eq!(admin.get("/config").await.message()["registration"]["noShowLimit"], 5);
    admin.put(&path, &json!({ "registration": { "noShowLimit": null } })).await.message();
    assert_eq!(admin.get(&path).await.message()["registration"]["noShowLimit"], 5, "null inherits again");
}

#[tokio::test]
async fn a_scope_that_does_not_exist_is_refused() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let change = json!({ "registration": { "noShowLimit": 1 } });
    for kind in ["MINOR_DEPT", "CLINIC", "DOCTOR"] {
        let path = format!("/config?scope_type={kind}&scope_id=4711");
        assert_eq!(admin.put(&path, &change).await.expect(404).refused(), 106);
        assert_eq!(admin.get(&path).await.expect(404).refused(), 106);
        assert_eq!(admin.get(&format!("/config?scope_type={kind}")).await.expect(400).refused(), 99);
    }
    assert_eq!(admin.get("/config?scope_type=WARD&scope_id=1").await.expect(400).refused(), 99);
}

#[tokio::test]
async fn of_changes_made_at_once_none_is_lost() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let fields = ["advanceBookingDays", "noShowLimit", "cancelHoursBefore", "sameClinicInterval"];
    let changes = fields.map(|field| {
        let admin = admin.clone();
        async move { admin.put("/config", &json!({ "registration": { field: 9 } })).await.message() }
    });
    futures_util::future::join_all(changes).await;
    let registration = admin.get("/config").await.message()["registration"].clone();
    assert!(fields.iter().all(|field| registration[field] == 9), "{registration}");
}

#[tokio::test]
async fn booking_follows_the_doctor_before_the_clinic_before_the_department_before_the_hospital() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "下午", 9).await;
    let scopes = [
        String::new(),
        format!("?scope_type=MINOR_DEPT&scope_id={}", hospital.dept),
        format!("?scope_type=CLINIC&scope_id={}", hospital.clinic),
        format!("?scope_type=DOCTOR&scope_id={}", hospital.doctor.doctor_id),
    ];
    let today = hospital.shift("2025-11-20", "晚上", 9).await;
    // Each level says the opposite of the one above it: 09:00 is before 23:00 and after 08:00.
    for (scope, (deadline, open)) in
        scopes.iter().zip([("23:00", true), ("08:00", false), ("23:00", true), ("08:00", false)])
    {
        let change = json!({ "registration": { "sameDayDeadline": deadline } });
        hospital.admin.put(&format!("/config{scope}"), &change).await.message();
        let patient = hospital.patient().await;
        let status = book(&patient, today, patient.patient_id).await.status;
        assert_eq!(status == 200, open, "{scope}: {status}");
    }
    let patient = hospital.patient().await;
    book(&patient, schedule, patient.patient_id).await.message();
}
