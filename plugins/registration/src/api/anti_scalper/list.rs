//! `GET /admin/anti-scalper/users`.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use ward_sdk::sql::Database;

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::risk::{Level, score};
use crate::domain::{AccountId, BanKind, Page};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Query, Read};
use crate::risk;
use crate::store::suspects::{self, Suspect, Which};
use crate::sweep::{self, Scope};

crate::domain::words! {
    Class { High = "high", Low = "low", Normal = "normal", Banned = "banned" }
}

/// Which accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    High,
    Low,
    Normal,
    Banned,
}

/// The query.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; `Asked` is read from it")]
pub struct Parameters {
    /// `high` (levels MEDIUM and HIGH), `low` (LOW), `normal` (SAFE; the default) or `banned`.
    user_type: Option<String>,
    /// From 1.
    page: Option<i64>,
    /// 10 unless it says otherwise.
    page_size: Option<i64>,
}

/// What is asked for.
pub struct Asked {
    class: Class,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let class = fields.optional("user_type", &Choice::<Class>::new());
        let page = Page::read(fields, 10);
        Some(Self { class: class?.unwrap_or(Class::Normal), page: page? })
    }
}

impl Class {
    /// Scores from and below, or the banned.
    fn which(self) -> Which {
        match self {
            Self::High => Which::Scores(Level::Medium.least(), i64::MAX),
            Self::Low => Which::Scores(Level::Low.least(), Level::Medium.least()),
            Self::Normal => Which::Scores(i64::MIN, Level::Low.least()),
            Self::Banned => Which::Banned,
        }
    }
}

/// An account and its risk.
#[derive(Serialize, ToSchema)]
pub struct RiskUser {
    user_id: AccountId,
    username: String,
    /// 0 to 100.
    risk_score: i64,
    risk_level: Level,
    banned: bool,
    ban_type: Option<BanKind>,
    /// `null` where it is for ever, or there is no ban.
    ban_until: Option<String>,
}

/// A page of accounts, the riskiest first.
#[derive(Serialize, ToSchema)]
pub struct RiskUsers {
    total: i64,
    page: i64,
    page_size: i64,
    users: Vec<RiskUser>,
}

/// List accounts by risk or ban
#[utoipa::path(
    get, path = "/admin/anti-scalper/users", operation_id = "list_risk_users", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(Parameters),
    responses((status = 200, description = "The riskiest first", body = Answer<RiskUsers>), Refusals)
)]
pub async fn list_risk_users(now: Now, Query(asked): Query<Asked>) -> Result<Answer<RiskUsers>, Failure> {
    sweep::run(Scope::All, &now)?;
    let since = risk::window(now.at);
    let (total, found) = suspects::page(asked.class.which(), since, now.at, asked.page, &Database)?;
    let users = found.into_iter().map(|suspect| shown(suspect, &now)).collect();
    Ok(ok(RiskUsers { total, page: asked.page.page, page_size: asked.page.page_size, users }))
}

fn shown(suspect: Suspect, now: &Now) -> RiskUser {
    let risk_score = score(suspect.points);
    RiskUser {
        user_id: suspect.id,
        username: suspect.username,
        risk_score,
        risk_level: Level::of(risk_score),
        banned: suspect.ban_kind.is_some(),
        ban_type: suspect.ban_kind,
        ban_until: suspect.ban_until.map(|until| now.local(until)),
    }
}
