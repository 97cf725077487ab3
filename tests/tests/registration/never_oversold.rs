//! Never oversold: whatever happens at once, `0 <= remaining <= total`, and what is taken is what is booked.

use futures_util::future::join_all;
use serde_json::{Value, json};
use ward_tests::registration::Patient;
use ward_tests::{Answer, Api};

use crate::hospital::{Counts, Hospital, book, booked, cancel};

const DAY: &str = "2025-11-25";

/// Somebody who books: a client and one of its persons.
#[derive(Clone)]
struct Caller {
    api: Api,
    patient: i64,
}

/// So many accounts with so many persons each.
async fn crowd(hospital: &Hospital, accounts: usize, persons: usize) -> Vec<Caller> {
    let mut callers = Vec::new();
    for patient in join_all((0..accounts).map(|_| hospital.patient())).await {
        callers.extend(family(&patient, persons).await);
    }
    callers
}

async fn family(patient: &Patient, persons: usize) -> Vec<Caller> {
    let api: Api = (**patient).clone();
    let mut callers = vec![Caller { api: api.clone(), patient: patient.patient_id }];
    for number in 1..persons {
        let added = api.post("/patient/patients", &json!({"name": format!("家人{number}")})).await.message();
        let patient = added["patient"]["patient_id"].as_i64().unwrap();
        callers.push(Caller { api: api.clone(), patient });
    }
    callers
}

async fn all_book(callers: &[Caller], schedule: i64) -> Vec<Answer> {
    join_all(callers.iter().map(|caller| book(&caller.api, schedule, caller.patient))).await
}

fn codes(answers: &[Answer]) -> Vec<i64> {
    let mut codes: Vec<i64> = answers.iter().map(|answer| answer.json()["code"].as_i64().unwrap()).collect();
    codes.sort_unstable();
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_who_come_at_once_for_twenty_slots_get_twenty() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY, "上午", 20).await;
    let callers = crowd(&hospital, 20, 15).await;
    let answers = all_book(&callers, schedule).await;
    assert_eq!(codes(&answers), [vec![0; 20], vec![1001; 280]].concat());
    assert_eq!(hospital.counts(schedule).await, Counts { total: 20, remaining: 0 });
    let orders = hospital.orders(schedule).await;
    Hospital::never_oversold(hospital.counts(schedule).await, &orders);
    let mut numbers: Vec<i64> = orders.iter().map(|order| order["queueNumber"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_slot_is_sold_where_as_many_come_at_once() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY, "上午", 150).await;
    let callers = crowd(&hospital, 10, 15).await;
    let answers = all_book(&callers, schedule).await;
    assert_eq!(codes(&answers), vec![0; 150]);
    assert_eq!(hospital.counts(schedule).await, Counts { total: 150, remaining: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_who_books_everything_at_once_gets_what_the_limits_permit() {
    let hospital = Hospital::open().await;
    hospital.configure(json!({"maxAppointmentsPerPeriod": 4})).await;
    let patient = hospital.patient().await;
    let mut shifts = Vec::new();
    for section in ["上午", "下午", "晚上"] {
        for day in ["2025-11-25", "2025-11-26", "2025-11-27"] {
            shifts.push(hospital.shift_elsewhere(day, section, 5).await);
        }
    }
    let answers = join_all(shifts.iter().map(|shift| book(&patient, *shift, patient.patient_id))).await;
    assert_eq!(codes(&answers), [vec![0; 4], vec![1003; 5]].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_clicks_on_book_are_one_order() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY, "上午", 30).await;
    let patient = hospital.patient().await;
    let answers = join_all((0..20).map(|_| book(&patient, schedule, patient.patient_id))).await;
    assert_eq!(codes(&answers), [vec![0], vec![1003; 19]].concat());
    assert_eq!(hospital.counts(schedule).await, Counts { total: 30, remaining: 29 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shifts_of_one_department_at_once_are_one_order() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let (morning, afternoon) = (hospital.shift(DAY, "上午", 5).await, hospital.shift(DAY, "下午", 5).await);
    let asked = [morning, afternoon].map(|shift| book(&patient, shift, patient.patient_id));
    assert_eq!(codes(&join_all(asked).await), [0, 1003]);
}

/// Numbers that look like chance and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// One thing that somebody does.
enum Deed {
    Book(Caller, i64),
    Wait(Caller, i64),
    Cancel(Caller, i64),
    AtDesk(i64),
    Resize(i64, usize),
    Add(i64, i64),
    Stop(i64),
    Resume(i64),
}

impl Deed {
    /// Chosen by dice, among what there is.
    fn choose(dice: &mut Dice, callers: &[Caller], shifts: &[i64], orders: &[Value]) -> Self {
        let caller = callers[dice.below(callers.len())].clone();
        let shift = shifts[dice.below(shifts.len())];
        let order = (!orders.is_empty()).then(|| orders[dice.below(orders.len())]["id"].as_i64().unwrap());
        match (dice.below(20), order) {
            (0..=7, _) | (_, None) => Self::Book(caller, shift),
            (8..=10, _) => Self::Wait(caller, shift),
            (11..=13, Some(order)) => Self::Cancel(caller, order),
            (14, Some(order)) => Self::AtDesk(order),
            (15..=16, _) => Self::Resize(shift, dice.below(12)),
            (17, _) => Self::Add(shift, caller.patient),
            (18, _) => Self::Stop(shift),
            _ => Self::Resume(shift),
        }
    }

    async fn happens(&self, admin: &Api) -> Answer {
        let status = async |shift: &i64, status: &str| {
            admin.put(&format!("/admin/schedules/{shift}"), &json!({ "status": status })).await
        };
        match self {
            Self::Book(caller, shift) => book(&caller.api, *shift, caller.patient).await,
            Self::Wait(caller, shift) => {
                let body = json!({"scheduleId": shift, "patientId": caller.patient, "waitlist": true});
                caller.api.post("/appointments", &body).await
            }
            Self::Cancel(caller, order) => cancel(&caller.api, *order).await,
            Self::AtDesk(order) => admin.put_empty(&format!("/admin/appointments/{order}/cancel")).await,
            Self::Resize(shift, total) => {
                admin.put(&format!("/admin/schedules/{shift}"), &json!({ "total_slots": total })).await
            }
            Self::Add(shift, patient) => {
                let body = json!({"schedule_id": shift, "patient_id": patient, "slot_type": "普通"});
                admin.post("/doctor/schedules/add-slot", &body).await
            }
            Self::Stop(shift) => status(shift, "停诊").await,
            Self::Resume(shift) => status(shift, "正常").await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_in_whatever_order_counts_and_orders_agree() {
    let hospital = Hospital::open().await;
    hospital.configure(json!({"maxAppointmentsPerPeriod": 100, "sameClinicInterval": 1})).await;
    let shifts = [
        hospital.shift("2025-11-25", "上午", 4).await,
        hospital.shift("2025-11-26", "下午", 7).await,
        hospital.shift("2025-11-24", "晚上", 0).await,
    ];
    let callers = crowd(&hospital, 4, 8).await;
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        for round in 0..8 {
            let mut orders = Vec::new();
            for shift in shifts {
                orders.extend(hospital.orders(shift).await);
            }
            let deeds: Vec<Deed> = (0..30).map(|_| Deed::choose(&mut dice, &callers, &shifts, &orders)).collect();
            let answers = join_all(deeds.iter().map(|deed| deed.happens(&hospital.admin))).await;
            let done = answers.iter().all(|answer| answer.status < 500);
            assert!(done, "seed {seed}, round {round}: {answers:?}");
            for shift in shifts {
                Hospital::never_oversold(hospital.counts(shift).await, &hospital.orders(shift).await);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shift_that_is_stopped_while_many_book_keeps_no_order() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY, "上午", 60).await;
    let callers = crowd(&hospital, 4, 15).await;
    let path = format!("/admin/schedules/{schedule}");
    let stop = json!({"status": "停诊"});
    let stopping = hospital.admin.put(&path, &stop);
    let (answers, stopped) = tokio::join!(all_book(&callers, schedule), stopping);
    stopped.message();
    assert!(answers.iter().all(|answer| matches!(answer.json()["code"].as_i64(), Some(0 | 99))), "{answers:?}");
    assert_eq!(hospital.counts(schedule).await, Counts { total: 60, remaining: 60 });
    assert!(hospital.orders(schedule).await.iter().all(|order| order["status"] == "cancelled"));
}

#[tokio::test]
async fn a_total_below_what_is_booked_is_refused() {
    let hospital = Hospital::open().await;
    let schedule = hospital.shift(DAY, "上午", 3).await;
    booked(&hospital.patient().await, schedule).await;
    booked(&hospital.patient().await, schedule).await;
    let path = format!("/admin/schedules/{schedule}");
    assert_eq!(hospital.admin.put(&path, &json!({"total_slots": 1})).await.refused(), 99);
    hospital.admin.put(&path, &json!({"total_slots": 2})).await.message();
    assert_eq!(hospital.counts(schedule).await, Counts { total: 2, remaining: 0 });
    assert_eq!(hospital.admin.delete(&path).await.refused(), 99);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_who_write_to_small_tables_at_once_are_all_served() {
    let hospital = Hospital::open().await;
    let accounts = join_all((0..15).map(|_| hospital.patient())).await;
    // Every one of these reads what the others write: the persons of an account, the names of departments.
    let persons = accounts.iter().flat_map(|patient| (1..15).map(move |number| (patient, number)));
    let added = join_all(persons.map(async |(patient, number)| {
        patient.post("/patient/patients", &json!({"name": format!("家人{number}")})).await
    }));
    let majors = join_all((0..40).map(|_| hospital.admin.major_department()));
    let doctors = join_all((0..40).map(|_| hospital.admin.plain_doctor(hospital.dept, "张三", "主治医师")));
    let (added, majors, doctors) = tokio::join!(added, majors, doctors);
    assert_eq!((majors.len(), doctors.len()), (40, 40));
    let ids: std::collections::BTreeSet<i64> =
        added.iter().map(|answer| answer.message()["patient"]["patient_id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 15 * 14);
}
