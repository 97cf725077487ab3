//! The host's accounts, as this API shows and changes them.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::identity::{self, Account, AccountChange, AccountFilter, Login, LoginKind, NewAccount};
use ward_sdk::sql::Database;

use super::members;
use crate::access::DOCTOR;
use crate::clock::Now;
use crate::domain::{AccountId, DoctorId, Page, Role, Timestamp, Word as _};
use crate::failure::Failure;

/// The attribute that holds an administrator's position.
const JOB_TITLE: &str = "job_title";

/// An account as the document shows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "username": "huashen", "email": "huashen@example.com", "phonenumber": "18279073254", "userid": 1, "is_admin": true
}))]
pub struct User {
    /// What it is called; an account without a user name by its person's name.
    pub username: String,
    /// Empty if it has none.
    pub email: String,
    /// Empty if it has none.
    pub phonenumber: String,
    /// The account's number.
    pub userid: AccountId,
    /// Whether it is an administrator's.
    pub is_admin: bool,
}

impl User {
    /// The account as a user; none if it holds no role that this API knows.
    #[must_use]
    pub fn of(account: &Account) -> Option<Self> {
        let login = |kind| account.login(kind).unwrap_or_default().to_owned();
        Some(Self {
            username: shown_name(account),
            email: login(LoginKind::Email),
            phonenumber: login(LoginKind::Phone),
            userid: AccountId(account.id),
            is_admin: Role::of(&account.roles)? == Role::Admin,
        })
    }
}

/// What an account is called.
#[must_use]
pub fn shown_name(account: &Account) -> String {
    account.login(LoginKind::Username).unwrap_or(&account.name).to_owned()
}

/// A login.
#[must_use]
pub fn login(kind: LoginKind, value: &str) -> Login {
    Login { kind, value: value.to_owned() }
}

/// One account that is not deleted and holds a role here.
pub fn find(id: AccountId) -> Result<(Account, User), Failure> {
    let account = identity::get(id.0)?;
    let user = User::of(&account).filter(|_| account.active).ok_or_else(Failure::no_user)?;
    Ok((account, user))
}

/// Accounts that are not deleted, in the order of their numbers.
pub fn list(page: Page) -> Result<Vec<User>, Failure> {
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let filter = AccountFilter {
        role: None,
        attribute: None,
        active: Some(true),
        skip: number(page.offset()),
        limit: number(page.limit()),
    };
    Ok(identity::list_accounts(&filter)?.iter().filter_map(User::of).collect())
}

/// What to change of an account; absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// The user name.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
}

/// Changes an account's logins.
pub fn update(id: AccountId, change: &ProfileChange) -> Result<Account, identity::Error> {
    let kinds =
        [(LoginKind::Username, &change.username), (LoginKind::Email, &change.email), (LoginKind::Phone, &change.phone)];
    let logins = kinds.into_iter().filter_map(|(kind, value)| value.as_deref().map(|value| login(kind, value)));
    identity::update(id.0, &AccountChange { logins: logins.collect(), ..unchanged() })
}

fn unchanged() -> AccountChange {
    AccountChange { name: None, logins: Vec::new(), active: None, roles: None, attributes: Vec::new() }
}

/// Someone who works here.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// The staff identifier (工号), to sign in with.
    pub identifier: String,
    /// The password.
    pub password: String,
    /// The person's name.
    pub name: String,
    /// The e-mail address: another login.
    pub email: Option<String>,
    /// The phone number: another login.
    pub phone: Option<String>,
}

impl NewStaff {
    fn account(self, role: Role, attributes: Vec<(String, String)>) -> NewAccount {
        let optional = [(LoginKind::Email, self.email), (LoginKind::Phone, self.phone)];
        let optional = optional.into_iter().filter_map(|(kind, value)| Some(Login { kind, value: value? }));
        NewAccount {
            name: self.name,
            logins: std::iter::once(Login { kind: LoginKind::StaffId, value: self.identifier })
                .chain(optional)
                .collect(),
            password: self.password,
            roles: vec![role.word().to_owned()],
            attributes,
        }
    }
}

/// Creates a doctor's account.
pub fn create_doctor(staff: NewStaff, doctor: DoctorId, now: &Now) -> Result<AccountId, Failure> {
    create(&staff.account(Role::Doctor, vec![(DOCTOR.to_owned(), doctor.to_string())]), now)
}

/// Creates an administrator's account.
pub fn create_admin(staff: NewStaff, job_title: Option<&str>, now: &Now) -> Result<AccountId, Failure> {
    let title = job_title.map(|title| (JOB_TITLE.to_owned(), serde_json::Value::from(title).to_string()));
    create(&staff.account(Role::Admin, title.into_iter().collect()), now)
}

fn create(new: &NewAccount, now: &Now) -> Result<AccountId, Failure> {
    let account = identity::create(new)?;
    members::ensure(&account, now.at, &Database)?;
    Ok(AccountId(account.id))
}

/// Deletes an account: nobody signs in with it any more, its tokens end at once. Its logins stay taken.
///
/// The account goes last: whoever is interrupted before finds it and deletes it again.
pub fn end(id: AccountId, at: Timestamp) -> Result<(), Failure> {
    members::mark_deleted(id, at, &Database)?;
    identity::update(id.0, &AccountChange { active: Some(false), ..unchanged() })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::User;
    use ward_sdk::identity::{Account, Login, LoginKind};

    fn account(roles: &[&str], logins: &[(LoginKind, &str)]) -> Account {
        Account {
            id: 7,
            name: "张伟".to_owned(),
            logins: logins.iter().map(|(kind, value)| Login { kind: *kind, value: (*value).to_owned() }).collect(),
            active: true,
            created: 1_759_770_247_089,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            attributes: Vec::new(),
        }
    }

    #[test]
    fn an_account_is_shown_as_the_document_shows_users() {
        let logins = [(LoginKind::Username, "zhang"), (LoginKind::Phone, "13800000000")];
        let user = User::of(&account(&["admin"], &logins)).expect("a role of ours");
        let shown = serde_json::to_value(user).expect("plain data");
        let expected = serde_json::json!({
            "username": "zhang", "email": "", "phonenumber": "13800000000", "userid": 7, "is_admin": true,
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_account_without_a_user_name_goes_by_its_persons() {
        let user = User::of(&account(&["patient"], &[(LoginKind::Phone, "13800000000")])).expect("a role of ours");
        assert_eq!((user.username.as_str(), user.is_admin), ("张伟", false));
        assert_eq!(User::of(&account(&["something"], &[])), None);
    }
}
