//! Patients (就诊人): the persons that accounts book for.

use ward_sdk::sql::{self, Conditions, Connection, containing, from_row, params};

use crate::domain::{AccountId, Day, Gender, Page, PatientId, PatientType, Timestamp};
use crate::input::IdCard;

/// A person of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Its number.
    pub id: PatientId,
    /// The account that added it.
    pub owner: AccountId,
    /// Its name.
    pub name: String,
    /// Its phone number.
    pub phone: Option<String>,
    /// Its identity card's number.
    pub id_card: Option<String>,
    /// Its student or staff number.
    pub identifier: Option<String>,
    /// Its gender.
    pub gender: Option<Gender>,
    /// Its day of birth.
    pub birth_date: Option<Day>,
    /// What it is to the university.
    pub patient_type: PatientType,
    /// Whether an administrator has confirmed that.
    pub verified: bool,
    /// What it is to the account's owner: 本人, 父母, …
    pub relation_type: String,
    /// Whether it is the account's owner.
    pub is_self: bool,
    /// Whether it is chosen unless another is.
    pub is_default: bool,
    /// The owner's note.
    pub remark: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was taken out of the account's list.
    pub removed_at: Option<Timestamp>,
}

from_row!(Patient {
    id,
    owner,
    name,
    phone,
    id_card,
    identifier,
    gender,
    birth_date,
    patient_type,
    verified,
    relation_type,
    is_self,
    is_default,
    remark,
    created_at,
    removed_at
});

/// The columns of a [`Patient`].
pub const COLUMNS: &str = "id, owner, name, phone, id_card, identifier, gender, birth_date, patient_type, verified, \
     relation_type, is_self, is_default, remark, created_at, removed_at";

impl Patient {
    /// Whole years of age; none if the day of birth is not known.
    #[must_use]
    pub fn age(&self, today: Day) -> Option<i64> {
        let years = today.0.years_since(self.birth_date?.0)?;
        Some(years.into())
    }

    /// Fills in what the identity card's number tells and nobody has said.
    pub fn complete(&mut self) {
        if let Some(number) = &self.id_card {
            self.birth_date = self.birth_date.or_else(|| IdCard::birth_date(number));
            self.gender = self.gender.or_else(|| IdCard::gender(number));
        }
    }
}

/// One person, also one that was taken out of its account's list.
pub fn find(id: PatientId, within: &impl Connection) -> Result<Option<Patient>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM patient WHERE id = $1"), &params![id])
}

/// One of an account's persons.
pub fn own(id: PatientId, owner: AccountId, within: &impl Connection) -> Result<Option<Patient>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM patient WHERE id = $1 AND owner = $2 AND removed_at IS NULL");
    within.query_optional(&statement, &params![id, owner])
}

/// The person of an account's owner, if it is a patient's.
pub fn of_owner(owner: AccountId, within: &impl Connection) -> Result<Option<Patient>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM patient WHERE owner = $1 AND is_self");
    within.query_optional(&statement, &params![owner])
}

/// An account's persons, the default one first.
pub fn of_account(owner: AccountId, within: &impl Connection) -> Result<Vec<Patient>, sql::Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM patient WHERE owner = $1 AND removed_at IS NULL ORDER BY is_default DESC, id");
    within.query(&statement, &params![owner])
}

/// Adds a person; its number is given here.
pub fn insert(new: &Patient, within: &impl Connection) -> Result<PatientId, sql::Error> {
    let (id,) = within.query_one(
        "INSERT INTO patient (owner, name, phone, id_card, identifier, gender, birth_date, patient_type, verified, \
         relation_type, is_self, is_default, remark, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        &params![
            new.owner,
            new.name,
            new.phone,
            new.id_card,
            new.identifier,
            new.gender,
            new.birth_date,
            new.patient_type,
            new.verified,
            new.relation_type,
            new.is_self,
            new.is_default,
            new.remark,
            new.created_at
        ],
    )?;
    Ok(id)
}

/// How administrators look for persons; nothing that is absent counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of the name.
    pub name: Option<String>,
    /// Part of the phone number.
    pub phone: Option<String>,
    /// The number.
    pub id: Option<PatientId>,
}

/// How many persons are found, and a part of them in the order of their numbers.
pub fn search(asked: &Search, page: Page, within: &impl Connection) -> Result<(i64, Vec<Patient>), sql::Error> {
    let conditions = Conditions::new()
        .always("removed_at IS NULL")
        .and("name LIKE ? ESCAPE '!'", asked.name.as_deref().map(containing))
        .and("phone LIKE ? ESCAPE '!'", asked.phone.as_deref().map(containing))
        .and("id = ?", asked.id);
    conditions.list("FROM patient", &format!("SELECT {COLUMNS} FROM patient"), "id", page, within)
}

/// Writes what a person became.
pub fn update(patient: &Patient, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE patient SET name = $2, phone = $3, id_card = $4, identifier = $5, gender = $6, birth_date = $7, \
         patient_type = $8, verified = $9, relation_type = $10, is_default = $11, remark = $12, removed_at = $13 \
         WHERE id = $1",
        &params![
            patient.id,
            patient.name,
            patient.phone,
            patient.id_card,
            patient.identifier,
            patient.gender,
            patient.birth_date,
            patient.patient_type,
            patient.verified,
            patient.relation_type,
            patient.is_default,
            patient.remark,
            patient.removed_at
        ],
    )?;
    Ok(())
}

/// Makes no person of an account its default.
pub fn clear_default(owner: AccountId, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE patient SET is_default = $2 WHERE owner = $1 AND is_default", &params![owner, false])?;
    Ok(())
}

/// The phone number of the account's owner.
pub fn set_own_phone(owner: AccountId, phone: &str, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE patient SET phone = $2 WHERE owner = $1 AND is_self", &params![owner, phone])?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Patient;
    use crate::domain::{AccountId, Day, Gender, PatientId, PatientType, Timestamp};

    /// Somebody of whom nothing is known.
    pub(crate) fn somebody() -> Patient {
        Patient {
            id: PatientId(1),
            owner: AccountId(2),
            name: "王小明".to_owned(),
            phone: None,
            id_card: None,
            identifier: None,
            gender: None,
            birth_date: None,
            patient_type: PatientType::External,
            verified: false,
            relation_type: "本人".to_owned(),
            is_self: true,
            is_default: true,
            remark: None,
            created_at: Timestamp::from_millis(0),
            removed_at: None,
        }
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_year_is_full_on_the_birthday() {
        let born = |birth: &str| Patient { birth_date: Some(day(birth)), ..somebody() };
        assert_eq!(born("1995-01-01").age(day("2025-01-01")), Some(30));
        assert_eq!(born("1995-01-02").age(day("2025-01-01")), Some(29));
        assert_eq!(born("2004-02-29").age(day("2025-02-28")), Some(20));
        assert_eq!(born("2026-01-01").age(day("2025-01-01")), None);
        assert_eq!(somebody().age(day("2025-01-01")), None);
    }

    #[test]
    fn what_the_identity_card_tells_is_filled_in_where_nothing_was_said() {
        let mut patient = Patient { id_card: Some("110101199501011234".to_owned()), ..somebody() };
        patient.complete();
        assert_eq!((patient.birth_date, patient.gender), (Some(day("1995-01-01")), Some(Gender::Male)));
        let mut said = Patient { gender: Some(Gender::Other), ..patient };
        said.complete();
        assert_eq!(said.gender, Some(Gender::Other));
    }
}
