//! Orders of the caller (预约挂号).

mod cancel;
mod create;
mod list;

pub(super) use cancel::Cancelled;
pub(super) use list::{Chains, Filter, Item, shown};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Under("/patient")], routes!(create::create_appointment, list::list_appointments))
        .also(&[Under("/patient")], routes!(cancel::cancel_appointment))
}
