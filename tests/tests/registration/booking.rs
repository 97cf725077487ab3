//! Booking: what it answers, and each rule with its code and its sentence.

use serde_json::{Value, json};
use ward_tests::Answer;

use crate::hospital::{Counts, Hospital, TODAY, TOMORROW, book, booked, cancel, id};

#[track_caller]
fn refused(answer: &Answer) -> (i64, String) {
    let refusal = answer.refusal();
    assert!(refusal.status < 500);
    (refusal.code, refusal.msg)
}

#[tokio::test]
async fn a_booking_takes_a_slot_and_tells_number_price_and_day() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "上午", 3).await;
    let body = json!({
        "scheduleId": schedule, "patientId": patient.patient_id, "symptoms": "头痛发热",
        "hospitalId": 1, "departmentId": hospital.dept,
    });
    let made = patient.post("/appointments", &body).await.message();
    let order_no = made["orderNo"].as_str().unwrap();
    assert!(order_no.starts_with("20251120") && order_no.len() == 16, "{order_no}");
    let expected = json!({
        "id": id(&made), "orderNo": order_no, "queueNumber": 1, "needPay": true, "payAmount": 50.0,
        "appointmentDate": TOMORROW, "appointmentTime": "上午", "status": "pending", "paymentStatus": "pending",
    });
    assert_eq!(made, expected);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 3, remaining: 2 });
}

#[tokio::test]
async fn the_list_shows_an_order_with_all_of_its_names() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "下午", 3).await;
    let order = booked(&patient, schedule).await;
    let listed = patient.get("/patient/appointments").await.message();
    assert_eq!((&listed["total"], &listed["page"], &listed["pageSize"]), (&json!(1), &json!(1), &json!(10)));
    let shown = &listed["list"][0];
    let expected = json!({
        "id": order, "orderNo": shown["orderNo"], "hospitalId": 1, "hospitalName": "主院区",
        "departmentId": hospital.dept, "departmentName": shown["departmentName"],
        "doctorName": shown["doctorName"], "doctorTitle": "主任医师", "scheduleId": schedule,
        "appointmentDate": TOMORROW, "appointmentTime": "下午", "patientName": shown["patientName"],
        "patientId": patient.patient_id, "queueNumber": 1, "price": 50.0, "status": "pending",
        "paymentStatus": "pending", "canCancel": true, "canReschedule": false, "symptoms": null,
        "createdAt": "2025-11-20 09:00:00",
    });
    assert_eq!(*shown, expected);
    assert!(shown["doctorName"].as_str().unwrap().starts_with("医生"));
}

#[tokio::test]
async fn the_list_is_filtered_by_state_and_paged() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedules = [
        hospital.shift(TOMORROW, "上午", 3).await,
        hospital.shift_elsewhere(TOMORROW, "下午", 3).await,
        hospital.shift_elsewhere("2025-11-22", "下午", 3).await,
    ];
    let mut orders = Vec::new();
    for schedule in schedules {
        orders.push(booked(&patient, schedule).await);
    }
    cancel(&patient, orders[1]).await.message();
    let ids = async |query: &str| -> Vec<i64> {
        let listed = patient.get(&format!("/appointments?{query}")).await.message();
        listed["list"].as_array().unwrap().iter().map(id).collect()
    };
    assert_eq!(ids("status=all").await, [orders[2], orders[1], orders[0]]);
    assert_eq!(ids("status=pending").await, [orders[2], orders[0]]);
    assert_eq!(ids("status=cancelled").await, [orders[1]]);
    for none in ["completed", "confirmed", "finished", "waitlist", "no_show"] {
        assert!(ids(&format!("status={none}")).await.is_empty(), "{none}");
    }
    assert_eq!(ids("page=2&pageSize=1").await, [orders[1]]);
    assert!(ids("page=9").await.is_empty());
    assert_eq!(refused(&patient.get("/appointments?status=paid").await).0, 99);
    assert_eq!(refused(&patient.get("/appointments?page=0").await).0, 99);
}

#[tokio::test]
async fn a_full_shift_is_refused_with_1001() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 1).await;
    booked(&hospital.patient().await, schedule).await;
    let late = hospital.patient().await;
    let answer = book(&late, schedule, late.patient_id).await;
    let refusal = answer.refusal();
    assert_eq!((refusal.code, refusal.error.as_str()), (1001, "业务规则错误"));
    assert_eq!(refusal.msg, "该时段号源已满");
    let none = hospital.shift(TOMORROW, "下午", 0).await;
    assert_eq!(refused(&book(&late, none, late.patient_id).await).0, 1001);
}

#[tokio::test]
async fn a_patient_has_one_order_for_a_schedule() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    let order = booked(&patient, schedule).await;
    let again = refused(&book(&patient, schedule, patient.patient_id).await);
    assert_eq!(again, (1003, "同一患者同一排班只能挂1个号".to_owned()));
    cancel(&patient, order).await.message();
    booked(&patient, schedule).await;
    assert_eq!(hospital.counts(schedule).await, Counts { total: 5, remaining: 4 });
}

#[tokio::test]
async fn ten_orders_in_eight_days_are_the_most() {
    let mut hospital = Hospital::open().await;
    hospital.configure(json!({"advanceBookingDays": 30})).await;
    let patient = hospital.patient().await;
    let mut last = 0;
    for number in 5..15 {
        let day = format!("2025-12-{number:02}");
        let schedule = hospital.shift_elsewhere(&day, "上午", 2).await;
        last = booked(&patient, schedule).await;
    }
    let one_more = hospital.shift_elsewhere("2025-12-16", "上午", 2).await;
    let limit = refused(&book(&patient, one_more, patient.patient_id).await);
    assert_eq!(limit, (1003, "8天内最多可挂10个号".to_owned()));
    cancel(&patient, last).await.message();
    let order = booked(&patient, one_more).await;
    let another = hospital.shift_elsewhere("2025-12-17", "上午", 2).await;
    assert_eq!(refused(&book(&patient, another, patient.patient_id).await).0, 1003);
    hospital.set(2025, 11, 28, 0, 0).await;
    booked(&patient.again().await, another).await;
    assert!(order > last);
}

#[tokio::test]
async fn two_orders_in_one_department_lie_seven_days_apart() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift("2025-11-22", "上午", 3).await;
    let order = booked(&patient, schedule).await;
    for near in ["2025-11-22", "2025-11-28"] {
        let schedule = hospital.shift(near, "下午", 3).await;
        let refusal = refused(&book(&patient, schedule, patient.patient_id).await);
        assert_eq!(refusal, (1003, "同一科室7天内只能挂1个号".to_owned()));
    }
    let after = hospital.shift("2025-11-29", "上午", 3).await;
    booked(&patient, after).await;
    let other = hospital.patient().await;
    booked(&other, schedule).await;
    cancel(&patient, order).await.message();
    hospital.configure(json!({"sameClinicInterval": 1})).await;
    let next_day = hospital.shift("2025-11-30", "上午", 3).await;
    booked(&patient, next_day).await;
}

#[tokio::test]
async fn a_shift_is_booked_at_most_fourteen_days_ahead() {
    let mut hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let far = hospital.shift("2025-12-05", "上午", 3).await;
    let refusal = refused(&book(&patient, far, patient.patient_id).await);
    assert_eq!(refusal, (99, "最多可提前14天预约".to_owned()));
    hospital.set(2025, 11, 20, 23, 59).await;
    let patient = patient.again().await;
    assert_eq!(refused(&book(&patient, far, patient.patient_id).await).0, 99);
    hospital.set(2025, 11, 21, 0, 0).await;
    booked(&patient, far).await;
}

#[tokio::test]
async fn a_shift_of_today_is_booked_until_the_days_deadline_and_its_end() {
    let mut hospital = Hospital::open().await;
    let schedule = hospital.shift(TODAY, "上午", 9).await;
    hospital.set(2025, 11, 20, 11, 59).await;
    booked(&hospital.patient().await, schedule).await;
    let patient = hospital.patient().await;
    hospital.configure(json!({"sameDayDeadline": "08:00"})).await;
    let refusal = refused(&book(&patient, schedule, patient.patient_id).await);
    assert_eq!(refusal, (99, "已超过当日挂号截止时间08:00".to_owned()));
    hospital.set(2025, 11, 20, 7, 59).await;
    booked(&patient.again().await, schedule).await;
    hospital.set(2025, 11, 20, 12, 0).await;
    let late = hospital.patient().await;
    assert_eq!(refused(&book(&late, schedule, late.patient_id).await).1, "该时段已结束,不可预约");
    hospital.set(2025, 11, 21, 7, 0).await;
    let late = late.again().await;
    assert_eq!(refused(&book(&late, schedule, late.patient_id).await).1, "该时段已结束,不可预约");
}

#[tokio::test]
async fn one_books_for_the_own_persons_only() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    let (patient, other) = (hospital.patient().await, hospital.patient().await);
    let foreign = refused(&book(&patient, schedule, other.patient_id).await);
    assert_eq!(foreign, (102, "无权为该患者预约".to_owned()));
    assert_eq!(refused(&book(&patient, schedule, 999_999).await), (106, "患者不存在".to_owned()));
    assert_eq!(refused(&book(&patient, 999_999, patient.patient_id).await), (106, "排班不存在".to_owned()));
    let child = patient.post("/patient/patients", &json!({"name": "小明"})).await.message();
    let child = child["patient"]["patient_id"].as_i64().unwrap();
    let order = id(&book(&patient, schedule, child).await.message());
    cancel(&patient, order).await.message();
    patient.delete(&format!("/patient/patients/{child}")).await.message();
    let later = hospital.shift_elsewhere(TOMORROW, "下午", 5).await;
    assert_eq!(refused(&book(&patient, later, child).await).0, 106);
    assert_eq!(patient.anonymous().post("/appointments", &json!({})).await.refused(), 105);
}

#[tokio::test]
async fn the_price_has_the_patients_discount() {
    let hospital = Hospital::open().await;
    let discounts = json!({"patientIdentityDiscounts": {"student": 0.85, "staff": 0}});
    hospital.admin.put("/config", &discounts).await.message();
    let schedule = hospital.shift(TOMORROW, "上午", 5).await;
    let typed = async |patient_type: &str| {
        let patient = hospital.patient().await;
        let path = format!("/admin/patients/{}/type", patient.patient_id);
        hospital.admin.put(&path, &json!({"patient_type": patient_type, "verified": true})).await.message();
        book(&patient, schedule, patient.patient_id).await.message()
    };
    assert_eq!(typed("student").await["payAmount"], 42.5);
    let free = typed("staff").await;
    assert_eq!((&free["payAmount"], &free["needPay"]), (&json!(0.0), &json!(false)));
    assert_eq!(typed("external").await["payAmount"], 50.0);
}

#[tokio::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "上午", 2).await;
    let bodies = [
        json!({}),
        json!([]),
        json!({"scheduleId": schedule}),
        json!({"scheduleId": "abc", "patientId": patient.patient_id}),
        json!({"scheduleId": 1.5, "patientId": patient.patient_id}),
        json!({"scheduleId": schedule, "patientId": null}),
        json!({"scheduleId": schedule, "patientId": patient.patient_id, "symptoms": "痛".repeat(2001)}),
        json!({"scheduleId": schedule, "patientId": patient.patient_id, "symptoms": "a\u{0}b"}),
        json!({"scheduleId": schedule, "patientId": patient.patient_id, "waitlist": "maybe"}),
    ];
    for body in bodies {
        assert_eq!(refused(&patient.post("/appointments", &body).await).0, 99, "{body}");
    }
    for wrong in [i64::MAX, i64::MIN, -1, 0] {
        assert_eq!(refused(&book(&patient, wrong, patient.patient_id).await).0, 106);
        assert_eq!(refused(&book(&patient, schedule, wrong).await).0, 106);
        assert_eq!(refused(&cancel(&patient, wrong).await).0, 106);
    }
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 2 });
    let text = json!({"scheduleId": schedule.to_string(), "patientId": patient.patient_id, "symptoms": "咳嗽\n两天"});
    let made: Value = patient.post("/appointments", &text).await.message();
    assert_eq!(made["status"], "pending");
}

#[tokio::test]
async fn the_periods_limit_is_the_doctors_own_where_there_is_one() {
    let hospital = Hospital::open().await;
    let path = format!("/config?scope_type=DOCTOR&scope_id={}", hospital.doctor.doctor_id);
    let limits =
        json!({"registration": {"maxAppointmentsPerPeriod": 1, "appointmentPeriodDays": 3, "sameClinicInterval": 1}});
    hospital.admin.put(&path, &limits).await.message();
    let patient = hospital.patient().await;
    let first = hospital.shift(TOMORROW, "上午", 3).await;
    let second = hospital.shift("2025-11-23", "上午", 3).await;
    booked(&patient, first).await;
    let limit = refused(&book(&patient, second, patient.patient_id).await);
    assert_eq!(limit, (1003, "3天内最多可挂1个号".to_owned()));
    let elsewhere = hospital.shift_elsewhere("2025-11-23", "下午", 3).await;
    booked(&patient, elsewhere).await;
}

#[tokio::test]
async fn a_stopped_shift_is_not_booked() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(TOMORROW, "上午", 3).await;
    hospital.admin.put(&format!("/admin/schedules/{schedule}"), &json!({"status": "停诊"})).await.message();
    let patient = hospital.patient().await;
    let refusal = refused(&book(&patient, schedule, patient.patient_id).await);
    assert_eq!(refusal, (99, "该排班已停诊,不可预约".to_owned()));
}
