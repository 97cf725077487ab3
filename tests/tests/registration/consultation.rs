//! The consultation: queue, calling, passing over, completing.

use serde_json::{Value, json};
use ward_tests::Answer;
use ward_tests::registration::Patient;

use crate::hospital::{Hospital, TODAY, TOMORROW, booked, cancel, status, waits};

async fn queue(hospital: &Hospital, schedule: i64) -> Value {
    hospital.doctor.get(&format!("/doctor/consultation/queue?schedule_id={schedule}")).await.message()
}

async fn next(hospital: &Hospital, schedule: i64) -> Answer {
    hospital.doctor.post("/doctor/consultation/next", &json!({"schedule_id": schedule})).await
}

async fn called(hospital: &Hospital, schedule: i64) -> i64 {
    next(hospital, schedule).await.message()["calledPatient"]["orderId"].as_i64().unwrap()
}

async fn pass(hospital: &Hospital, order: i64) -> Answer {
    hospital.doctor.post("/doctor/consultation/pass", &json!({"patient_order_id": order})).await
}

async fn complete(hospital: &Hospital, order: i64) -> Answer {
    hospital.doctor.post("/doctor/consultation/complete", &json!({"order_id": order})).await
}

fn numbers(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["queueNumber"].as_str().unwrap().to_owned()).collect()
}

async fn three(hospital: &Hospital, schedule: i64) -> [(Patient, i64); 3] {
    let (a, b, c) = (hospital.patient().await, hospital.patient().await, hospital.patient().await);
    let orders = (booked(&a, schedule).await, booked(&b, schedule).await, booked(&c, schedule).await);
    [(a, orders.0), (b, orders.1), (c, orders.2)]
}

#[tokio::test]
async fn patients_are_called_seen_and_completed_by_number() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "上午", 8).await;
    let [(first, one), (_, two), (third, three)] = three(&hospital, schedule).await;
    let answer = next(&hospital, schedule).await.message();
    let patient = &answer["calledPatient"];
    let expected = json!({
        "orderId": one, "patientId": first.patient_id, "patientName": patient["patientName"], "gender": "未知",
        "age": null, "queueNumber": "A001", "status": "confirmed", "isCall": true,
        "callTime": "2025-11-20 09:00:00", "visitTime": "2025-11-20 08:00:00", "passCount": 0, "priority": 0,
    });
    assert_eq!(answer, json!({"calledPatient": expected, "scheduleId": schedule}));
    let shown = queue(&hospital, schedule).await;
    let stats = json!({
        "totalSlots": 8, "confirmedCount": 1, "waitlistCount": 0, "completedCount": 0, "waitingCount": 2,
        "passedCount": 0,
    });
    assert_eq!(shown["stats"], stats);
    let info = json!({
        "scheduleId": schedule, "doctorId": hospital.doctor.doctor_id, "date": TODAY, "timeSection": "上午"
    });
    assert_eq!(shown["scheduleInfo"], info);
    assert_eq!(shown["currentPatient"], expected);
    assert_eq!(
        (&shown["nextPatient"]["orderId"], numbers(&shown["queue"])),
        (&json!(two), vec!["A002".into(), "A003".into()])
    );
    hospital.clock.advance(15 * 60_000);
    let done = json!({"patient_id": first.patient_id, "schedule_id": schedule});
    let ended = hospital.doctor.post("/doctor/consultation/complete", &done).await.message();
    assert_eq!((&ended["detail"], &ended["scheduleId"]), (&json!("就诊完成"), &json!(schedule)));
    let seen = &ended["completedPatient"];
    assert_eq!((&seen["status"], &seen["isCall"]), (&json!("completed"), &json!(false)));
    assert_eq!(seen["visitTime"], "2025-11-20 09:15:00");
    assert_eq!((called(&hospital, schedule).await, status(&first, one).await), (two, "completed".into()));
    complete(&hospital, two).await.message();
    assert_eq!(called(&hospital, schedule).await, three);
    assert_eq!(status(&third, three).await, "confirmed");
    let shown = queue(&hospital, schedule).await;
    assert_eq!(numbers(&shown["completedQueue"]), ["A001", "A002"]);
    assert_eq!((&shown["nextPatient"], &shown["stats"]["completedCount"]), (&json!(null), &json!(2)));
}

#[tokio::test]
async fn an_empty_queue_has_nobody_to_call() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let answer = next(&hospital, schedule).await.message();
    assert_eq!(answer, json!({"calledPatient": null, "scheduleId": schedule}));
    let shown = queue(&hospital, schedule).await;
    assert_eq!((&shown["currentPatient"], &shown["queue"], &shown["waitlist"]), (&json!(null), &json!([]), &json!([])));
}

#[tokio::test]
async fn one_patient_is_seen_at_a_time() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let [(_, one), _, _] = three(&hospital, schedule).await;
    assert_eq!(called(&hospital, schedule).await, one);
    hospital.clock.advance(60_000);
    let again = next(&hospital, schedule).await.message();
    assert_eq!(
        (&again["calledPatient"]["orderId"], &again["calledPatient"]["callTime"]),
        (&json!(one), &json!("2025-11-20 09:00:00"))
    );
    assert_eq!(queue(&hospital, schedule).await["stats"]["confirmedCount"], 1);
}

#[tokio::test]
async fn many_clicks_at_once_call_one_patient_once() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let [(_, one), _, _] = three(&hospital, schedule).await;
    let clicks = futures_util::future::join_all((0..12).map(|_| next(&hospital, schedule))).await;
    for click in clicks {
        assert_eq!(click.message()["calledPatient"]["orderId"], one);
    }
    let shown = queue(&hospital, schedule).await;
    assert_eq!((&shown["stats"]["confirmedCount"], &shown["stats"]["waitingCount"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn who_did_not_come_waits_behind_the_others_and_is_counted() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let [(_, one), (_, two), (_, three)] = three(&hospital, schedule).await;
    assert_eq!(pass(&hospital, one).await.refused(), 99, "not called yet");
    assert_eq!(called(&hospital, schedule).await, one);
    let passed = pass(&hospital, one).await.message();
    let patient = &passed["passedPatient"];
    assert_eq!(
        (&patient["orderId"], &patient["passCount"], &patient["isCall"]),
        (&json!(one), &json!(1), &json!(false))
    );
    assert_eq!((&patient["status"], &patient["callTime"]), (&json!("confirmed"), &json!("2025-11-20 09:00:00")));
    assert_eq!((&passed["nextPatient"]["orderId"], &passed["scheduleId"]), (&json!(two), &json!(schedule)));
    assert_eq!(pass(&hospital, one).await.refused(), 99, "twice");
    let shown = queue(&hospital, schedule).await;
    assert_eq!(numbers(&shown["queue"]), ["A002", "A003", "A001"]);
    assert_eq!((&shown["stats"]["passedCount"], &shown["stats"]["waitingCount"]), (&json!(1), &json!(2)));
    for expected in [two, three, one] {
        assert_eq!(called(&hospital, schedule).await, expected);
        complete(&hospital, expected).await.message();
    }
}

#[tokio::test]
async fn passing_the_last_one_names_nobody_else() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let order = booked(&hospital.patient().await, schedule).await;
    called(&hospital, schedule).await;
    let body = json!({"order_id": order});
    let passed = hospital.doctor.post("/doctor/consultation/pass", &body).await.message();
    assert_eq!(passed["nextPatient"], json!(null));
    assert_eq!(called(&hospital, schedule).await, order);
}

#[tokio::test]
async fn a_consultation_is_completed_once_and_only_after_the_call() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let [(patient, one), (other, two), _] = three(&hospital, schedule).await;
    assert_eq!(complete(&hospital, one).await.refused(), 99, "not called yet");
    called(&hospital, schedule).await;
    assert_eq!(cancel(&patient, one).await.refused(), 99, "one who is being seen stays");
    let clicks = futures_util::future::join_all((0..8).map(|_| complete(&hospital, one))).await;
    assert_eq!(clicks.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(clicks.iter().all(|answer| matches!(answer.status, 200 | 400)));
    assert_eq!(complete(&hospital, 999_999).await.refused(), 106);
    cancel(&other, two).await.message();
    assert_eq!(complete(&hospital, two).await.refused(), 99);
    let unknown = json!({"patient_id": 999_999, "schedule_id": schedule});
    assert_eq!(hospital.doctor.post("/doctor/consultation/complete", &unknown).await.refused(), 106);
}

#[tokio::test]
async fn the_desk_checks_in_and_the_waiting_list_is_shown() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 1).await;
    let (first, waiting) = (hospital.patient().await, hospital.patient().await);
    let order = booked(&first, schedule).await;
    let place = waits(&waiting, schedule).await;
    hospital.admin.post(&format!("/admin/appointments/{order}/check-in"), &json!({})).await.message();
    let shown = queue(&hospital, schedule).await;
    assert_eq!((&shown["stats"]["confirmedCount"], &shown["stats"]["waitlistCount"]), (&json!(1), &json!(1)));
    assert_eq!((&shown["waitlist"][0]["orderId"], &shown["waitlist"][0]["queueNumber"]), (&json!(place), &json!(null)));
    assert_eq!(shown["queue"][0]["visitTime"], "2025-11-20 13:30:00");
    complete(&hospital, order).await.message();
}

#[tokio::test]
async fn a_doctor_handles_the_own_shifts_only() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 8).await;
    let patient = hospital.patient().await;
    let order = booked(&patient, schedule).await;
    let colleague = hospital.admin.doctor(hospital.dept).await;
    let path = format!("/doctor/consultation/queue?schedule_id={schedule}");
    let body = json!({"schedule_id": schedule, "order_id": order, "patient_order_id": order, "patient_id": patient.patient_id});
    for (who, code) in [(&*colleague, 102), (&*patient, 102), (&hospital.admin, 102), (&patient.anonymous(), 105)] {
        assert_eq!(who.get(&path).await.refused(), code);
        for step in ["next", "pass", "complete"] {
            assert_eq!(who.post(&format!("/doctor/consultation/{step}"), &body).await.refused(), code, "{step}");
        }
    }
    assert_eq!(status(&patient, order).await, "pending");
    assert_eq!(hospital.doctor.get("/doctor/consultation/queue?schedule_id=999999").await.refused(), 106);
    assert_eq!(hospital.doctor.get("/doctor/consultation/queue").await.refused(), 99);
    assert_eq!(hospital.doctor.post("/doctor/consultation/next", &json!({})).await.refused(), 99);
}

#[tokio::test]
async fn completing_leaves_a_visit_record_with_the_doctors_texts() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "下午", 8).await;
    let patient = hospital.patient().await;
    let order = booked(&patient, schedule).await;
    called(&hospital, schedule).await;
    let body = json!({
        "order_id": order, "chief_complaint": "咳嗽、咳痰", "presentIllness": "咳嗽3天", "diagnosis": "急性上呼吸道感染",
        "prescription": "1. 阿莫西林\n2. 止咳糖浆", "auxiliary_exam": "",
    });
    let long = json!({"order_id": order, "diagnosis": "长".repeat(10_001)});
    assert_eq!(hospital.doctor.post("/doctor/consultation/complete", &long).await.refused(), 99);
    hospital.doctor.post("/doctor/consultation/complete", &body).await.message();
    let shown = hospital.doctor.get(&format!("/doctor/patient/{}", patient.patient_id)).await.message();
    let record = &shown["consultationRecords"][0];
    assert_eq!((&record["chiefComplaint"], &record["presentIllness"]), (&json!("咳嗽、咳痰"), &json!("咳嗽3天")));
    assert_eq!(
        (&record["diagnosis"], &record["prescription"]),
        (&json!("急性上呼吸道感染"), &json!("1. 阿莫西林\n2. 止咳糖浆"))
    );
    assert_eq!((&record["visitDate"], &record["status"]), (&json!("2025-11-20 09:00"), &json!("completed")));
}
