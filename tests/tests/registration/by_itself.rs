//! What happens though nobody asks: the schedules of the plugin.

use serde_json::json;
use ward_tests::registration::shanghai;
use ward_tests::ward::eventually;

use crate::hospital::{Hospital, TODAY, booked, waits};

/// A hospital whose worker looks often, and has seen the schedules.
async fn attended(millis: i64) -> Hospital {
    let hospital = Hospital::open_with(millis, |assembly| assembly.background.poll_ms = 50).await;
    let seen = async || hospital.ward.number("registration", "SELECT COUNT(*) FROM ward_schedule").await == 2;
    eventually("the schedules are known", seen).await;
    hospital
}

/// How often a job of this kind was done.
async fn done(hospital: &Hospital, kind: &str) -> i64 {
    let count = format!("SELECT COUNT(*) FROM ward_job WHERE kind = '{kind}' AND state = 'done'");
    hospital.ward.number("registration", &count).await
}

/// The statuses of a schedule's orders as they are written; the desk's list marks nothing.
async fn statuses(hospital: &Hospital, schedule: i64) -> Vec<String> {
    let mut orders = hospital.orders(schedule).await;
    orders.sort_by_key(|order| order["id"].as_i64());
    orders.iter().map(|order| order["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn orders_that_nobody_looks_at_become_no_shows_when_their_shift_has_ended() {
    let mut hospital = attended(shanghai(2025, 12, 31, 17, 58)).await;
    let path = format!("/config?scope_type=DOCTOR&scope_id={}", hospital.doctor.doctor_id);
    hospital.admin.put(&path, &json!({"schedule": {"eveningEnd": "23:55"}})).await.message();
    let schedule = hospital.shift("2025-12-31", "晚上", 1).await;
    let (holder, waiting) = (hospital.patient().await, hospital.patient().await);
    booked(&holder, schedule).await;
    waits(&waiting, schedule).await;

    hospital.set(2025, 12, 31, 23, 54).await;
    eventually("it has been looked for", async || done(&hospital, "no_shows").await == 1).await;
    assert_eq!(statuses(&hospital, schedule).await, ["pending", "waitlist"]);
    hospital.set(2026, 1, 1, 0, 0).await;
    eventually("it has been looked for", async || done(&hospital, "no_shows").await == 2).await;
    assert_eq!(statuses(&hospital, schedule).await, ["no_show", "cancelled"]);

    let shown = |account: i64| format!("/admin/anti-scalper/users/{account}");
    let scores = [hospital.admin.get(&shown(holder.account)).await, hospital.admin.get(&shown(waiting.account)).await];
    assert_eq!(scores.map(|answer| answer.message()["risk_score"].clone()), [json!(30), json!(0)]);
    hospital.set(2026, 1, 1, 0, 5).await;
    eventually("it has been looked for", async || done(&hospital, "no_shows").await == 3).await;
    let score = hospital.admin.get(&shown(holder.account)).await.message()["risk_score"].clone();
    assert_eq!(score, 30, "a no-show is counted once");
}

#[tokio::test]
async fn printed_records_are_erased_and_bans_are_closed_when_their_time_is_over() {
    let mut hospital = attended(shanghai(2025, 11, 20, 9, 0)).await;
    let shift = hospital.shift(TODAY, "上午", 5).await;
    let patient = hospital.patient().await;
    booked(&patient, shift).await;
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": shift})).await.message();
    let seen = json!({"patient_id": patient.patient_id, "schedule_id": shift, "diagnosis": "感冒"});
    hospital.doctor.post("/doctor/consultation/complete", &seen).await.message();
    let record = patient.get("/patient/health-record").await.message();
    let visit = record["consultationRecords"][0]["id"].as_str().unwrap().to_owned();
    patient.post_empty(&format!("/common/medical-record/{visit}/pdf")).await.message();
    let ban = json!({"user_id": patient.account, "ban_type": "register", "duration_days": 7, "reason": "试"});
    hospital.admin.post("/admin/anti-scalper/ban", &ban).await.message();
    let left = async || {
        let files = hospital.ward.number("registration", "SELECT COUNT(*) FROM stored_file").await;
        let blobs = hospital.ward.number("registration", "SELECT COUNT(*) FROM ward_blob").await;
        let open = "SELECT COUNT(*) FROM ban WHERE deactivated_at IS NULL";
        (files, blobs, hospital.ward.number("registration", open).await)
    };
    assert_eq!(left().await, (1, 1, 1));
    hospital.clock.set(shanghai(2025, 11, 27, 8, 59));
    eventually("it has been looked for", async || done(&hospital, "expired").await == 1).await;
    assert_eq!(left().await, (1, 1, 1), "a minute is left");
    hospital.clock.set(shanghai(2025, 11, 27, 9, 2));
    eventually("it has been looked for", async || done(&hospital, "expired").await == 2).await;
    assert_eq!(left().await, (0, 0, 0));

    hospital.set(2025, 11, 27, 9, 3).await;
    let shown = hospital.admin.get(&format!("/admin/anti-scalper/users/{}", patient.account)).await.message();
    assert_eq!((&shown["ban_active"], &shown["unban_time"]), (&json!(false), &json!("2025-11-27T09:00:00")));
}
