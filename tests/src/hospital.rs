//! A centre that is billed.

use serde_json::{Value, json};

use crate::people::Person;
use crate::{Api, Upload, Ward};

/// Two centres with their people, and clients of the billing API for each.
pub struct Hospital {
    /// The server.
    pub ward: Ward,
    /// The administrator, at PACS.
    pub admin: Api,
    /// The administrator, at billing.
    pub office: Api,
    /// A centre.
    pub north: Centre,
    /// Another.
    pub south: Centre,
}

/// A centre and who works there.
pub struct Centre {
    /// Its number.
    pub id: i64,
    /// Its technician.
    pub technician: Person,
    /// Its user.
    pub user: Person,
}

impl Centre {
    async fn new(admin: &Api, name: &str) -> Self {
        let id = admin.centre(name).await;
        Self { id, technician: admin.technician_of(id).await, user: admin.centre_user(id).await }
    }

    /// A study that is to be billed.
    pub async fn study(&self, modality: &str) -> i64 {
        self.technician.study(Upload::new().field("modality", modality)).await
    }
}

impl Hospital {
    /// Of the default assembly.
    pub async fn open() -> Self {
        Self::of(Ward::start().await).await
    }

    /// Of this server.
    pub async fn of(ward: Ward) -> Self {
        let admin = ward.admin().await;
        let (north, south) = (Centre::new(&admin, "North").await, Centre::new(&admin, "South").await);
        let office = ward.at("/pacs/billing").with_token(admin.token());
        Self { ward, admin, office, north, south }
    }

    /// The same person at billing.
    #[must_use]
    pub fn at_billing(&self, api: &Api) -> Api {
        self.office.with_token(api.token())
    }

    /// Sets a price.
    pub async fn price(&self, centre: i64, modality: &str, price: f64, currency: &str) -> Value {
        let body = json!({"centre_id": centre, "modality": modality, "price": price, "currency": currency});
        self.office.post("/pricing", &body).await.expect(200).json()
    }

    /// Bills a study at its price.
    pub async fn bill(&self, study: i64) -> Value {
        self.office.post("/", &json!({"study_id": study})).await.expect(200).json()
    }
}
