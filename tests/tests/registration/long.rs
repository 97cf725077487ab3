//! Lists and bodies that are long, and those that are too long: answered whole, or refused in the API's words.

use serde_json::{Value, json};
use ward_tests::Answer;

use crate::hospital::{Hospital, TOMORROW, booked};

/// 30 doctors with a shift on each of 365 days from 2026-01-01 (day 20,454) on: 10,950 shifts of one department.
async fn year_of_shifts(hospital: &Hospital) {
    let dept = hospital.dept;
    let doctors = format!(
        "INSERT INTO doctor (dept_id, name, title, specialty, introduction, is_head, created_at) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) \
         SELECT {dept}, 'many' || CAST(i AS TEXT), '主任医师', '', '', FALSE, 0 FROM n"
    );
    let shifts = format!(
        "INSERT INTO schedule (doctor_id, clinic_id, dept_id, day, section, slot_type, status, price, total_slots, \
           remaining_slots, created_at) \
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 364) \
         SELECT d.id, {}, {dept}, 20454 + n.i, '上午', '普通', '正常', 5000, 20, 20, 0 \
         FROM doctor d CROSS JOIN n WHERE d.name LIKE 'many%'",
        hospital.clinic
    );
    for statement in [doctors, shifts] {
        hospital.ward.sql("registration", &statement).await.unwrap();
    }
}

fn count(answer: &Answer, name: &str) -> usize {
    answer.message()[name].as_array().unwrap().len()
}

#[tokio::test]
async fn a_list_of_ten_thousand_rows_is_answered_whole_and_a_longer_one_is_refused() {
    let hospital = Hospital::open().await;
    year_of_shifts(&hospital).await;
    let span = |end: &str| format!("schedules?start_date=2026-01-01&end_date={end}");
    let dept = hospital.dept;
    let most = hospital.admin.get(&format!("/departments/{dept}/{}", span("2026-11-29"))).await;
    assert_eq!(count(&most, "schedules"), 333 * 30);
    for path in [format!("/departments/{dept}"), format!("/admin/clinics/{}", hospital.clinic)] {
        let refusal = hospital.admin.get(&format!("{path}/{}", span("2026-12-31"))).await.refusal();
        assert_eq!((refusal.status, refusal.code), (400, 99), "{path}");
        assert_eq!(refusal.msg, "排班过多，请缩小日期范围");
    }
}

#[tokio::test]
async fn a_page_is_as_long_as_asked_for_up_to_ten_thousand() {
    let hospital = Hospital::open().await;
    let doctors = format!(
        "INSERT INTO doctor (dept_id, name, title, specialty, introduction, is_head, created_at) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10004) \
         SELECT {}, '医生' || CAST(i AS TEXT), '主任医师', '', '', FALSE, 0 FROM n",
        hospital.dept
    );
    hospital.ward.sql("registration", &doctors).await.unwrap();
    for (asked, given) in [(1_000, 1_000), (10_000, 10_000), (1_000_000, 10_000)] {
        let list = hospital.admin.get(&format!("/doctors?page_size={asked}")).await;
        assert_eq!((count(&list, "doctors"), &list.message()["total"]), (given, &json!(10_005)), "{asked}");
    }
    let rest = hospital.admin.get("/doctors?page_size=1000000&page=2").await.message();
    assert_eq!((rest["doctors"].as_array().unwrap().len(), &rest["page_size"]), (5, &json!(10_000)));
    let beyond = hospital.admin.get("/doctors?page=9223372036854775807").await.message();
    assert_eq!((&beyond["doctors"], &beyond["total"]), (&json!([]), &json!(10_005)));
}

#[tokio::test]
async fn bodies_and_fields_that_are_too_long_are_refused_and_change_nothing() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    let admin = &hospital.admin;
    let symptoms = |length: usize| json!({"scheduleId": schedule, "patientId": patient.patient_id, "symptoms": "痛".repeat(length)});
    // Above the limit of any body, and above the field's.
    let refusal = patient.post("/appointments", &symptoms(400_000)).await.refusal();
    assert_eq!((refusal.status, refusal.code), (413, 99));
    let refusal = patient.post("/appointments", &symptoms(100_000)).await.refusal();
    assert_eq!((refusal.status, refusal.code), (400, 99));
    assert!(refusal.msg.starts_with("symptoms: "), "{}", refusal.msg);
    let deep: Value = serde_json::from_str(&format!("{}1{}", "[".repeat(100), "]".repeat(100))).unwrap();
    assert_eq!(patient.post("/appointments", &json!({"scheduleId": deep})).await.refused(), 99);
    let deeper = format!("{{\"scheduleId\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let request = patient.request(http::Method::POST, "/appointments").header("content-type", "application/json");
    assert_eq!(patient.send(request.body(deeper)).await.refused(), 99);
    let name = json!({"name": "科".repeat(10_000), "description": ""});
    assert_eq!(admin.post("/major-departments", &name).await.refused(), 99);
    let changes = vec![json!({"date": "2025-11-25", "shift": "night", "doctorId": null}); 5_000];
    let change = json!({"clinicId": hospital.clinic, "changes": changes});
    assert!([99, 102].contains(&hospital.doctor.post("/doctor/schedule/submit-change", &change).await.refused()));
    let attachments = vec!["static/a.jpg"; 5_000];
    let leave = json!({"date": "2025-12-20", "shift": "full", "reason": "病", "attachments": attachments});
    assert_eq!(hospital.doctor.post("/doctor/leave/apply", &leave).await.refused(), 99);
    let long = format!("/doctors?name={}", "张".repeat(2_000));
    assert!(admin.get(&long).await.status < 500);
    assert_eq!(hospital.orders(schedule).await, Vec::<Value>::new());
    booked(&patient, schedule).await;
}
