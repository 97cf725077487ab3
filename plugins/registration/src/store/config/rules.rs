//! The rules that configuration sets, with the document's defaults.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{PatientType, Section, TimeOfDay};

/// Rules of booking (挂号配置).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Registration {
    /// Days ahead that may be booked.
    pub advance_booking_days: u32,
    /// Until when a day may be booked on that day.
    pub same_day_deadline: TimeOfDay,
    /// No-shows from which on nothing may be booked.
    pub no_show_limit: u32,
    /// Hours before the section's start until which an order may be cancelled.
    pub cancel_hours_before: u32,
    /// Days between two orders in the same department.
    pub same_clinic_interval: u32,
    /// Orders in a period, at most.
    pub max_appointments_per_period: u32,
    /// Days of that period.
    pub appointment_period_days: u32,
    /// Factors of the price by the patient's type.
    #[serde(skip)]
    pub discounts: Discounts,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            advance_booking_days: 14,
            same_day_deadline: TimeOfDay::new(23, 59),
            no_show_limit: 3,
            cancel_hours_before: 2,
            same_clinic_interval: 7,
            max_appointments_per_period: 10,
            appointment_period_days: 8,
            discounts: Discounts::default(),
        }
    }
}

/// Factors of the price by the patient's type.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Discounts {
    student: f64,
    teacher: f64,
    staff: f64,
    external: f64,
}

impl Default for Discounts {
    fn default() -> Self {
        Self { student: 1.0, teacher: 1.0, staff: 1.0, external: 1.0 }
    }
}

impl Discounts {
    /// The factor for a patient of this type: 0 to 1.
    #[must_use]
    pub fn factor(&self, of: PatientType) -> f64 {
        match of {
            PatientType::Student => self.student,
            PatientType::Teacher => self.teacher,
            PatientType::Staff => self.staff,
            PatientType::External => self.external,
        }
    }
}

/// Rules of schedules (排班配置).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleRules {
    /// Days ahead that schedules are made for.
    pub max_future_days: u32,
    morning_start: TimeOfDay,
    morning_end: TimeOfDay,
    afternoon_start: TimeOfDay,
    afternoon_end: TimeOfDay,
    evening_start: TimeOfDay,
    evening_end: TimeOfDay,
    /// Minutes of one consultation.
    pub consultation_duration: u32,
    /// Minutes between two.
    pub interval_time: u32,
}

impl Default for ScheduleRules {
    fn default() -> Self {
        Self {
            max_future_days: 60,
            morning_start: TimeOfDay::new(8, 0),
            morning_end: TimeOfDay::new(12, 0),
            afternoon_start: TimeOfDay::new(13, 30),
            afternoon_end: TimeOfDay::new(17, 30),
            evening_start: TimeOfDay::new(18, 0),
            evening_end: TimeOfDay::new(21, 0),
            consultation_duration: 15,
            interval_time: 5,
        }
    }
}

impl ScheduleRules {
    /// When a section starts.
    #[must_use]
    pub fn start(&self, section: Section) -> TimeOfDay {
        match section {
            Section::Morning => self.morning_start,
            Section::Afternoon => self.afternoon_start,
            Section::Evening => self.evening_start,
        }
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self, section: Section) -> TimeOfDay {
        match section {
            Section::Morning => self.morning_end,
            Section::Afternoon => self.afternoon_end,
            Section::Evening => self.evening_end,
        }
    }

    /// What is wrong with the order of its times, if anything is.
    #[must_use]
    pub fn disorder(&self) -> Option<&'static str> {
        let wrong = |section| self.start(section) >= self.end(section);
        if wrong(Section::Morning) {
            Some("上午班开始时间必须小于结束时间")
        } else if wrong(Section::Afternoon) {
            Some("下午班开始时间必须小于结束时间")
        } else if wrong(Section::Evening) {
            Some("晚班开始时间必须小于结束时间")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Discounts, Registration, ScheduleRules};
    use crate::domain::{PatientType, Section, TimeOfDay};
    use serde_json::json;

    #[test]
    fn defaults_are_the_documents() {
        let shown = serde_json::to_value(ScheduleRules::default()).expect("plain data");
        let expected = json!({
            "maxFutureDays": 60, "morningStart": "08:00", "morningEnd": "12:00", "afternoonStart": "13:30",
            "afternoonEnd": "17:30", "eveningStart": "18:00", "eveningEnd": "21:00", "consultationDuration": 15,
            "intervalTime": 5,
        });
        assert_eq!(shown, expected);
        assert_eq!(ScheduleRules::default().disorder(), None);
        let shown = serde_json::to_value(Registration::default()).expect("plain data");
        assert_eq!((&shown["cancelHoursBefore"], &shown["advanceBookingDays"]), (&json!(2), &json!(14)));
        assert!((Discounts::default().factor(PatientType::Student) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_section_that_ends_before_it_starts_is_told() {
        let rules: ScheduleRules = serde_json::from_value(json!({"eveningStart": "21:00"})).expect("rules");
        assert_eq!(rules.start(Section::Evening), TimeOfDay::new(21, 0));
        assert_eq!(rules.disorder(), Some("晚班开始时间必须小于结束时间"));
    }
}
