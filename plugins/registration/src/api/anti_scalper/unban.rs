//! `POST /admin/anti-scalper/unban`.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql;

use super::member;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, BanKind};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read, Text};
use crate::store::risks;

/// Whom, and why.
#[derive(ToSchema)]
#[schema(as = UnbanFields, example = json!({"user_id": 12, "reason": "申诉通过"}))]
#[expect(dead_code, reason = "describes the body; `Asked` is read from it")]
pub struct UnbanBody {
    /// Whom.
    user_id: i64,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Whom, and why.
pub struct Asked {
    account: AccountId,
    reason: String,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let account = fields.required("user_id", &Number(AccountId));
        let reason = fields.required("reason", &Text::lines(500));
        Some(Self { account: account?, reason: reason? })
    }
}

/// The ban that was lifted.
#[derive(Serialize, ToSchema)]
pub struct Unbanned {
    detail: Cow<'static, str>,
    user_id: AccountId,
    ban_type: BanKind,
    unban_time: String,
}

/// Lift the ban of an account
#[utoipa::path(
    post, path = "/admin/anti-scalper/unban", operation_id = "unban_user", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    request_body = UnbanBody,
    responses((status = 200, description = "The ban that was lifted", body = Answer<Unbanned>), Refusals)
)]
pub async fn unban_user(now: Now, Body(asked): Body<Asked>) -> Result<Answer<Unbanned>, Failure> {
    let member = member(asked.account)?;
    let lifted = sql::transaction(|within| risks::unban(member.id, &asked.reason, now.at, within))?;
    let ban_type = lifted.ok_or_else(|| Failure::business("该用户没有生效的封禁"))?;
    Ok(ok(Unbanned {
        detail: "解除封禁成功".into(),
        user_id: member.id,
        ban_type,
        unban_time: now.local_micros(now.at),
    }))
}
