//! `GET /statistics/users` and `/statistics/visits`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::failure::Failure;
use crate::input::{Fields, Int, Query, Read};
use crate::store::statistics;

/// How many days ago is compared with.
pub struct Compared {
    days: i64,
}

impl Read for Compared {
    fn read(fields: &mut Fields) -> Option<Self> {
        let days = fields.optional("compare_days", &Int::between(1, 3650))?;
        Some(Self { days: days.unwrap_or(3) })
    }
}

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"total_users": 1250}))]
pub struct Users {
    /// Deleted ones do not count.
    total_users: i64,
}

/// SignIns of the site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"total_visits": 15000, "growth_percent": 12.5, "compare_days": 3}))]
pub struct SignIns {
    /// Sign-ins since the beginning.
    total_visits: i64,
    /// By how much that is more than it was so many days ago; `null` where it was nothing.
    growth_percent: Option<f64>,
    compare_days: i64,
}

/// Number of accounts (四.4.7)
#[utoipa::path(
    get, path = "/statistics/users", operation_id = "count_users", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "How many", body = Answer<Users>), Refusals)
)]
pub async fn count_users() -> Result<Answer<Users>, Failure> {
    Ok(ok(Users { total_users: statistics::users(&Database)? }))
}

/// Number of visits and how it grows (四.4.8)
///
/// A visit is a sign-in.
#[utoipa::path(
    get, path = "/statistics/visits", operation_id = "count_visits", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    params(("compare_days" = Option<i64>, Query, description = "3 unless it says otherwise")),
    responses((status = 200, description = "How many", body = Answer<SignIns>), Refusals)
)]
pub async fn count_visits(now: Now, Query(compared): Query<Compared>) -> Result<Answer<SignIns>, Failure> {
    let before = now.at.plus_minutes(-compared.days * 24 * 60);
    let (total_visits, earlier) = statistics::visits(before, &Database)?;
    Ok(ok(SignIns { total_visits, growth_percent: growth(earlier, total_visits), compare_days: compared.days }))
}

/// Percent, rounded to hundredths.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn growth(before: i64, now: i64) -> Option<f64> {
    (before > 0).then(|| ((now - before) as f64 * 10_000.0 / before as f64).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::growth;

    #[test]
    fn growth_is_told_only_where_there_was_something() {
        assert_eq!(growth(0, 5), None);
        assert_eq!(growth(8, 9), Some(12.5));
        assert_eq!(growth(3, 3), Some(0.0));
        assert_eq!(growth(3, 4), Some(33.33));
    }
}
