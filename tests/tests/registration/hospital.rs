//! A hospital with one doctor at work, and a clock that stands: Thursday, 2025-11-20, 09:00 in Shanghai.

use serde_json::{Value, json};
use ward::assembly::Assembly;
use ward::clock::HeldClock;
use ward_tests::registration::{Doctor, Patient, shanghai};
use ward_tests::{Answer, Api, Ward};

/// The day on which the clock stands.
pub const TODAY: &str = "2025-11-20";
/// The day after.
pub const TOMORROW: &str = "2025-11-21";

/// The server and who works in it.
pub struct Hospital {
    pub ward: Ward,
    pub clock: HeldClock,
    pub admin: Api,
    pub dept: i64,
    pub clinic: i64,
    pub doctor: Doctor,
}

/// What a schedule's counts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub total: i64,
    pub remaining: i64,
}

impl Hospital {
    pub async fn open() -> Self {
        Self::open_at(shanghai(2025, 11, 20, 9, 0)).await
    }

    pub async fn open_at(millis: i64) -> Self {
        Self::open_with(millis, |_| {}).await
    }

    /// One whose assembly differs.
    pub async fn open_with(millis: i64, change: impl FnOnce(&mut Assembly)) -> Self {
        let clock = HeldClock::at(millis);
        let ward = Ward::builder().clock(clock.clock()).configure(change).start().await;
        let admin = ward.registration_admin().await;
        let dept = admin.department().await;
        let clinic = admin.clinic(dept).await;
        let doctor = admin.doctor(dept).await;
        Self { ward, clock, admin, dept, clinic, doctor }
    }

    /// Moves the clock to a time in Shanghai; administrator and doctor sign in again. Patients' tokens live
    /// an hour: see [`Patient::again`].
    pub async fn set(&mut self, year: i32, month: u32, day: u32, hour: u32, minute: u32) {
        self.clock.set(shanghai(year, month, day, hour, minute));
        self.admin = self.ward.registration_admin().await;
        self.doctor = self.doctor.again().await;
    }

    /// A patient with an account.
    pub async fn patient(&self) -> Patient {
        self.ward.registration().patient().await
    }

    /// A shift of the doctor.
    pub async fn shift(&self, date: &str, section: &str, slots: i64) -> i64 {
        self.admin.schedule(self.doctor.doctor_id, self.clinic, date, section, slots).await
    }

    /// A shift of another doctor in another department: nothing there is too near.
    pub async fn shift_elsewhere(&self, date: &str, section: &str, slots: i64) -> i64 {
        let dept = self.admin.department().await;
        let clinic = self.admin.clinic(dept).await;
        let doctor = self.admin.plain_doctor(dept, "王五", "主治医师").await;
        self.admin.schedule(doctor, clinic, date, section, slots).await
    }

    /// Sets a part of the hospital's configuration.
    pub async fn configure(&self, registration: Value) {
        self.admin.put("/config", &json!({ "registration": registration })).await.message();
    }

    /// The counts of a schedule, as the public list shows them.
    pub async fn counts(&self, schedule: i64) -> Counts {
        let path = format!("/hospitals/schedules?departmentId={}", self.dept);
        let listed = self.admin.get(&path).await.message();
        let found = listed["schedules"].as_array().unwrap().iter().find(|one| one["schedule_id"] == schedule).cloned();
        let found = found.unwrap_or_else(|| panic!("{schedule} is not listed: {listed}"));
        let number = |name: &str| found[name].as_i64().unwrap();
        Counts { total: number("total_slots"), remaining: number("remaining_slots") }
    }

    /// All orders of a schedule, as the desk sees them.
    pub async fn orders(&self, schedule: i64) -> Vec<Value> {
        let path = format!("/admin/appointments?scheduleId={schedule}&pageSize=10000");
        self.admin.get(&path).await.message()["list"].as_array().unwrap().clone()
    }

    /// What has to be true of a schedule at any time.
    #[track_caller]
    pub fn never_oversold(counts: Counts, orders: &[Value]) {
        let holding = |order: &&Value| !matches!(order["status"].as_str(), Some("cancelled" | "waitlist"));
        let held = orders.iter().filter(holding).count();
        assert!((0..=counts.total).contains(&counts.remaining), "{counts:?}");
        assert_eq!(held, usize::try_from(counts.total - counts.remaining).unwrap(), "{counts:?}: {orders:?}");
        let mut numbers: Vec<_> = orders.iter().filter_map(|order| order["queueNumber"].as_i64()).collect();
        let given = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), given, "a number of the queue was given twice");
    }
}

/// `POST /appointments`.
pub async fn book(api: &Api, schedule: i64, patient: i64) -> Answer {
    api.post("/appointments", &json!({ "scheduleId": schedule, "patientId": patient })).await
}

/// Books, and gives the order's number.
pub async fn booked(patient: &Patient, schedule: i64) -> i64 {
    id(&book(patient, schedule, patient.patient_id).await.message())
}

/// `PUT /appointments/{id}/cancel`.
pub async fn cancel(api: &Api, order: i64) -> Answer {
    api.put_empty(&format!("/appointments/{order}/cancel")).await
}

/// Joins the waiting list, and gives the order's number.
pub async fn waits(patient: &Patient, schedule: i64) -> i64 {
    let body = json!({ "scheduleId": schedule, "patientId": patient.patient_id });
    id(&patient.post("/patient/waitlist", &body).await.message())
}

/// The status of an order, as its owner sees it.
pub async fn status(api: &Api, order: i64) -> String {
    let listed = api.get("/appointments?pageSize=1000").await.message();
    let found = listed["list"].as_array().unwrap().iter().find(|one| one["id"] == order).cloned();
    found.unwrap_or_else(|| panic!("{order} is not listed"))["status"].as_str().unwrap().to_owned()
}

/// `id`.
#[track_caller]
pub fn id(message: &Value) -> i64 {
    message["id"].as_i64().unwrap_or_else(|| panic!("no id: {message}"))
}
