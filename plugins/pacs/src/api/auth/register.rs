//! `POST /auth/register`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;
use ward_sdk::{Json, policy};

use crate::access::Viewer;
use crate::api::docs::Refusals;
use crate::domain::{CentreId, Role, Word};
use crate::failure::Failure;
use crate::input::{Body, Choice, Email, Fields, Number, Read, Text};
use crate::store::centres;
use crate::store::users::{self, NewUser, User};

/// A user to be.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewUser, example = json!({
    "username": "newuser",
    "email": "newuser@example.com",
    "password": "securepassword",
    "full_name": "New User",
    "role": "technician",
    "centre_id": 1
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
struct Registration {
    /// To sign in with; no spaces. With an `@` only as the e-mail address itself.
    #[schema(min_length = 1, max_length = 150)]
    username: String,
    /// To sign in with, too.
    #[schema(format = Email)]
    email: String,
    /// Four characters at least.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    password: String,
    /// The person's name.
    #[schema(min_length = 1, max_length = 255)]
    full_name: String,
    /// `admin`, `radiologist`, `technician` or `diagnostic_centre`.
    role: String,
    /// Required of a technician and a diagnostic_centre. Registered by a diagnostic_centre user: the own one.
    centre_id: Option<CentreId>,
}

impl Read for NewUser {
    fn read(fields: &mut Fields) -> Option<Self> {
        let username = fields.required("username", &Text::line(150));
        let email = fields.required("email", &Email);
        let password = fields.required("password", &Text::secret(4, 256));
        let full_name = fields.required("full_name", &Text::line(255));
        let role = fields.required("role", &Choice::<Role>::new());
        let centre = fields.optional("centre_id", &Number(CentreId));
        let new = Self {
            username: username?,
            email: email?,
            password: password?,
            full_name: full_name?,
            role: role?,
            centre: centre?,
        };
        if !may_be_username(&new.username, &new.email) {
            let sentence = "a username has no spaces, and no @ unless it is the email address";
            fields.refuse("username", ward_sdk::RejectionKind::rule(sentence, "value_error.username"));
        }
        Some(new)
    }
}

/// One user's name must not be another's e-mail address: both are logins.
fn may_be_username(username: &str, email: &str) -> bool {
    let foreign = username.contains('@') && !username.eq_ignore_ascii_case(email);
    !foreign && !username.chars().any(char::is_whitespace)
}

/// Create a user with a role and a centre
///
/// Administrators create any user; a diagnostic_centre user creates technicians of its own centre.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register_user", tag = "Authentication",
    security(("bearer" = []), ("password" = [])),
    request_body = Registration,
    responses((status = 200, description = "The new user", body = User), Refusals)
)]
pub async fn register_user(viewer: Viewer, Body(mut new): Body<NewUser>) -> Result<Json<User>, Failure> {
    if viewer.role == Role::DiagnosticCentre {
        new.centre = new.centre.or(viewer.centre);
    }
    policy::authorize("create_account", &new.entity())?;
    check_centre(&new)?;
    Ok(Json(users::create(&new)?))
}

fn check_centre(new: &NewUser) -> Result<(), Failure> {
    let Some(centre) = new.centre else {
        if new.role.belongs_to_centre() {
            return Err(Failure::refused(format!("A user with the role {} needs a centre_id", new.role.word())));
        }
        return Ok(());
    };
    let centre = centres::find(centre, &Database)?.ok_or(Failure::NotFound("Centre"))?;
    if centre.is_active { Ok(()) } else { Err(Failure::refused("The centre is not active")) }
}

#[cfg(test)]
mod tests {
    use super::may_be_username;
    use crate::domain::{CentreId, Role};
    use crate::failure::Failure;
    use crate::input::{Fields, Read};
    use crate::store::users::NewUser;
    use serde_json::json;

    fn read(body: serde_json::Value) -> Result<NewUser, Failure> {
        Ok(NewUser::from_fields(Fields::json(body).expect("an object"))?)
    }

    #[test]
    fn the_documents_example_is_read() {
        let new = read(json!({
            "username": "newuser", "email": "newuser@example.com", "password": "securepassword",
            "full_name": "New User", "role": "technician", "centre_id": 1,
        }))
        .expect("complete");
        assert_eq!((new.role, new.centre), (Role::Technician, Some(CentreId(1))));
    }

    #[test]
    fn every_missing_field_is_named() {
        let Err(Failure::Invalid(issues)) = read(json!({"role": "boss"})) else { panic!("incomplete") };
        assert_eq!(issues.len(), 5);
        let role = issues.iter().find(|issue| issue.kind == "type_error.enum").expect("an unknown role");
        assert!(role.msg.ends_with("permitted: 'admin', 'radiologist', 'technician', 'diagnostic_centre'"));
    }

    #[test]
    fn a_username_is_nobody_elses_address() {
        assert!(may_be_username("张伟", "a@b.c") && may_be_username("A@b.c", "a@b.c"));
        assert!(!may_be_username("other@b.c", "a@b.c") && !may_be_username("a b", "a@b.c"));
    }
}
