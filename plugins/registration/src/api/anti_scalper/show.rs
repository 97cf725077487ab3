//! `GET /admin/anti-scalper/users/{user_id}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::member;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::risk::{Behavior, Level, score};
use crate::domain::{AccountId, BanKind, Role};
use crate::failure::Failure;
use crate::risk;
use crate::store::risks::{self, Ban, Event};
use crate::sweep::{self, Scope};

/// An account's risk and bans.
#[derive(Serialize, ToSchema)]
pub struct RiskDetail {
    user_id: AccountId,
    username: String,
    is_admin: bool,
    risk_score: i64,
    risk_level: Level,
    ban_active: bool,
    /// Of the ban in force, otherwise of the last one.
    ban_type: Option<BanKind>,
    ban_until: Option<String>,
    ban_reason: Option<String>,
    /// When the last ban ended, if none is in force.
    unban_time: Option<String>,
    /// The newest first; 200 at most.
    risk_logs: Vec<RiskLog>,
    /// The newest first; 200 at most.
    ban_records: Vec<BanRecord>,
}

/// Something that counted against the account.
#[derive(Serialize, ToSchema)]
pub struct RiskLog {
    log_id: i64,
    /// The score with it.
    risk_score: i64,
    risk_level: Level,
    behavior_type: Behavior,
    description: String,
    alert_time: String,
}

/// A ban, in force or not.
#[derive(Serialize, ToSchema)]
pub struct BanRecord {
    ban_id: i64,
    ban_type: BanKind,
    ban_until: Option<String>,
    is_active: bool,
    reason: String,
    banned_at: String,
    deactivated_at: Option<String>,
}

/// Show an account's risk and bans
#[utoipa::path(
    get, path = "/admin/anti-scalper/users/{user_id}", operation_id = "show_risk_user", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the account")),
    responses((status = 200, description = "Risk and bans", body = Answer<RiskDetail>), Refusals)
)]
pub async fn show_risk_user(now: Now, Path(id): Path<i64>) -> Result<Answer<RiskDetail>, Failure> {
    let member = member(AccountId(id))?;
    sweep::run(Scope::Account(member.id), &now)?;
    let risk_score = score(risks::points(member.id, risk::window(now.at), &Database)?);
    let bans = risks::bans(member.id, &Database)?;
    let last = bans.iter().find(|ban| ban.is_active(now.at)).or(bans.first());
    let ban_active = last.is_some_and(|ban| ban.is_active(now.at));
    Ok(ok(RiskDetail {
        user_id: member.id,
        username: member.username,
        is_admin: member.role == Role::Admin,
        risk_score,
        risk_level: Level::of(risk_score),
        ban_active,
        ban_type: last.map(|ban| ban.kind),
        ban_until: last.and_then(|ban| ban.until).map(|until| now.local(until)),
        ban_reason: last.map(|ban| ban.reason.clone()),
        unban_time: last.and_then(|ban| ban.ended_at(now.at)).map(|at| now.local(at)),
        risk_logs: risks::events(member.id, &Database)?.into_iter().map(|event| log(event, &now)).collect(),
        ban_records: bans.iter().map(|ban| record(ban, &now)).collect(),
    }))
}

fn log(event: Event, now: &Now) -> RiskLog {
    RiskLog {
        log_id: event.id,
        risk_score: event.score,
        risk_level: event.level,
        behavior_type: event.behavior_type,
        description: event.description,
        alert_time: now.local(event.at),
    }
}

fn record(ban: &Ban, now: &Now) -> BanRecord {
    BanRecord {
        ban_id: ban.id,
        ban_type: ban.kind,
        ban_until: ban.until.map(|until| now.local(until)),
        is_active: ban.is_active(now.at),
        reason: ban.reason.clone(),
        banned_at: now.local(ban.banned_at),
        deactivated_at: ban.ended_at(now.at).map(|at| now.local(at)),
    }
}
