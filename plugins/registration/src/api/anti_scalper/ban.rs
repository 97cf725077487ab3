//! `POST /admin/anti-scalper/ban`.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::{identity, sql};

use super::member;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, BanKind, Role};
use crate::failure::Failure;
use crate::input::{Body, Choice, Fields, Int, Number, Read, Text};
use crate::store::risks::{self, NewBan};

/// A hundred years.
const MOST_DAYS: i64 = 36_500;

/// A ban.
#[derive(ToSchema)]
#[schema(as = BanFields, example = json!({
    "user_id": 12, "ban_type": "login", "duration_days": 7, "reason": "多次异常行为检测"
}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct BanBody {
    /// Whom.
    user_id: i64,
    /// `register` (booking), `login` (signing in) or `all`.
    ban_type: BanKind,
    /// For so many days; 0: for ever.
    #[schema(minimum = 0, maximum = 36500)]
    duration_days: i64,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A ban.
pub struct New {
    account: AccountId,
    kind: BanKind,
    days: i64,
    reason: String,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let account = fields.required("user_id", &Number(AccountId));
        let kind = fields.required("ban_type", &Choice::<BanKind>::new());
        let days = fields.required("duration_days", &Int::between(0, MOST_DAYS));
        let reason = fields.required("reason", &Text::lines(500));
        Some(Self { account: account?, kind: kind?, days: days?, reason: reason? })
    }
}

/// The ban in force.
#[derive(Serialize, ToSchema)]
pub struct Banned {
    detail: Cow<'static, str>,
    user_id: AccountId,
    ban_type: BanKind,
    /// `null`: for ever.
    ban_until: Option<String>,
    is_active: bool,
}

/// Ban an account
///
/// A ban in force is changed. Where it forbids signing in, all of the account's tokens end at once.
/// Administrators cannot be banned.
#[utoipa::path(
    post, path = "/admin/anti-scalper/ban", operation_id = "ban_user", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    request_body = BanBody,
    responses((status = 200, description = "The ban", body = Answer<Banned>), Refusals)
)]
pub async fn ban_user(viewer: Viewer, now: Now, Body(new): Body<New>) -> Result<Answer<Banned>, Failure> {
    if member(new.account)?.role == Role::Admin {
        return Err(Failure::business("不能封禁管理员"));
    }
    let until = (new.days > 0).then(|| now.at.plus_minutes(new.days * 24 * 60));
    let ban = NewBan { account: new.account, kind: new.kind, until, reason: new.reason, by: Some(viewer.account) };
    sql::transaction(|within| risks::ban(&ban, now.at, within))?;
    if ban.kind.forbids_login() {
        identity::revoke(ban.account.0)?;
    }
    Ok(ok(Banned {
        detail: "封禁操作成功".into(),
        user_id: ban.account,
        ban_type: ban.kind,
        ban_until: until.map(|until| now.local_micros(until)),
        is_active: true,
    }))
}
