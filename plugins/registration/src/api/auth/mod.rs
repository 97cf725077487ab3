//! Accounts: signing in and out, users.

mod admin;
mod info;
mod login;
mod password;
mod register;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::alias::{Aliases as _, Also::Moved};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(admin::register_admin))
        .routes(routes!(login::login))
        .routes(routes!(login::patient_login))
        // 五.1 names it without the prefix.
        .also(&[Moved("/auth/staff", "/staff")], routes!(login::staff_login))
        .routes(routes!(login::swagger_login))
        .routes(routes!(users::logout))
        .routes(routes!(users::current_role))
        .routes(routes!(users::list_users))
        .routes(routes!(users::show_user, users::delete_user))
        .routes(routes!(users::update_profile))
        .routes(routes!(password::change_password))
        .routes(routes!(password::reset_password))
        .routes(routes!(info::user_info))
        .routes(routes!(info::user_info_by_get))
}
