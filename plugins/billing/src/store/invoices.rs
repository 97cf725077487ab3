//! Invoices, and their numbers.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use ward_sdk::input::Page;
use ward_sdk::policy::Entity;
use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, Transaction, from_row, params};
use ward_sdk::{Timestamp, Word as _};

use crate::domain::{CentreId, Currency, InvoiceId, InvoiceNumber, Money, Status, StudyId};

/// An invoice for a study.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Billing, example = json!({
    "id": 1, "study_id": 1, "amount": 150.0, "currency": "usd", "status": "pending",
    "invoice_number": "INV25000001", "invoice_date": "2025-10-06T18:48:32.209969",
    "created_at": "2025-10-06T18:48:32.209973", "centre_id": 1
}))]
pub struct Invoice {
    /// Its number in lists and addresses.
    pub id: InvoiceId,
    /// The number of the study.
    pub study_id: StudyId,
    /// In units of the currency, with two decimals at most.
    #[schema(value_type = f64)]
    pub amount: Money,
    /// The currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: Status,
    /// `INV`, two digits of the year, and its place in the year: without gaps, over all centres.
    pub invoice_number: String,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub invoice_date: Timestamp,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
    /// The centre of the study.
    pub centre_id: CentreId,
}

from_row!(Invoice { id, study_id, amount, currency, status, invoice_number, invoice_date, created_at, centre_id });

/// An invoice that is there, for whoever may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed(pub Invoice);

impl FromRow for Filed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Invoice::from_row(row).map(Self)
    }
}

impl Filed {
    /// The invoice as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        let attributes = json!({ "centre": self.0.centre_id, "status": self.0.status.word() });
        Entity { kind: "Invoice", id: self.0.id.to_string(), attributes }
    }
}

/// An invoice to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewInvoice {
    /// The study.
    pub study: StudyId,
    /// Its centre.
    pub centre: CentreId,
    /// How much.
    pub amount: Money,
    /// Of what.
    pub currency: Currency,
}

const COLUMNS: &str = "id, study AS study_id, amount, currency, status, number AS invoice_number, invoice_date, \
    created_at, centre AS centre_id";

/// The next number of the year. It counts only if the transaction commits, and nobody else gets it meanwhile.
fn next_number(year: i64, within: &Transaction) -> Result<InvoiceNumber, sql::Error> {
    let statement = "INSERT INTO counter (year, last) VALUES ($1, 1) \
        ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last";
    let (place,) = within.query_one(statement, &params![year])?;
    Ok(InvoiceNumber { year, place })
}

/// Adds a pending invoice under the next number.
pub fn insert(new: &NewInvoice, now: Timestamp, within: &Transaction) -> Result<Invoice, sql::Error> {
    let number = next_number(now.year().into(), within)?;
    within.query_one(
        &format!(
            "INSERT INTO invoice (study, centre, amount, currency, status, number, invoice_date, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING {COLUMNS}"
        ),
        &params![new.study, new.centre, new.amount, new.currency, Status::Pending, number, now],
    )
}

/// One invoice.
pub fn find(id: InvoiceId, within: &impl Connection) -> Result<Option<Filed>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM invoice WHERE id = $1"), &params![id])
}

/// The number of the invoice that a study has.
pub fn number_of(study: StudyId, within: &impl Connection) -> Result<Option<String>, sql::Error> {
    let statement = "SELECT number FROM invoice WHERE study = $1 AND status <> $2";
    let found: Option<(String,)> = within.query_optional(statement, &params![study, Status::Cancelled])?;
    Ok(found.map(|(number,)| number))
}

/// What a list of invoices is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Only of this centre.
    pub centre: Option<CentreId>,
    /// Only in this status.
    pub status: Option<Status>,
}

/// The newest invoices that are in the scope.
pub fn list(scope: Option<CentreId>, filter: Filter, page: Page) -> Result<Vec<Invoice>, sql::Error> {
    let (statement, parameters) = Conditions::new()
        .and("centre = ?", scope)
        .and("centre = ?", filter.centre)
        .and("status = ?", filter.status)
        .page(&format!("SELECT {COLUMNS} FROM invoice"), "id DESC", page);
    sql::query(&statement, &parameters)
}

/// Writes the status that `invoice` has now.
pub fn update_status(invoice: &Invoice, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE invoice SET status = $2 WHERE id = $1", &params![invoice.id, invoice.status])?;
    Ok(())
}
