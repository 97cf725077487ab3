//! The registration API: its envelope, its people, the hospital's time.

use chrono::{FixedOffset, TimeZone};
use serde_json::{Value, json};

use crate::people::{STAFF_PASSWORD, unique};
use crate::{Answer, Api, PASSWORD, Ward};

/// A patient, registered and signed in.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Its account.
    pub account: i64,
    /// Its own person (就诊人).
    pub patient_id: i64,
    /// Its phone number, to sign in with.
    pub phone: String,
    api: Api,
}

impl std::ops::Deref for Patient {
    type Target = Api;
    fn deref(&self) -> &Api {
        &self.api
    }
}

/// A doctor with an account, signed in.
#[derive(Clone, Debug)]
pub struct Doctor {
    /// Its number.
    pub doctor_id: i64,
    /// Its staff identifier, to sign in with.
    pub identifier: String,
    api: Api,
}

impl std::ops::Deref for Doctor {
    type Target = Api;
    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Patient {
    /// The same patient, signed in again.
    pub async fn again(&self) -> Self {
        let credentials = json!({ "phonenumber": self.phone, "password": STAFF_PASSWORD });
        let token = self.api.anonymous().post("/auth/patient/login", &credentials).await.message();
        Self { api: self.api.with_token(token.as_str().expect("a token")), ..self.clone() }
    }
}

impl Doctor {
    /// The same doctor, signed in again.
    pub async fn again(&self) -> Self {
        Self { api: self.api.staff(&self.identifier, STAFF_PASSWORD).await, ..self.clone() }
    }
}

/// What a failure says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The API's code.
    pub code: i64,
    /// The kind of failure.
    pub error: String,
    /// What failed.
    pub msg: String,
}

impl Ward {
    /// A client of the registration API, signed in as nobody.
    pub fn registration(&self) -> Api {
        self.at("/registration")
    }

    /// A client of the registration API, signed in as the administrator.
    pub async fn registration_admin(&self) -> Api {
        self.registration().staff("admin", PASSWORD).await
    }
}

impl Answer {
    /// What was asked for: the `message` of a success.
    #[track_caller]
    pub fn message(&self) -> Value {
        assert_eq!(self.status, 200, "{}: {}", self.request, self.text());
        let body = self.json();
        assert_eq!(body["code"], 0, "{}: {}", self.request, self.text());
        body["message"].clone()
    }

    /// What a failure says, in the API's shape.
    #[track_caller]
    pub fn refusal(&self) -> Refusal {
        assert!((400..500).contains(&self.status), "{} is not refused: {} {}", self.request, self.status, self.text());
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("a failure has words: {body}")).to_owned();
        Refusal {
            status: self.status,
            code: body["code"].as_i64().unwrap_or_else(|| panic!("a failure has a code: {body}")),
            error: text(&body["message"]["error"]),
            msg: text(&body["message"]["msg"]),
        }
    }

    /// The code of a failure.
    #[track_caller]
    pub fn refused(&self) -> i64 {
        self.refusal().code
    }
}

impl Api {
    /// `PUT` with JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(http::Method::PUT, path).json(body)).await
    }

    /// `POST` without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(self.request(http::Method::POST, path)).await
    }

    /// `PUT` without a body.
    pub async fn put_empty(&self, path: &str) -> Answer {
        self.send(self.request(http::Method::PUT, path)).await
    }

    /// `POST /auth/staff/login`; the same client, signed in.
    pub async fn staff(&self, identifier: &str, password: &str) -> Self {
        let body = json!({ "identifier": identifier, "password": password });
        let token = self.anonymous().post("/auth/staff/login", &body).await.message();
        self.with_token(token.as_str().expect("a token"))
    }

    /// Registers a patient under a phone number that nobody has, and signs in.
    pub async fn patient(&self) -> Patient {
        let number = unique();
        let phone = format!("139{number:08}");
        let body = json!({
            "email": format!("patient{number}@example.com"), "username": format!("patient{number}"),
            "phonenumber": phone, "password": STAFF_PASSWORD,
        });
        self.anonymous().post("/auth/register", &body).await.message();
        let credentials = json!({ "phonenumber": phone, "password": STAFF_PASSWORD });
        let token = self.anonymous().post("/auth/patient/login", &credentials).await.message();
        let api = self.with_token(token.as_str().expect("a token"));
        let own = api.get("/patient/patients/default").await.message();
        let patient_id = own["patient"]["patient_id"].as_i64().expect("a person");
        let account = api.get("/auth/user-info").await.message()["userid"].as_i64().expect("an account");
        Patient { account, patient_id, phone, api }
    }

    /// Creates a doctor of this department with an account, and signs in.
    pub async fn doctor(&self, dept_id: i64) -> Doctor {
        let number = unique();
        let identifier = format!("doc{number}");
        let body = json!({
            "dept_id": dept_id, "name": format!("医生{number}"), "title": "主任医师",
            "identifier": identifier, "password": STAFF_PASSWORD,
        });
        let doctor_id = self.post("/doctors", &body).await.message()["doctor_id"].as_i64().expect("a doctor");
        let api = self.staff(&identifier, STAFF_PASSWORD).await;
        Doctor { doctor_id, identifier, api }
    }
}

/// Milliseconds since 1970 of a moment in Shanghai.
pub fn shanghai(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> i64 {
    let zone = FixedOffset::east_opt(8 * 3600).expect("an offset");
    zone.with_ymd_and_hms(year, month, day, hour, minute, 0).single().expect("a moment").timestamp_millis()
}
