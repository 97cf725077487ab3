//! Users: the host's accounts, as this API shows them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use ward_sdk::identity::{self, Account, AccountChange, AccountFilter, Login, LoginKind, NewAccount};
use ward_sdk::policy::Entity;

use crate::domain::{AccountId, CentreId, Page, Role, Timestamp, Word};

/// The attribute that holds the centre an account belongs to.
pub const CENTRE: &str = "centre_id";

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1,
    "username": "admin",
    "email": "admin@pacs.com",
    "full_name": "System Administrator",
    "role": "admin",
    "centre_id": null,
    "is_active": true,
    "created_at": "2025-10-06T17:04:07.089288"
}))]
pub struct User {
    /// The account's number.
    pub id: AccountId,
    /// What the user signs in with; so does the e-mail address.
    pub username: String,
    /// The e-mail address, if the account has one.
    pub email: Option<String>,
    /// The person's name.
    pub full_name: String,
    /// What the user may do.
    pub role: Role,
    /// The centre the user belongs to.
    pub centre_id: Option<CentreId>,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
}

impl User {
    /// The account as a user; none if it holds no role that this API knows.
    #[must_use]
    pub fn of(account: &Account) -> Option<Self> {
        let any = || account.logins.first().map(|login| login.value.as_str());
        let username = account.login(LoginKind::Username).or_else(any).unwrap_or_default();
        Some(Self {
            id: AccountId(account.id),
            username: username.to_owned(),
            email: account.login(LoginKind::Email).map(str::to_owned),
            full_name: account.name.clone(),
            role: Role::of(&account.roles)?,
            centre_id: account.attribute::<Option<CentreId>>(CENTRE).flatten(),
            is_active: account.active,
            created_at: Timestamp::from_millis(account.created),
        })
    }

    /// The user as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        entity(&self.id.0.to_string(), self.role, self.centre_id)
    }
}

/// A user to be.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What to sign in with.
    pub username: String,
    /// The e-mail address: the other login.
    pub email: String,
    /// The password.
    pub password: String,
    /// The person's name.
    pub full_name: String,
    /// What the user may do.
    pub role: Role,
    /// The centre the user belongs to.
    pub centre: Option<CentreId>,
}

impl NewUser {
    /// The user that this would become, as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        entity("new", self.role, self.centre)
    }
}

fn entity(id: &str, role: Role, centre: Option<CentreId>) -> Entity {
    let attributes: Value = match centre {
        Some(centre) => json!({ "role": role.word(), "centre": centre }),
        None => json!({ "role": role.word() }),
    };
    Entity { kind: "User", id: id.to_owned(), attributes }
}

/// What to change of a user; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The e-mail address.
    pub email: Option<String>,
    /// The person's name.
    pub full_name: Option<String>,
    /// Whether the user may sign in; `false` ends all tokens at once.
    pub is_active: Option<bool>,
}

/// One user.
pub fn find(id: AccountId) -> Result<User, identity::Error> {
    shown(&identity::get(id.0)?)
}

/// An account that holds a role here: others do not exist for this API.
fn shown(account: &Account) -> Result<User, identity::Error> {
    User::of(account).ok_or(identity::Error::NotFound)
}

/// Who may sign in with `login` and `password`.
pub fn verify(login: &str, password: &str) -> Result<Account, identity::Error> {
    identity::verify(&[LoginKind::Username, LoginKind::Email], login, password)
}

/// Adds a user.
pub fn create(new: &NewUser) -> Result<User, identity::Error> {
    let attribute = |centre: CentreId| (CENTRE.to_owned(), centre.0.to_string());
    let account = identity::create(&NewAccount {
        name: new.full_name.clone(),
        logins: vec![login(LoginKind::Username, &new.username), login(LoginKind::Email, &new.email)],
        password: new.password.clone(),
        roles: vec![new.role.word().to_owned()],
        attributes: new.centre.map(attribute).into_iter().collect(),
    })?;
    shown(&account)
}

/// Changes a user.
pub fn update(id: AccountId, change: &UserChange) -> Result<User, identity::Error> {
    let account = identity::update(
        id.0,
        &AccountChange {
            name: change.full_name.clone(),
            logins: change.email.iter().map(|email| login(LoginKind::Email, email)).collect(),
            active: change.is_active,
            roles: None,
            attributes: Vec::new(),
        },
    )?;
    shown(&account)
}

fn login(kind: LoginKind, value: &str) -> Login {
    Login { kind, value: value.to_owned() }
}

/// The most accounts that the host gives at once.
const MOST: u32 = 10_000;

/// Users in the order of their numbers. With a `scope`: those of that centre, and the radiologists.
pub fn list(role: Option<Role>, scope: Option<CentreId>, page: Page) -> Result<Vec<User>, identity::Error> {
    let Some(centre) = scope.filter(|_| role != Some(Role::Radiologist)) else {
        return accounts(role, None, page.skip, page.limit);
    };
    // Two lists in one order: what the page needs of both is at their beginnings.
    let needed = page.skip.saturating_add(page.limit).min(MOST);
    let mut users = BTreeMap::new();
    if role.is_none() {
        users.extend(accounts(Some(Role::Radiologist), None, 0, needed)?.into_iter().map(|user| (user.id, user)));
    }
    users.extend(accounts(role, Some(centre), 0, needed)?.into_iter().map(|user| (user.id, user)));
    Ok(page.of(users.into_values()))
}

fn accounts(role: Option<Role>, centre: Option<CentreId>, skip: u32, limit: u32) -> Result<Vec<User>, identity::Error> {
    let accounts = identity::list_accounts(&AccountFilter {
        role: role.map(|role| role.word().to_owned()),
        attribute: centre.map(|centre| (CENTRE.to_owned(), centre.0.to_string())),
        active: None,
        skip,
        limit,
    })?;
    Ok(accounts.iter().filter_map(User::of).collect())
}

#[cfg(test)]
mod tests {
    use super::{User, entity};
    use crate::domain::{AccountId, CentreId, Role};
    use serde_json::json;
    use ward_sdk::identity::{Account, Login, LoginKind};

    fn account(roles: &[&str], attributes: &[(&str, &str)]) -> Account {
        Account {
            id: 7,
            name: "张伟".to_owned(),
            logins: vec![
                Login { kind: LoginKind::Email, value: "zhang@example.com".to_owned() },
                Login { kind: LoginKind::Username, value: "zhang".to_owned() },
            ],
            active: true,
            created: 1_759_770_247_089,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            attributes: attributes.iter().map(|(name, json)| ((*name).to_owned(), (*json).to_owned())).collect(),
        }
    }

    #[test]
    fn an_account_is_shown_as_the_document_shows_users() {
        let user = User::of(&account(&["technician"], &[("centre_id", "3")])).expect("a role of ours");
        assert_eq!(user.centre_id, Some(CentreId(3)));
        assert_eq!(
            serde_json::to_value(&user).expect("plain data"),
            json!({
                "id": 7, "username": "zhang", "email": "zhang@example.com", "full_name": "张伟",
                "role": "technician", "centre_id": 3, "is_active": true, "created_at": "2025-10-06T17:04:07.089000",
            })
        );
    }

    #[test]
    fn accounts_without_a_role_or_centre() {
        assert_eq!(User::of(&account(&["something"], &[])), None);
        let admin = User::of(&account(&["admin"], &[("centre_id", "null")])).expect("a role of ours");
        assert_eq!((admin.id, admin.centre_id), (AccountId(7), None));
    }

    #[test]
    fn policies_see_the_centre_only_where_there_is_one() {
        assert_eq!(entity("1", Role::Admin, None).attributes, json!({"role": "admin"}));
        let technician = entity("1", Role::Technician, Some(CentreId(3)));
        assert_eq!(technician.attributes, json!({"role": "technician", "centre": 3}));
    }
}
