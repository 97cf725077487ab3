//! Another implementation of the billing API, of a hospital that charges nothing: every study has an invoice of 0 that
//! is paid already. It keeps no tables; it asks PACS.
#![cfg(target_family = "wasm")]

use serde::{Deserialize, Serialize};
use ward_sdk::detail::{Failure, envelope};
use ward_sdk::input::{Body, Fields, Int, Query, Read};
use ward_sdk::prelude::{OpenApiRouter, ToSchema, routes};
use ward_sdk::services::Request;
use ward_sdk::{Json, Path, Role};

ward_sdk::words! {
    Modality { Ct = "ct", Xray = "xray", Mri = "mri", Ultrasound = "ultrasound", Pet = "pet" }
    Currency { Usd = "usd", Inr = "inr", Aed = "aed" }
    Status { Pending = "pending", Paid = "paid", Cancelled = "cancelled" }
}

#[derive(Clone, Copy)]
enum Modality {
    Ct,
    Xray,
    Mri,
    Ultrasound,
    Pet,
}

#[derive(Clone, Copy)]
enum Currency {
    Usd,
    Inr,
    Aed,
}

#[derive(Clone, Copy)]
enum Status {
    Pending,
    Paid,
    Cancelled,
}

#[derive(Serialize, ToSchema)]
struct Pricing {
    id: i64,
    centre_id: i64,
    modality: Modality,
    price: f64,
    currency: Currency,
    created_at: String,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is never used")]
struct NewPricing {
    centre_id: i64,
    modality: Modality,
    price: f64,
    currency: Currency,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is never used")]
struct PricingChange {
    price: Option<f64>,
    currency: Option<Currency>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body; the number is read from it")]
struct NewBilling {
    study_id: i64,
    amount: Option<f64>,
    currency: Option<Currency>,
}

#[derive(Serialize, ToSchema)]
struct Billing {
    id: i64,
    study_id: i64,
    amount: f64,
    currency: Currency,
    status: Status,
    invoice_number: String,
    invoice_date: String,
    created_at: String,
    centre_id: i64,
}

/// A study, as PACS tells it.
#[derive(Deserialize)]
struct Study {
    id: i64,
    centre_id: i64,
    created_at: String,
}

impl From<Study> for Billing {
    fn from(study: Study) -> Self {
        Self {
            id: study.id,
            study_id: study.id,
            amount: 0.0,
            currency: Currency::Usd,
            status: Status::Paid,
            invoice_number: format!("FREE{:08}", study.id),
            invoice_date: study.created_at.clone(),
            created_at: study.created_at,
            centre_id: study.centre_id,
        }
    }
}

fn ask<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, Failure> {
    let answer = Request::get(path).call("pacs").map_err(|_| Failure::Unavailable)?;
    if answer.status.is_success() { answer.json().ok_or(Failure::Internal) } else { Err(Failure::NotFound("Study")) }
}

fn free<T>() -> Result<Json<T>, Failure> {
    Err(Failure::refused("Nothing is charged here"))
}

struct Asked(i64);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("study_id", &Int::at_least(i64::MIN)).map(Self)
    }
}

struct Nothing;

impl Read for Nothing {
    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}

#[utoipa::path(post, path = "/pricing", operation_id = "create_pricing", request_body = NewPricing,
    security(("bearer" = [])), responses((status = 200, body = Pricing)))]
async fn create_pricing() -> Result<Json<Pricing>, Failure> {
    free()
}

#[utoipa::path(get, path = "/pricing", operation_id = "list_pricing", security(("bearer" = [])),
    params(("centre_id" = Option<i64>, Query), ("skip" = Option<u32>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = Vec<Pricing>)))]
async fn list_pricing() -> Json<Vec<Pricing>> {
    Json(Vec::new())
}

#[utoipa::path(patch, path = "/pricing/{pricing_id}", operation_id = "update_pricing", request_body = PricingChange,
    security(("bearer" = [])), params(("pricing_id" = i64, Path)), responses((status = 200, body = Pricing)))]
async fn update_pricing() -> Result<Json<Pricing>, Failure> {
    free()
}

#[utoipa::path(post, path = "/", operation_id = "create_billing", request_body = NewBilling,
    security(("bearer" = [])), responses((status = 200, body = Billing)))]
async fn create_billing(Body(Asked(study)): Body<Asked>) -> Result<Json<Billing>, Failure> {
    ask::<Study>(&format!("/studies/{study}")).map(|study| Json(study.into()))
}

#[utoipa::path(get, path = "/", operation_id = "list_billing", security(("bearer" = [])),
    params(("centre_id" = Option<i64>, Query), ("status" = Option<Status>, Query), ("skip" = Option<u32>, Query),
        ("limit" = Option<u32>, Query)),
    responses((status = 200, body = Vec<Billing>)))]
async fn list_billing(_: Query<Nothing>) -> Result<Json<Vec<Billing>>, Failure> {
    let studies: Vec<Study> = ask("/studies")?;
    Ok(Json(studies.into_iter().map(Billing::from).collect()))
}

#[utoipa::path(get, path = "/{billing_id}", operation_id = "get_billing", security(("bearer" = [])),
    params(("billing_id" = i64, Path)), responses((status = 200, body = Billing)))]
async fn get_billing(Path(id): Path<i64>) -> Result<Json<Billing>, Failure> {
    ask::<Study>(&format!("/studies/{id}")).map(|study| Json(study.into()))
}

#[utoipa::path(patch, path = "/{billing_id}/status", operation_id = "update_billing_status", security(("bearer" = [])),
    params(("billing_id" = i64, Path), ("status" = Status, Query)), responses((status = 200, body = Billing)))]
async fn update_billing_status() -> Result<Json<Billing>, Failure> {
    free()
}

fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(create_pricing, list_pricing))
        .routes(routes!(update_pricing))
        .routes(routes!(create_billing, list_billing))
        .routes(routes!(get_billing))
        .routes(routes!(update_billing_status))
}

/// Who may call PACS may call this.
const POLICIES: &str = "permit (principal is Account, action, resource);";

ward_sdk::plugin! {
    name: "billing",
    version: "2.0.0",
    capabilities: [Services],
    router: router,
    policies: POLICIES,
    roles: &[Role { name: "admin", description: "Has no more to do than others.", administrator: true }],
    envelope: envelope,
}
