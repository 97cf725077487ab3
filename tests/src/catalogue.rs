//! What the registration API's people work in: departments, clinics, shifts.

use serde_json::{Value, json};

use crate::Api;
use crate::people::unique;

impl Api {
    /// Creates a major department.
    pub async fn major_department(&self) -> i64 {
        let body = json!({ "name": format!("大科室{}", unique()), "description": "综合" });
        number(&self.post("/major-departments", &body).await.message(), "major_dept_id")
    }

    /// Creates a minor department in a major one of its own.
    pub async fn department(&self) -> i64 {
        let body = json!({ "major_dept_id": self.major_department().await, "name": format!("科室{}", unique()) });
        number(&self.post("/minor-departments", &body).await.message(), "minor_dept_id")
    }

    /// Creates an ordinary clinic of a department.
    pub async fn clinic(&self, dept: i64) -> i64 {
        let body = json!({ "minor_dept_id": dept, "name": format!("门诊{}", unique()), "clinic_type": 0 });
        number(&self.post("/admin/clinics", &body).await.message(), "clinic_id")
    }

    /// Creates a doctor of a department, without an account.
    pub async fn plain_doctor(&self, dept: i64, name: &str, title: &str) -> i64 {
        let body = json!({ "dept_id": dept, "name": name, "title": title });
        number(&self.post("/doctors", &body).await.message(), "doctor_id")
    }

    /// Creates a shift with ordinary slots.
    pub async fn schedule(&self, doctor: i64, clinic: i64, date: &str, section: &str, slots: i64) -> i64 {
        let body = json!({
            "doctor_id": doctor, "clinic_id": clinic, "schedule_date": date, "time_section": section,
            "slot_type": "普通", "status": "正常", "price": 0, "total_slots": slots,
        });
        number(&self.post("/admin/schedules", &body).await.message(), "schedule_id")
    }

    /// A schedule as the public lists show it.
    pub async fn shown_schedule(&self, doctor: i64, date: &str, schedule: i64) -> Value {
        let path = format!("/doctors/{doctor}/schedules?start_date={date}&end_date={date}");
        let shown = self.anonymous().get(&path).await.message();
        let found = shown["schedules"].as_array().expect("a list").iter().find(|one| one["schedule_id"] == schedule);
        found.unwrap_or_else(|| panic!("schedule {schedule} is not shown: {shown}")).clone()
    }
}

/// Tomorrow in Shanghai.
pub fn tomorrow() -> String {
    let zone = chrono::FixedOffset::east_opt(8 * 3600).expect("an offset");
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).with_timezone(&zone);
    (now + chrono::TimeDelta::days(1)).format("%Y-%m-%d").to_string()
}

/// A day, in days since 1970, as the API writes it.
pub fn day(days: i64) -> String {
    let date = chrono::NaiveDate::default() + chrono::TimeDelta::days(days);
    date.format("%Y-%m-%d").to_string()
}

#[track_caller]
fn number(message: &Value, name: &str) -> i64 {
    message[name].as_i64().unwrap_or_else(|| panic!("no {name}: {message}"))
}
