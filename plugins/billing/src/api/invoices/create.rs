//! `POST /`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::detail::Failure;
use ward_sdk::input::{Body, Choice, Fields, Number, Read};
use ward_sdk::{Json, Location, Rejection, RejectionKind, Timestamp, Word as _, sql};

use crate::api::docs::Refusals;
use crate::domain::{Amount, Currency, Money, StudyId};
use crate::pacs::{self, Study};
use crate::store::invoices::{self, Invoice, NewInvoice};
use crate::store::prices::{self, Price};

/// An invoice to be.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewBilling, example = json!({"study_id": 1, "amount": 150.0, "currency": "usd"}))]
#[expect(dead_code, reason = "describes the body; `Asked` is read from it")]
struct New {
    /// The number of a study that PACS knows.
    study_id: i64,
    /// With two decimals at most; the price of the study's centre and modality unless it says otherwise.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    amount: Option<f64>,
    /// The price's currency; to be given where there is no price.
    #[schema(value_type = Option<Currency>)]
    currency: Option<String>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    study: StudyId,
    amount: Option<Money>,
    currency: Option<Currency>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let study = fields.required("study_id", &Number(StudyId));
        let amount = fields.optional("amount", &Amount);
        let currency = fields.optional("currency", &Choice::<Currency>::new());
        Some(Self { study: study?, amount: amount?, currency: currency? })
    }
}

impl Asked {
    /// The invoice, by what was asked for and the price that there is.
    fn invoice(self, study: Study, price: Option<&Price>) -> Result<NewInvoice, Failure> {
        if let (Some(asked), Some(price)) = (self.currency, price)
            && asked != price.currency
        {
            let sentence = format!("The price of this study is in {}, not in {}", price.currency.word(), asked.word());
            return Err(Failure::refused(sentence));
        }
        let amount = self.amount.or(price.map(|price| price.price));
        let Some(amount) = amount else {
            let sentence = "There is no price for the modality of this study at its centre: send an amount";
            return Err(Failure::refused(sentence));
        };
        let currency = self.currency.or(price.map(|price| price.currency));
        let missing = || Rejection::field(Location::Body, "currency", RejectionKind::Missing);
        let currency = currency.ok_or_else(missing)?;
        Ok(NewInvoice { study: study.id, centre: study.centre, amount, currency })
    }
}

/// Create an invoice for a study
///
/// It is pending, and of the price of the study's centre and modality unless an amount is sent. A study has one
/// invoice, unless that was cancelled.
#[utoipa::path(
    post, path = "/", operation_id = "create_billing", tag = "Billing",
    security(("bearer" = []), ("password" = [])),
    request_body = New,
    responses((status = 200, description = "The new invoice", body = Invoice), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn create_billing(Body(asked): Body<Asked>) -> Result<Json<Invoice>, Failure> {
    let study = pacs::study(asked.study)?;
    let now = Timestamp::now();
    sql::transaction(|within| {
        if let Some(number) = invoices::number_of(study.id, within)? {
            return Err(Failure::refused(format!("This study has the invoice {number}")));
        }
        let price = prices::of(study.centre, study.modality, within)?;
        let new = asked.invoice(study, price.as_ref())?;
        match invoices::insert(&new, now, within) {
            Ok(invoice) => Ok(Json(invoice)),
            // Another request was faster, and its number is not known here.
            Err(sql::Error::Unique(_)) => Err(Failure::refused("This study has an invoice")),
            Err(error) => Err(error.into()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Asked, NewInvoice, Price, Study};
    use crate::domain::{Amount, CentreId, Currency, Modality, Money, PriceId, StudyId};
    use serde_json::json;
    use ward_sdk::Timestamp;
    use ward_sdk::detail::Failure;
    use ward_sdk::input::{Fields, Read as _, Rule as _};

    const STUDY: Study = Study { id: StudyId(1), centre: CentreId(2), modality: Modality::Ct };

    fn money(units: i64) -> Money {
        Amount.read(&json!(units)).expect("an amount")
    }

    fn price(currency: Currency) -> Price {
        Price {
            id: PriceId(1),
            centre_id: STUDY.centre,
            modality: STUDY.modality,
            price: money(150),
            currency,
            created_at: Timestamp::from_millis(0),
        }
    }

    fn made(body: serde_json::Value, price: Option<&Price>) -> Result<NewInvoice, Failure> {
        let asked = Asked::from_fields(Fields::json(body).expect("an object"))?;
        asked.invoice(STUDY, price)
    }

    #[test]
    fn without_an_amount_the_price_counts() {
        let invoice = made(json!({"study_id": 1}), Some(&price(Currency::Aed))).expect("an invoice");
        assert_eq!((invoice.amount, invoice.currency, invoice.centre), (money(150), Currency::Aed, CentreId(2)));
        let cheaper = made(json!({"study_id": 1, "amount": 100}), Some(&price(Currency::Aed))).expect("an invoice");
        assert_eq!((cheaper.amount, cheaper.currency), (money(100), Currency::Aed));
    }

    #[test]
    fn without_a_price_amount_and_currency_are_needed() {
        let invoice = made(json!({"study_id": 1, "amount": 1, "currency": "INR"}), None).expect("an invoice");
        assert_eq!(invoice.currency, Currency::Inr);
        assert!(matches!(made(json!({"study_id": 1, "currency": "usd"}), None), Err(Failure::Refused(_))));
        assert!(
            matches!(made(json!({"study_id": 1, "amount": 1}), None), Err(Failure::Invalid(issues)) if issues.len() == 1)
        );
    }

    #[test]
    fn the_currency_is_the_prices() {
        let refused = made(json!({"study_id": 1, "currency": "usd"}), Some(&price(Currency::Inr)));
        assert_eq!(refused, Err(Failure::refused("The price of this study is in inr, not in usd")));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let body = json!({"study_id": "x", "amount": -1, "currency": "eur"});
        assert!(matches!(made(body, None), Err(Failure::Invalid(issues)) if issues.len() == 3));
    }
}
