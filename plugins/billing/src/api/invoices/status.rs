//! `PATCH /{billing_id}/status`.

use ward_sdk::detail::Failure;
use ward_sdk::input::{Choice, Fields, Query, Read};
use ward_sdk::{Json, Path, sql};

use crate::access;
use crate::api::docs::Refusals;
use crate::domain::{IllegalStep, InvoiceId, Status};
use crate::store::invoices::{self, Invoice};

/// The status that an invoice is to have.
#[derive(Clone, Copy)]
pub struct To(Status);

impl Read for To {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("status", &Choice::<Status>::new()).map(Self)
    }
}

impl From<IllegalStep> for Failure {
    fn from(step: IllegalStep) -> Self {
        Self::refused(step.to_string())
    }
}

/// Set the status of an invoice
///
/// A cancelled invoice stays so, and keeps its number.
#[utoipa::path(
    patch, path = "/{billing_id}/status", operation_id = "update_billing_status", tag = "Billing",
    security(("bearer" = []), ("password" = [])),
    params(
        ("billing_id" = i64, Path, description = "Number of the invoice, as lists have it"),
        ("status" = Status, Query, description = "The new status"),
    ),
    responses((status = 200, description = "The invoice, changed", body = Invoice), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn update_billing_status(
    Path(id): Path<InvoiceId>,
    Query(To(to)): Query<To>,
) -> Result<Json<Invoice>, Failure> {
    sql::transaction(|within| {
        let mut invoice = access::visible(invoices::find(id, within)?)?.0;
        invoice.status = invoice.status.step(to)?;
        invoices::update_status(&invoice, within)?;
        Ok(Json(invoice))
    })
}
