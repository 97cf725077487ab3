//! What happens without a request: the plugin's schedules.
//!
//! Every list, queue and booking marks what is overdue before it answers, so nothing here decides what a client
//! sees; it makes sure that what nobody looks at is settled, too. The times are such that the assembly's time
//! zone does not matter.

use serde::{Deserialize, Serialize};
use ward_sdk::jobs::{self, Handler, Job, Work};
use ward_sdk::{Schedule, sql};

use crate::clock;
use crate::failure::Failure;
use crate::store::{files, risks};
use crate::sweep::{self, Scope};

/// Who runs them.
pub const HANDLERS: [Handler; 2] = [jobs::handler::<NoShows>(), jobs::handler::<Expired>()];

/// When they run. Shifts may end at any minute of the day, in any zone.
pub const SCHEDULES: [Schedule; 2] = [
    Schedule { name: "no_shows", cron: "*/5 * * * *", kind: NoShows::KIND, payload: "null" },
    Schedule { name: "expired", cron: "2-59/10 * * * *", kind: Expired::KIND, payload: "null" },
];

/// Files removed in one transaction.
const BATCH: usize = 50;

/// Marks orders that nobody came to, and ends waiting lists of shifts that are over.
#[derive(Debug, Deserialize, Serialize)]
pub struct NoShows;

impl Work for NoShows {
    const KIND: &'static str = "no_shows";

    fn run(self, _: &Job) -> Result<(), jobs::Failure> {
        let now = clock::now().map_err(again)?;
        sweep::run(Scope::All, &now).map(drop).map_err(again)
    }
}

/// Removes printed records whose time is over, and closes bans that have ended.
#[derive(Debug, Deserialize, Serialize)]
pub struct Expired;

impl Work for Expired {
    const KIND: &'static str = "expired";

    fn run(self, _: &Job) -> Result<(), jobs::Failure> {
        let now = clock::now().map_err(again)?;
        let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
        while sql::transaction(|within| files::remove_expired(now.at, most, within)).map_err(again)? >= BATCH {}
        Ok(sql::transaction(|within| risks::close_ended(now.at, within))?)
    }
}

/// The database or the store may be back later. What a failure says is one of the API's sentences.
fn again(failure: Failure) -> jobs::Failure {
    jobs::Failure::again(failure.msg)
}

#[cfg(test)]
mod tests {
    use super::{Expired, HANDLERS, NoShows, SCHEDULES};

    #[test]
    fn what_a_schedule_carries_is_what_its_job_reads() {
        assert_eq!(SCHEDULES.len(), HANDLERS.len());
        for schedule in SCHEDULES {
            let read = match schedule.kind {
                "no_shows" => serde_json::from_str::<NoShows>(schedule.payload).is_ok(),
                "expired" => serde_json::from_str::<Expired>(schedule.payload).is_ok(),
                other => panic!("{other}"),
            };
            assert!(read, "{schedule:?}");
        }
    }
}
