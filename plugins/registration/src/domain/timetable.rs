//! The timetable that a crawler of a hospital's site leaves behind: `all.json`.
//!
//! A list with one item for each doctor that was fetched. An item's `data` holds one entry for each clinic in
//! which the doctor is on duty, and that entry's `weekSchedule` the shifts. The file comes from another
//! system: numbers may be texts, anything may be missing, and what is not understood is counted, not guessed.

use serde::Deserialize;
use serde_json::Value;

use super::{Day, Money, Section, SlotType, Word};

/// The most shifts that one file may hold.
pub const MOST_SHIFTS: usize = 20_000;

/// The most slots that a shift may have.
pub const MOST_SLOTS: i64 = 10_000;

/// The longest name of an area or a clinic, in characters.
const LONGEST_NAME: usize = 100;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    /// Items of the file: doctors that were fetched.
    pub items: usize,
    /// Clinics, in the order of the file; the same one may come more than once.
    pub clinics: Vec<ClinicWeek>,
    /// Shifts without a day, a section of the day or a number of slots that can be read.
    pub unreadable: usize,
}

/// One clinic's shifts.
#[derive(Clone, Debug, PartialEq)]
pub struct ClinicWeek {
    /// The area it lies in.
    pub area: String,
    /// Its name.
    pub clinic: String,
    /// The shifts.
    pub shifts: Vec<Shift>,
}

/// One shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The doctor's name; may be empty.
    pub doctor: String,
    /// The day.
    pub day: Day,
    /// The part of the day.
    pub section: Section,
    /// What its slots are sold as.
    pub slot_type: SlotType,
    /// The price, where the file has one above 0.
    pub price: Option<Money>,
    /// Slots.
    pub total: i64,
    /// Whether it is cancelled (停诊).
    pub suspended: bool,
}

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not JSON, or another shape.
    #[error("all.json 格式错误: 第 {line} 行第 {column} 列")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// More shifts than [`MOST_SHIFTS`].
    #[error("all.json 中的排班超过 {MOST_SHIFTS} 条")]
    TooMany,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    data: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    hos_area_name: Option<String>,
    #[serde(default)]
    clinic_name: Option<String>,
    #[serde(default)]
    week_schedule: Option<Vec<Row>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    doctor_name: Option<String>,
    #[serde(default)]
    cur_day_time: Option<String>,
    #[serde(default)]
    time_section_name: Option<String>,
    #[serde(default)]
    cons_type_dic_code_name: Option<String>,
    #[serde(default)]
    charge_price: Value,
    #[serde(default)]
    signal_sum: Value,
    #[serde(default)]
    stop_flag: Value,
}

impl Timetable {
    /// Reads a file.
    pub fn parse(json: &[u8]) -> Result<Self, Refused> {
        // A byte order mark, as editors on Windows write it.
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        let items: Vec<Item> = serde_json::from_slice(json)
            .map_err(|error| Refused::Syntax { line: error.line(), column: error.column() })?;
        let mut timetable = Self { items: items.len(), ..Self::default() };
        let mut rows = 0;
        for entry in items.into_iter().filter_map(|item| item.data).flatten() {
            rows += entry.week_schedule.as_ref().map_or(0, Vec::len);
            if rows > MOST_SHIFTS {
                return Err(Refused::TooMany);
            }
            timetable.add(entry);
        }
        Ok(timetable)
    }

    fn add(&mut self, entry: Entry) {
        let clinic = name(entry.clinic_name, "未知门诊");
        let rows = entry.week_schedule.unwrap_or_default();
        let all = rows.len();
        let shifts: Vec<Shift> = rows.into_iter().filter_map(|row| row.shift(&clinic)).collect();
        self.unreadable += all - shifts.len();
        self.clinics.push(ClinicWeek { area: name(entry.hos_area_name, "未知院区"), clinic, shifts });
    }
}

impl Row {
    fn shift(self, clinic: &str) -> Option<Shift> {
        let day = self.cur_day_time?.trim().parse().ok()?;
        let section = Section::parse(self.time_section_name?.trim())?;
        let total = match &self.signal_sum {
            Value::Null => 0,
            other => whole(other)?,
        };
        (0..=MOST_SLOTS).contains(&total).then(|| Shift {
            doctor: self.doctor_name.unwrap_or_default().trim().to_owned(),
            day,
            section,
            slot_type: slot_type(clinic, self.cons_type_dic_code_name.as_deref().unwrap_or_default()),
            price: number(&self.charge_price).and_then(Money::from_yuan).filter(|price| price.is_positive()),
            total,
            suspended: whole(&self.stop_flag) == Some(1),
        })
    }
}

/// A clinic for special needs sells special slots; otherwise the kind of consultation decides.
fn slot_type(clinic: &str, consultation: &str) -> SlotType {
    if clinic.contains("特需") {
        SlotType::Special
    } else if consultation.contains("专家") || consultation.contains("知名") {
        SlotType::Expert
    } else {
        SlotType::Normal
    }
}

fn name(given: Option<String>, unknown: &str) -> String {
    let given: String =
        given.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if given.is_empty() { unknown.to_owned() } else { given }
}

/// A number, also written as text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    let number = number(value).filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
    Some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::{MOST_SHIFTS, Refused, Timetable};
    use crate::domain::{Money, Section, SlotType};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    fn shift(changes: &Value) -> Value {
        let mut shift = json!({
            "doctorName": " 张三 ", "curDayTime": "2025-11-17", "curDate": "1", "timeSectionName": "上午",
            "chargePrice": "100.00", "signalSum": "20", "stopFlag": "0", "consTypeDicCodeName": "专家门诊",
        });
        for (key, value) in changes.as_object().expect("an object") {
            shift[key] = value.clone();
        }
        shift
    }

    fn file(clinic: &str, shifts: &[Value]) -> Timetable {
        let file = json!([{"data": [{"hosAreaName": "东院区", "clinicName": clinic, "weekSchedule": shifts}]}]);
        Timetable::parse(file.to_string().as_bytes()).expect("the shape")
    }

    #[test]
    fn a_shift_with_all_it_has() {
        let timetable = file("心内科门诊", &[shift(&json!({}))]);
        let clinic = &timetable.clinics[0];
        assert_eq!((clinic.area.as_str(), clinic.clinic.as_str()), ("东院区", "心内科门诊"));
        let read = &clinic.shifts[0];
        assert_eq!((read.doctor.as_str(), read.section, read.slot_type), ("张三", Section::Morning, SlotType::Expert));
        assert_eq!((read.day.to_string().as_str(), read.total, read.suspended), ("2025-11-17", 20, false));
        assert_eq!(read.price, Some(Money::yuan(100)));
    }

    #[test]
    fn numbers_may_be_numbers_or_texts() {
        let both = [
            json!({"signalSum": 20, "chargePrice": 99.5, "stopFlag": 1}),
            json!({"signalSum": "20", "chargePrice": "99.5", "stopFlag": "1"}),
        ];
        for form in both {
            let read = &file("门诊", &[shift(&form)]).clinics[0].shifts[0];
            assert_eq!((read.total, read.price, read.suspended), (20, Some(Money::fen(9950)), true));
        }
    }

    #[test]
    fn the_clinic_or_the_consultation_names_the_kind_of_slot() {
        let kind = |clinic: &str, consultation: &str| {
            file(clinic, &[shift(&json!({"consTypeDicCodeName": consultation}))]).clinics[0].shifts[0].slot_type
        };
        assert_eq!(kind("特需门诊", "专家"), SlotType::Special);
        assert_eq!(kind("门诊", "知名专家"), SlotType::Expert);
        assert_eq!(kind("门诊", "普通门诊"), SlotType::Normal);
    }

    #[test]
    fn no_price_is_none_and_never_a_negative_one() {
        for price in [json!(null), json!(0), json!("-5"), json!("面议"), json!([])] {
            assert_eq!(file("门诊", &[shift(&json!({"chargePrice": price}))]).clinics[0].shifts[0].price, None);
        }
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        let unreadable = [
            json!({"curDayTime": "17.11.2025"}),
            json!({"curDayTime": null}),
            json!({"timeSectionName": "全天"}),
            json!({"signalSum": -1}),
            json!({"signalSum": 1.5}),
            json!({"signalSum": "viele"}),
            json!({"signalSum": 1_000_000}),
        ];
        let timetable = file("门诊", &unreadable.map(|change| shift(&change)));
        assert_eq!((timetable.unreadable, timetable.clinics[0].shifts.len()), (7, 0));
    }

    #[test]
    fn names_that_are_missing_are_unknown() {
        let timetable = Timetable::parse(br#"[{"data": [{}]}, {}, {"data": null}]"#).expect("the shape");
        assert_eq!((timetable.items, timetable.clinics.len()), (3, 1));
        assert_eq!(
            (timetable.clinics[0].area.as_str(), timetable.clinics[0].clinic.as_str()),
            ("未知院区", "未知门诊")
        );
    }

    #[test]
    fn other_files_are_refused_with_their_place() {
        assert_eq!(Timetable::parse(b"[{]"), Err(Refused::Syntax { line: 1, column: 3 }));
        for wrong in ["", "{}", "7", "[7]", "[{\"data\": 7}]", "[[[[[["] {
            assert!(matches!(Timetable::parse(wrong.as_bytes()), Err(Refused::Syntax { .. })), "{wrong}");
        }
        assert!(Timetable::parse(b"\xEF\xBB\xBF[]").is_ok());
    }

    #[test]
    fn a_file_without_end_is_refused() {
        let shifts = vec![json!({}); MOST_SHIFTS + 1];
        let file = json!([{"data": [{"weekSchedule": shifts}]}]).to_string();
        assert_eq!(Timetable::parse(file.as_bytes()), Err(Refused::TooMany));
    }

    proptest! {
        #[test]
        fn no_bytes_upset_it(bytes in any::<Vec<u8>>()) {
            let _ = Timetable::parse(&bytes);
        }
    }
}
