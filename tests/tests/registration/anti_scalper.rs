//! Risk and bans.

use serde_json::{Value, json};
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::registration::Patient;

use crate::hospital::{Hospital, TODAY, TOMORROW, book, booked, cancel};

async fn show(hospital: &Hospital, patient: &Patient) -> Value {
    hospital.admin.get(&format!("/admin/anti-scalper/users/{}", patient.account)).await.message()
}

async fn listed(hospital: &Hospital, user_type: &str) -> Vec<i64> {
    let path = format!("/admin/anti-scalper/users?user_type={user_type}&page_size=100");
    let list = hospital.admin.get(&path).await.message();
    let users = list["users"].as_array().unwrap();
    assert_eq!(list["total"].as_u64().unwrap(), users.len() as u64);
    users.iter().map(|user| user["user_id"].as_i64().unwrap()).collect()
}

async fn ban(hospital: &Hospital, patient: &Patient, kind: &str, days: i64) -> Value {
    let body =
        json!({"user_id": patient.account, "ban_type": kind, "duration_days": days, "reason": "多次异常行为检测"});
    hospital.admin.post("/admin/anti-scalper/ban", &body).await.message()
}

#[tokio::test]
async fn an_account_without_a_record_is_safe() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let shown = show(&hospital, &patient).await;
    let expected = json!({
        "user_id": patient.account, "username": shown["username"], "is_admin": false, "risk_score": 0,
        "risk_level": "SAFE", "ban_active": false, "ban_type": null, "ban_until": null, "ban_reason": null,
        "unban_time": null, "risk_logs": [], "ban_records": [],
    });
    assert_eq!(shown, expected);
    assert!(listed(&hospital, "normal").await.contains(&patient.account));
    for other in ["low", "high", "banned"] {
        assert!(listed(&hospital, other).await.is_empty(), "{other}");
    }
    let default = hospital.admin.get("/admin/anti-scalper/users").await.message();
    assert_eq!((&default["page"], &default["page_size"]), (&json!(1), &json!(10)));
    assert_eq!(hospital.admin.get("/admin/anti-scalper/users?user_type=bad").await.refused(), 99);
    assert_eq!(hospital.admin.get("/admin/anti-scalper/users/999999").await.refused(), 103);
}

#[tokio::test]
async fn behaviour_raises_the_score_through_the_levels() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let late = hospital.shift_elsewhere(TOMORROW, "上午", 5).await;
    let order = booked(&patient, late).await;
    cancel(&patient, order).await.message();
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], &shown["risk_level"]), (&json!(10), &json!("SAFE")));
    assert_eq!(shown["risk_logs"][0]["behavior_type"], "late_cancel");
    for section in ["上午", "下午", "晚上"] {
        let schedule = hospital.shift_elsewhere(TOMORROW, section, 5).await;
        booked(&patient, schedule).await;
    }
    hospital.set(2025, 11, 21, 12, 0).await;
    assert_eq!(listed(&hospital, "low").await, [patient.account]);
    hospital.set(2025, 11, 21, 17, 30).await;
    assert_eq!(listed(&hospital, "high").await, [patient.account]);
    assert_eq!(show(&hospital, &patient).await["risk_level"], "MEDIUM");
    hospital.set(2025, 11, 21, 21, 0).await;
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], &shown["risk_level"]), (&json!(100), &json!("HIGH")));
    let logs = shown["risk_logs"].as_array().unwrap();
    let scores: Vec<_> = logs.iter().map(|log| log["risk_score"].as_i64().unwrap()).collect();
    assert_eq!(scores, [100, 70, 40, 10]);
    assert_eq!((&shown["ban_active"], &shown["ban_type"]), (&json!(true), &json!("register")));
    assert_eq!(
        (&shown["ban_reason"], &shown["ban_until"]),
        (&json!("风险分数达到 100"), &json!("2025-12-21T21:00:00"))
    );
    hospital.set(2026, 2, 20, 0, 0).await;
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], &shown["ban_active"]), (&json!(0), &json!(false)));
    assert_eq!(shown["risk_logs"].as_array().unwrap().len(), 4, "what was logged stays");
}

#[tokio::test]
async fn five_bookings_in_ten_minutes_are_a_burst() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    for number in 0..6 {
        let schedule = hospital.shift_elsewhere(&format!("2025-11-{}", 22 + number), "上午", 5).await;
        booked(&patient, schedule).await;
    }
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], shown["risk_logs"].as_array().unwrap().len()), (&json!(20), 1));
    assert_eq!(shown["risk_logs"][0]["behavior_type"], "booking_burst");
}

#[tokio::test]
async fn a_family_that_books_at_once_is_one_burst() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift("2025-11-25", "上午", 20).await;
    let mut family = vec![patient.patient_id];
    for number in 1..12 {
        let added = patient.post("/patient/patients", &json!({"name": format!("家人{number}")})).await.message();
        family.push(added["patient"]["patient_id"].as_i64().unwrap());
    }
    let last = family.pop().unwrap();
    let bookings = family.iter().map(|person| book(&patient, schedule, *person));
    for booking in futures_util::future::join_all(bookings).await {
        booking.message();
    }
    book(&patient, schedule, last).await.message();
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], &shown["ban_active"]), (&json!(20), &json!(false)));
}

#[tokio::test]
async fn five_cancellations_in_a_day_are_a_burst() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift("2025-11-25", "上午", 5).await;
    for round in 0..5 {
        hospital.clock.advance(11 * 60_000);
        let order = booked(&patient, schedule).await;
        assert_eq!(show(&hospital, &patient).await["risk_score"], 0, "{round}");
        cancel(&patient, order).await.message();
    }
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["risk_score"], &shown["risk_logs"][0]["behavior_type"]), (&json!(20), &json!("cancel_burst")));
}

#[tokio::test]
async fn a_ban_on_booking_forbids_booking_until_it_ends() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift("2025-11-29", "上午", 5).await;
    let banned = ban(&hospital, &patient, "register", 7).await;
    let expected = json!({
        "detail": "封禁操作成功", "user_id": patient.account, "ban_type": "register",
        "ban_until": "2025-11-27T09:00:00.000000", "is_active": true,
    });
    assert_eq!(banned, expected);
    assert_eq!(book(&patient, schedule, patient.patient_id).await.refused(), 102);
    let wait = json!({"scheduleId": schedule, "patientId": patient.patient_id});
    assert_eq!(patient.post("/patient/waitlist", &wait).await.refused(), 102);
    assert_eq!(listed(&hospital, "banned").await, [patient.account]);
    let users = hospital.admin.get("/admin/anti-scalper/users?user_type=banned").await.message();
    let shown = json!({
        "user_id": patient.account, "username": users["users"][0]["username"], "risk_score": 0, "risk_level": "SAFE",
        "banned": true, "ban_type": "register", "ban_until": "2025-11-27T09:00:00",
    });
    assert_eq!(users["users"][0], shown);
    hospital.set(2025, 11, 27, 9, 0).await;
    assert!(listed(&hospital, "banned").await.is_empty());
    let again = patient.again().await;
    book(&again, schedule, patient.patient_id).await.message();
    let shown = show(&hospital, &patient).await;
    assert_eq!((&shown["ban_active"], &shown["unban_time"]), (&json!(false), &json!("2025-11-27T09:00:00")));
    assert_eq!(shown["ban_records"][0]["is_active"], false);
}

#[tokio::test]
async fn a_ban_on_signing_in_ends_all_tokens_at_once() {
    let hospital = Hospital::open().await;
    let credentials = |patient: &Patient| json!({"phonenumber": patient.phone, "password": STAFF_PASSWORD});
    for kind in ["login", "all"] {
        let patient = hospital.patient().await;
        assert_eq!(ban(&hospital, &patient, kind, 0).await["ban_until"], json!(null));
        assert_eq!(patient.get("/appointments").await.refused(), 105);
        let nobody = patient.anonymous();
        assert!(nobody.post("/auth/patient/login", &credentials(&patient)).await.refusal().status < 500);
        let body = json!({"user_id": patient.account, "reason": "申诉通过"});
        let lifted = hospital.admin.post("/admin/anti-scalper/unban", &body).await.message();
        let expected = json!({
            "detail": "解除封禁成功", "user_id": patient.account, "ban_type": kind,
            "unban_time": "2025-11-20T09:00:00.000000",
        });
        assert_eq!(lifted, expected);
        assert_eq!(hospital.admin.post("/admin/anti-scalper/unban", &body).await.refused(), 99, "twice");
        nobody.post("/auth/patient/login", &credentials(&patient)).await.message();
    }
}

#[tokio::test]
async fn a_second_ban_changes_the_first() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    ban(&hospital, &patient, "login", 7).await;
    ban(&hospital, &patient, "register", 1).await;
    let shown = show(&hospital, &patient).await;
    assert_eq!(shown["ban_records"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["ban_type"], &shown["ban_until"]), (&json!("register"), &json!("2025-11-21T09:00:00")));
}

#[tokio::test]
async fn after_one_that_ran_out_a_ban_is_a_new_one() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    ban(&hospital, &patient, "register", 1).await;
    hospital.set(2025, 11, 21, 9, 0).await;
    ban(&hospital, &patient, "all", 0).await;
    let shown = show(&hospital, &patient).await;
    let records = shown["ban_records"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["ban_type"], &records[0]["is_active"]), (&json!("all"), &json!(true)));
    assert_eq!(
        (&records[1]["is_active"], &records[1]["deactivated_at"]),
        (&json!(false), &json!("2025-11-21T09:00:00"))
    );
}

#[tokio::test]
async fn bans_that_cannot_be_are_refused() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let right = json!({"user_id": patient.account, "ban_type": "all", "duration_days": 1, "reason": "x"});
    let wrong = [
        ("ban_type", json!("everything")),
        ("duration_days", json!(-1)),
        ("duration_days", json!(36_501)),
        ("reason", json!("")),
        ("reason", json!("长".repeat(501))),
        ("user_id", json!("x")),
    ];
    for (field, value) in wrong {
        let mut body = right.clone();
        body[field] = value;
        assert_eq!(hospital.admin.post("/admin/anti-scalper/ban", &body).await.refused(), 99, "{field}");
    }
    let mut nobody = right.clone();
    nobody["user_id"] = json!(999_999);
    assert_eq!(hospital.admin.post("/admin/anti-scalper/ban", &nobody).await.refused(), 103);
    let own = hospital.admin.get("/auth/user-info").await.message()["userid"].clone();
    let mut administrator = right.clone();
    administrator["user_id"] = own;
    assert_eq!(hospital.admin.post("/admin/anti-scalper/ban", &administrator).await.refused(), 99);
    assert_eq!(patient.post("/admin/anti-scalper/ban", &right).await.refused(), 102);
    assert_eq!(show(&hospital, &patient).await["ban_records"], json!([]));
}

#[tokio::test]
async fn twenty_bans_at_once_are_one() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let bans = (0..20).map(|_| ban(&hospital, &patient, "register", 3));
    futures_util::future::join_all(bans).await;
    assert_eq!(show(&hospital, &patient).await["ban_records"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_statistics_of_an_account_add_up() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let today = hospital.shift(TODAY, "上午", 5).await;
    let seen = booked(&patient, today).await;
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": today})).await.message();
    hospital.doctor.post("/doctor/consultation/complete", &json!({"order_id": seen})).await.message();
    let cancelled = booked(&patient, hospital.shift_elsewhere("2025-11-23", "上午", 5).await).await;
    cancel(&patient, cancelled).await.message();
    booked(&patient, hospital.shift_elsewhere("2025-11-24", "上午", 5).await).await;
    booked(&patient, hospital.shift_elsewhere(TODAY, "下午", 5).await).await;
    hospital.set(2025, 11, 20, 17, 30).await;
    let path = format!("/admin/anti-scalper/users/{}/stats", patient.account);
    let stats = hospital.admin.get(&format!("{path}?start_date=2025-11-20&end_date=2025-11-20")).await.message();
    let expected = json!({
        "user_id": patient.account, "start_date": "2025-11-20", "end_date": "2025-11-20",
        "total_registrations": 4, "total_cancellations": 1, "cancellation_rate": 0.25, "total_completed": 1,
        "total_no_show": 1, "total_confirmed": 0, "total_pending": 1, "total_waitlist": 0, "login_count": 1,
    });
    assert_eq!(stats, expected);
    let none = hospital.admin.get(&format!("{path}?start_date=2025-11-21&end_date=2025-11-30")).await.message();
    assert_eq!((&none["total_registrations"], &none["cancellation_rate"]), (&json!(0), &json!(0.0)));
    for wrong in
        ["", "?start_date=2025-11-20", "?start_date=2025-11-21&end_date=2025-11-20", "?start_date=x&end_date=y"]
    {
        assert_eq!(hospital.admin.get(&format!("{path}{wrong}")).await.refused(), 99, "{wrong}");
    }
}
