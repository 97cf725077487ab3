//! `GET /` and `GET /{billing_id}`.

use ward_sdk::detail::Failure;
use ward_sdk::input::{Choice, Fields, Number, Page, Query, Read};
use ward_sdk::sql::Database;
use ward_sdk::{Json, Path};

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{CentreId, InvoiceId, Status};
use crate::store::invoices::{self, Filter, Invoice};

/// What a list of invoices is asked for.
pub struct Asked {
    filter: Filter,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let centre = fields.optional("centre_id", &Number(CentreId));
        let status = fields.optional("status", &Choice::<Status>::new());
        let page = Page::read(fields);
        Some(Self { filter: Filter { centre: centre?, status: status? }, page: page? })
    }
}

/// List invoices
///
/// The newest first; those for studies of the centres that the caller may see.
#[utoipa::path(
    get, path = "/", operation_id = "list_billing", tag = "Billing",
    security(("bearer" = []), ("password" = [])),
    params(
        ("centre_id" = Option<i64>, Query, description = "Only for studies of this centre"),
        ("status" = Option<Status>, Query, description = "Only in this status"),
        ("skip" = Option<u32>, Query, description = "Invoices to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Invoices to give at most (100; 1,000 at most)"),
    ),
    responses((status = 200, description = "Invoices", body = Vec<Invoice>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_billing(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<Vec<Invoice>>, Failure> {
    Ok(Json(invoices::list(viewer.scope, asked.filter, asked.page)?))
}

/// Show one invoice
#[utoipa::path(
    get, path = "/{billing_id}", operation_id = "get_billing", tag = "Billing",
    security(("bearer" = []), ("password" = [])),
    params(("billing_id" = i64, Path, description = "Number of the invoice, as lists have it")),
    responses((status = 200, description = "The invoice", body = Invoice), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn get_billing(Path(id): Path<InvoiceId>) -> Result<Json<Invoice>, Failure> {
    let filed = access::visible(invoices::find(id, &Database)?)?;
    Ok(Json(filed.0))
}
