//! `POST /auth/register-admin`.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Viewer;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::failure::Failure;
use crate::input::{Email, Fields, JsonOrForm, OrEmpty, Read, Text};
use crate::store::accounts::{self, NewStaff};

/// An administrator to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewAdmin)]
#[expect(dead_code, reason = "describes the body; `NewAdmin` is read from it")]
struct NewAdminBody {
    /// Staff identifier (工号), to sign in with.
    identifier: String,
    /// Four characters at least.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    password: String,
    /// The person's name.
    name: String,
    /// The e-mail address.
    email: Option<String>,
    /// The position.
    job_title: Option<String>,
}

/// What was sent.
pub struct NewAdmin {
    staff: NewStaff,
    job_title: Option<String>,
}

impl Read for NewAdmin {
    fn read(fields: &mut Fields) -> Option<Self> {
        let identifier = fields.required("identifier", &Text::line(50));
        let password = fields.required("password", &Text::secret(4, 256));
        let name = fields.required("name", &Text::line(50));
        let email = fields.optional("email", &OrEmpty(Email));
        let job_title = fields.optional("job_title", &OrEmpty(Text::line(100)));
        let staff = NewStaff {
            identifier: identifier?,
            password: password?,
            name: name?,
            email: email?.flatten(),
            phone: None,
        };
        Some(Self { staff, job_title: job_title?.flatten() })
    }
}

/// Create an administrator
///
/// An installation has an administrator from its first start, so that only administrators create others.
#[utoipa::path(
    post, path = "/auth/register-admin", operation_id = "register_admin", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    request_body(content(
        (NewAdminBody = "application/json"),
        (NewAdminBody = "application/x-www-form-urlencoded"),
        (NewAdminBody = "multipart/form-data"),
    )),
    responses((status = 200, description = "Created", body = Answer<Done>), Refusals)
)]
pub async fn register_admin(
    viewer: Option<Viewer>,
    now: Now,
    given: Result<JsonOrForm<NewAdmin>, ward_sdk::Failure>,
) -> Result<Answer<Done>, Failure> {
    if !viewer.is_some_and(|viewer| viewer.is_admin()) {
        return Err(Failure::forbidden("仅管理员可创建新管理员"));
    }
    let JsonOrForm(NewAdmin { staff, job_title }) = given?;
    let name = staff.name.clone();
    accounts::create_admin(staff, job_title.as_deref(), &now)?;
    Ok(done(format!("成功创建管理员 {name}")))
}
