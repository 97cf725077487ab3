//! Risks of accounts and bans (用户风险管理).

mod ban;
mod list;
mod show;
mod stats;
mod unban;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use ward_sdk::sql::Database;

use crate::domain::AccountId;
use crate::failure::Failure;
use crate::store::suspects::{self, Member};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_risk_users))
        .routes(routes!(show::show_risk_user))
        .routes(routes!(stats::show_user_behavior))
        .routes(routes!(ban::ban_user))
        .routes(routes!(unban::unban_user))
}

/// An account that is not deleted.
fn member(id: AccountId) -> Result<Member, Failure> {
    suspects::member(id, &Database)?.ok_or_else(Failure::no_user)
}
