//! Notices: what the hospital tells the caller, such as an order that it called off or a leave that was decided.

mod list;
mod read;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also};

pub fn router() -> OpenApiRouter {
    let others = [Also::Under("/patient"), Also::Under("/doctor")];
    OpenApiRouter::new().also(&others, routes!(list::list_notices)).also(&others, routes!(read::read_notice))
}
