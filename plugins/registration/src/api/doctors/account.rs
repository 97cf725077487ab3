//! `POST /doctors/{doctor_id}/create-account`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::identity::{self, Account, AccountFilter, LoginKind};
use ward_sdk::sql::{self, Database};

use super::shape::missing;
use crate::access::DOCTOR;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, DoctorId};
use crate::failure::Failure;
use crate::input::{Body, Email, Fields, OrEmpty, Phone, Read, Text};
use crate::store::accounts::{self, NewStaff};
use crate::store::doctors::{self, Doctor};

/// What a doctor signs in with.
#[derive(ToSchema, Deserialize)]
#[schema(as = DoctorAccount, example = json!({
    "identifier": "doc1001", "password": "StrongP@ss", "email": "doctor@example.com", "phonenumber": "13800000000"
}))]
#[expect(dead_code, reason = "describes the body; `Login` is read from it")]
pub struct LoginBody {
    /// 工号.
    identifier: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
    /// An e-mail address that no other account has.
    email: Option<String>,
    /// A phone number that no other account has.
    phonenumber: Option<String>,
}

/// What a doctor signs in with.
#[derive(Clone)]
pub struct Login {
    identifier: String,
    password: String,
    email: Option<String>,
    phone: Option<String>,
}

impl Read for Login {
    fn read(fields: &mut Fields) -> Option<Self> {
        let identifier = fields.required("identifier", &Text::line(50));
        let password = fields.required("password", &Text::secret(6, 128));
        let email = fields.optional("email", &OrEmpty(Email));
        let phone = fields.optional("phonenumber", &OrEmpty(Phone));
        Some(Self {
            identifier: identifier?.trim().to_owned(),
            password: password?,
            email: email?.flatten(),
            phone: phone?.flatten(),
        })
    }
}

/// A login, or nothing where there is neither an identifier nor a password.
pub struct PerhapsLogin(pub Option<Login>);

impl Read for PerhapsLogin {
    fn read(fields: &mut Fields) -> Option<Self> {
        let asked = fields.has("identifier") || fields.has("password");
        if asked { Login::read(fields).map(|login| Self(Some(login))) } else { Some(Self(None)) }
    }
}

/// A new account.
#[derive(Serialize, ToSchema)]
pub struct AccountCreated {
    /// What was done.
    detail: &'static str,
    /// The account's number.
    user_id: AccountId,
    /// The doctor's number.
    doctor_id: DoctorId,
}

/// Create an account for a doctor that has none
#[utoipa::path(
    post, path = "/doctors/{doctor_id}/create-account", operation_id = "create_doctor_account",
    tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    request_body = LoginBody,
    responses((status = 200, description = "The doctor can sign in", body = Answer<AccountCreated>), Refusals)
)]
pub async fn create_doctor_account(
    now: Now,
    Path(id): Path<DoctorId>,
    Body(login): Body<Login>,
) -> Result<Answer<AccountCreated>, Failure> {
    let listed = doctors::show(id, &Database)?.ok_or_else(missing)?;
    if listed.is_registered {
        return Err(Failure::registration("该医生已有账号"));
    }
    let user_id = create(&listed.doctor, &login, &now)?;
    Ok(ok(AccountCreated { detail: "成功为医生创建账号", user_id, doctor_id: id }))
}

/// Makes the account and links it to the doctor; of two at once, one wins and the other's account ends.
pub fn create(doctor: &Doctor, login: &Login, now: &Now) -> Result<AccountId, Failure> {
    let staff = NewStaff {
        identifier: login.identifier.clone(),
        password: login.password.clone(),
        name: doctor.name.clone(),
        email: login.email.clone(),
        phone: login.phone.clone(),
    };
    let account = match adopt(doctor.id, login)? {
        Some(account) => account,
        None => accounts::create_doctor(staff, doctor.id, now)?,
    };
    let linked = sql::transaction(|within| Ok::<_, Failure>(doctors::link(doctor, account, within)?));
    match linked {
        Ok(true) => return Ok(account),
        Ok(false) if doctors::by_account(account, &Database)?.is_some() => return Ok(account),
        _ => {}
    }
    accounts::end(account, now.at)?;
    Err(linked.err().unwrap_or_else(|| Failure::registration("该医生已有账号")))
}

/// An account that was made for the doctor under this very identifier when a crash came before it was linked.
fn adopt(doctor: DoctorId, login: &Login) -> Result<Option<AccountId>, Failure> {
    let filter = AccountFilter {
        role: None,
        attribute: Some((DOCTOR.to_owned(), doctor.to_string())),
        active: Some(true),
        skip: 0,
        limit: 100,
    };
    let same = |account: &Account| {
        account.login(LoginKind::StaffId).is_some_and(|held| held.eq_ignore_ascii_case(&login.identifier))
    };
    let Some(account) = identity::list_accounts(&filter)?.into_iter().find(same) else { return Ok(None) };
    identity::set_password(account.id, None, &login.password)?;
    Ok(Some(AccountId(account.id)))
}
