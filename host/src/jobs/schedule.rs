//! Jobs that are enqueued again and again.
//!
//! When a schedule's next time comes, the node that moves it on enqueues the job in the same transaction:
//! one job for each time, however many nodes look. Times that passed while no node ran are one job.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use super::job::{NewJob, check_json, check_name};
use super::queue::{Queue, bounds, text};
use crate::storage::row::Row;
use crate::storage::{SqlError, Value};

/// Schedules of one plugin.
const MOST: usize = 100;
/// Bytes of a schedule's payload.
const PAYLOAD_BYTES: usize = 4 << 10;

/// What is wrong with a plugin's schedules.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// More than a plugin may have.
    #[error("it has more than {MOST} schedules")]
    TooMany,
    /// A name, or one that is used twice.
    #[error(
        "a schedule's name or kind has lower-case letters, digits, `-`, `_` and `.`, a letter first, at most 64; each name is used once"
    )]
    Name,
    /// A payload.
    #[error("the payload of the schedule `{0}`: {1}")]
    Payload(String, String),
    /// A time.
    #[error(
        "the schedule `{0}`: not minute, hour, day of the month, month and day of the week, or a time that never comes"
    )]
    Cron(String),
}

/// A plugin's schedules, in the assembly's time zone.
#[derive(Clone, Default)]
pub struct Schedules {
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    name: String,
    cron: Cron,
    zone: Tz,
    /// Both, as the table has them.
    text: String,
    kind: String,
    payload: String,
    /// When there is nothing to do before; unknown at first.
    next: Option<i64>,
}

impl Schedules {
    /// Reads a plugin's schedules: name, cron pattern, kind and payload of each.
    pub fn parse<'a>(
        schedules: impl IntoIterator<Item = (&'a str, &'a str, &'a str, &'a str)>,
        zone: Tz,
    ) -> Result<Self, ScheduleError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, cron, kind, payload) in schedules {
            if entries.len() >= MOST {
                return Err(ScheduleError::TooMany);
            }
            if !check_name(name) || !check_name(kind) || entries.iter().any(|entry| entry.name == name) {
                return Err(ScheduleError::Name);
            }
            let sound = check_json(payload, PAYLOAD_BYTES);
            sound.map_err(|error| ScheduleError::Payload(name.to_owned(), error.to_string()))?;
            entries.push(Entry::new(name, cron, zone, kind, payload)?);
        }
        Ok(Self { entries })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Enqueues what is due.
    pub(super) async fn turn(&mut self, queue: &Queue) -> Result<(), SqlError> {
        let now = queue.now();
        for entry in &mut self.entries {
            if entry.next.is_none_or(|next| next <= now) {
                entry.next = entry.turn(queue, now).await?;
            }
        }
        Ok(())
    }
}

impl Entry {
    fn new(name: &str, pattern: &str, zone: Tz, kind: &str, payload: &str) -> Result<Self, ScheduleError> {
        let wrong = || ScheduleError::Cron(name.to_owned());
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = Some(pattern).filter(|pattern| pattern.len() <= 200).and_then(|pattern| parser.parse(pattern).ok());
        let entry = Self {
            name: name.to_owned(),
            cron: cron.ok_or_else(wrong)?,
            zone,
            text: format!("{pattern} {zone}"),
            kind: kind.to_owned(),
            payload: payload.to_owned(),
            next: None,
        };
        entry.after(0).map(|_| entry.clone()).ok_or_else(wrong)
    }

    /// The next time after `now`.
    fn after(&self, now: i64) -> Option<i64> {
        let now = DateTime::<Utc>::from_timestamp_millis(now)?.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&now, false).ok().map(|next| next.timestamp_millis())
    }

    /// Enqueues the job if its time has come, and gives the next time.
    async fn turn(&self, queue: &Queue, now: i64) -> Result<Option<i64>, SqlError> {
        const MOVE: &str = "UPDATE ward_schedule SET next = $1, cron = $2 WHERE name = $3 AND next = $4 AND cron = $5";
        let Some(next) = self.after(now) else { return Ok(Some(i64::MAX)) };
        let Some((text, due)) = self.known(queue).await? else {
            self.introduce(queue, next).await?;
            return Ok(None);
        };
        if text == self.text && due > now {
            return Ok(Some(due));
        }
        if queue.room().await? == 0 {
            return Ok(None);
        }
        let values = [
            Value::Int(next),
            Value::Text(self.text.clone()),
            super::queue::text(&self.name),
            Value::Int(due),
            Value::Text(text.clone()),
        ];
        let mut tx = queue.begin().await?;
        let mine = tx.execute(MOVE, &values).await? == 1;
        // A schedule that was changed starts anew.
        if mine && text == self.text {
            let job = NewJob {
                kind: self.kind.clone(),
                payload: self.payload.clone(),
                key: Some(format!("schedule:{}:{due}", self.name)),
                ..NewJob::default()
            };
            queue.insert(&job, &mut tx).await?;
        }
        tx.commit().await?;
        Ok(mine.then_some(next))
    }

    /// What the table knows: pattern and next time.
    async fn known(&self, queue: &Queue) -> Result<Option<(String, i64)>, SqlError> {
        let select = "SELECT cron, next FROM ward_schedule WHERE name = $1";
        let found = queue.0.pool.query(select, &[text(&self.name)], bounds(1)).await?;
        let Some(row) = found.rows.into_iter().next() else { return Ok(None) };
        let mut row = Row::new(row);
        Ok(Some((row.text()?, row.int()?)))
    }

    async fn introduce(&self, queue: &Queue, next: i64) -> Result<(), SqlError> {
        const INSERT: &str = "INSERT INTO ward_schedule (name, cron, next) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let row = [text(&self.name), text(&self.text), Value::Int(next)];
        queue.0.pool.execute(INSERT, &row).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn parsed(cron: &str, zone: &str) -> Result<Schedules, ScheduleError> {
        let zone: Tz = zone.parse().expect("a time zone");
        Schedules::parse([("nightly", cron, "sweep", "null")], zone)
    }

    fn next(cron: &str, zone: &str, after: &str) -> String {
        let schedules = parsed(cron, zone).expect("a schedule");
        let after = DateTime::parse_from_rfc3339(after).expect("a time").timestamp_millis();
        let next = schedules.entries[0].after(after).expect("a next time");
        DateTime::<Utc>::from_timestamp_millis(next).expect("a time").to_rfc3339()
    }

    #[test]
    fn times_are_those_of_the_hospitals_clock() {
        assert_eq!(next("30 2 * * *", "Asia/Shanghai", "2026-03-01T00:00:00Z"), "2026-03-01T18:30:00+00:00");
        assert_eq!(next("30 2 * * *", "UTC", "2026-03-01T02:30:00Z"), "2026-03-02T02:30:00+00:00");
    }

    #[test]
    fn a_fixed_time_comes_once_when_clocks_go_back() {
        let first = next("30 2 * * *", "Europe/Berlin", "2026-10-24T20:00:00Z");
        assert_eq!(first, "2026-10-25T00:30:00+00:00");
        assert_eq!(next("30 2 * * *", "Europe/Berlin", &first), "2026-10-26T01:30:00+00:00");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for cron in ["", "* * * *", "60 * * * *", "* * * * * *", "0 0 30 2 *", "often", &"*".repeat(300)] {
            assert_eq!(parsed(cron, "UTC").err(), Some(ScheduleError::Cron("nightly".into())), "{cron}");
        }
        let twice = [("a", "* * * * *", "k", "null"), ("a", "* * * * *", "k", "null")];
        assert_eq!(Schedules::parse(twice, Tz::UTC).err(), Some(ScheduleError::Name));
        let payload = Schedules::parse([("a", "* * * * *", "k", "{")], Tz::UTC).err();
        assert!(matches!(payload, Some(ScheduleError::Payload(..))));
        let many = vec![("a", "* * * * *", "k", "null"); MOST + 1];
        assert!(Schedules::parse(many, Tz::UTC).is_err());
    }
}
