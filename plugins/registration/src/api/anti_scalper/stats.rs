//! `GET /admin/anti-scalper/users/{user_id}/stats`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::member;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, Day};
use crate::failure::Failure;
use crate::input::{Date, Fields, Query, Read};
use crate::store::suspects::{self, Behavior};
use crate::sweep::{self, Scope};

/// From one day to another.
pub struct Span {
    start: Day,
    end: Day,
}

impl Read for Span {
    fn read(fields: &mut Fields) -> Option<Self> {
        let start = fields.required("start_date", &Date);
        let end = fields.required("end_date", &Date);
        let (start, end) = (start?, end?);
        if end < start {
            fields.refuse("end_date", "不能早于 start_date");
        }
        Some(Self { start, end })
    }
}

/// What an account did in a span of days: the orders made then by what became of them, and sign-ins.
#[derive(Serialize, ToSchema)]
pub struct BehaviorStats {
    user_id: AccountId,
    start_date: Day,
    end_date: Day,
    /// All orders made in the span; the sum of the states below.
    total_registrations: i64,
    total_cancellations: i64,
    /// Cancellations of registrations; 0 where there are none.
    cancellation_rate: f64,
    total_completed: i64,
    total_no_show: i64,
    total_confirmed: i64,
    total_pending: i64,
    total_waitlist: i64,
    login_count: i64,
}

/// Show what an account did between two days
#[utoipa::path(
    get, path = "/admin/anti-scalper/users/{user_id}/stats", operation_id = "show_user_behavior", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(
        ("user_id" = i64, Path, description = "Number of the account"),
        ("start_date" = String, Query, description = "First day"),
        ("end_date" = String, Query, description = "Last day")
    ),
    responses((status = 200, description = "Counts", body = Answer<BehaviorStats>), Refusals)
)]
pub async fn show_user_behavior(
    now: Now,
    Path(id): Path<i64>,
    Query(span): Query<Span>,
) -> Result<Answer<BehaviorStats>, Failure> {
    let member = member(AccountId(id))?;
    sweep::run(Scope::Account(member.id), &now)?;
    let (from, until) = (now.start_of(span.start), now.start_of(span.end.plus(1)));
    let found = suspects::behavior(member.id, from, until, &Database)?;
    Ok(ok(BehaviorStats {
        user_id: member.id,
        start_date: span.start,
        end_date: span.end,
        total_registrations: found.orders,
        total_cancellations: found.cancelled,
        cancellation_rate: rate(&found),
        total_completed: found.completed,
        total_no_show: found.no_show,
        total_confirmed: found.confirmed,
        total_pending: found.pending,
        total_waitlist: found.waitlist,
        login_count: found.logins,
    }))
}

/// To four digits.
fn rate(found: &Behavior) -> f64 {
    if found.orders == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let rate = found.cancelled as f64 / found.orders as f64;
    (rate * 10_000.0).round() / 10_000.0
}
