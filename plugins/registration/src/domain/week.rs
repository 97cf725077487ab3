//! A clinic's week as a department's head asks for it: seven days of three shifts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Day, DoctorId, Section};
use crate::failure::Failure;

/// A part of the day, in the words of a head's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// 上午.
    Morning,
    /// 下午.
    Afternoon,
    /// 晚上.
    Night,
}

crate::domain::words! {
    Shift { Morning = "morning", Afternoon = "afternoon", Night = "night" }
}

impl Shift {
    /// All three, in the day's order.
    pub const ALL: [Self; 3] = [Self::Morning, Self::Afternoon, Self::Night];

    /// The section that schedules call it.
    #[must_use]
    pub fn section(self) -> Section {
        match self {
            Self::Morning => Section::Morning,
            Self::Afternoon => Section::Afternoon,
            Self::Night => Section::Evening,
        }
    }
}

/// Days of a week.
pub const DAYS: u32 = 7;

/// What is asked for one shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day.
    pub day: Day,
    /// The part of it.
    pub shift: Shift,
    /// Who shall work then; nobody clears the shift.
    pub doctor: Option<DoctorId>,
}

/// A shift of the week: who is to work then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cell {
    /// Whether the request changes it. What it does not change is shown as it was when it was made.
    pub changed: bool,
    /// Who works then; nobody: `null`.
    pub doctor_id: Option<DoctorId>,
    /// The doctor's name.
    pub doctor_name: Option<String>,
}

/// Seven days of three shifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(Vec<Vec<Cell>>);

impl Week {
    /// A week in which nobody works.
    #[must_use]
    pub fn empty() -> Self {
        Self((0..DAYS).map(|_| vec![Cell::default(); Shift::ALL.len()]).collect())
    }

    /// A shift, if the day is of this week.
    pub fn cell(&mut self, start: Day, day: Day, shift: Shift) -> Option<&mut Cell> {
        let row = usize::try_from(day.since(start)).ok()?;
        let column = Shift::ALL.iter().position(|each| *each == shift)?;
        self.0.get_mut(row)?.get_mut(column)
    }

    /// All shifts with their days.
    pub fn cells(&self, start: Day) -> impl Iterator<Item = (Day, Shift, &Cell)> {
        let rows = (0..DAYS).zip(&self.0);
        rows.flat_map(move |(row, cells)| {
            Shift::ALL.into_iter().zip(cells).map(move |(shift, cell)| (start.plus(row), shift, cell))
        })
    }

    /// What it changes.
    pub fn changes(&self, start: Day) -> impl Iterator<Item = Change> {
        let changed = self.cells(start).filter(|(_, _, cell)| cell.changed);
        changed.map(|(day, shift, cell)| Change { day, shift, doctor: cell.doctor_id })
    }
}

/// The first day of the week that changes belong to: their Monday or, where the client's weeks begin on
/// another day, the earliest of them. Changes of more than seven days, and two of one shift, are refused.
pub fn week_of(changes: &[Change]) -> Result<Day, Failure> {
    let first = changes.iter().map(|change| change.day).min().ok_or_else(|| Failure::refused("changes: 不能为空"))?;
    let last = changes.iter().map(|change| change.day).max().unwrap_or(first);
    let monday = Day(first.0.week(chrono::Weekday::Mon).first_day());
    let start = if last < monday.plus(DAYS) { monday } else { first };
    if last >= start.plus(DAYS) {
        return Err(Failure::refused("排班变更必须在同一周内"));
    }
    let mut shifts: Vec<_> = changes.iter().map(|change| (change.day, change.shift)).collect();
    shifts.sort_unstable();
    if shifts.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Failure::refused("同一时段只能有一个变更"));
    }
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::{Cell, Change, Shift, Week, week_of};
    use crate::domain::{Day, DoctorId};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn change(text: &str, shift: Shift) -> Change {
        Change { day: day(text), shift, doctor: None }
    }

    #[test]
    fn a_week_begins_on_monday_or_where_the_client_says() {
        let start = |days: &[&str]| {
            let changes: Vec<_> = days.iter().map(|text| change(text, Shift::Morning)).collect();
            week_of(&changes).map(|day| day.to_string()).map_err(|failure| failure.msg.into_owned())
        };
        assert_eq!(start(&["2025-11-25", "2025-11-30"]), Ok("2025-11-24".to_owned()));
        assert_eq!(start(&["2025-12-01", "2025-11-25"]), Ok("2025-11-25".to_owned()));
        assert_eq!(start(&["2025-11-25", "2025-12-02"]), Err("排班变更必须在同一周内".to_owned()));
        assert_eq!(start(&[]), Err("changes: 不能为空".to_owned()));
    }

    #[test]
    fn a_shift_is_changed_once() {
        let twice = [change("2025-11-25", Shift::Night), change("2025-11-25", Shift::Night)];
        assert_eq!(week_of(&twice).map_err(|failure| failure.code), Err(99));
        let both = [change("2025-11-25", Shift::Night), change("2025-11-25", Shift::Morning)];
        assert!(week_of(&both).is_ok());
    }

    #[test]
    fn what_is_stored_comes_back() {
        let start = day("2025-11-24");
        let mut week = Week::empty();
        let cell = week.cell(start, day("2025-11-30"), Shift::Night).expect("a day of the week");
        *cell = Cell { changed: true, doctor_id: Some(DoctorId(10)), doctor_name: Some("张三".to_owned()) };
        assert!(week.cell(start, day("2025-12-01"), Shift::Night).is_none());
        assert!(week.cell(start, day("2025-11-23"), Shift::Night).is_none());
        let text = serde_json::to_string(&week).expect("plain data");
        let back: Week = serde_json::from_str(&text).expect("as it was written");
        assert_eq!(back, week);
        let changes: Vec<_> = back.changes(start).collect();
        assert_eq!(changes, [Change { day: day("2025-11-30"), shift: Shift::Night, doctor: Some(DoctorId(10)) }]);
        assert_eq!(back.cells(start).count(), 21);
    }
}
