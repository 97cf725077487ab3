//! Reading accounts: filtered in the database, and in as few statements as there are hundreds of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rows::{bounds, flag, int, text};
use super::{Account, Domain, Filter, IdentityError, Login, LoginKind, check};
use crate::storage::{SqlError, Value};

/// Accounts of one answer.
const MAX_LIMIT: u32 = 10_000;
/// Bytes of all names, logins, roles and attributes of one answer.
const MAX_BYTES: usize = 8 << 20;
/// Numbers in one statement. Fewer are filled up to one of these, so that few statements are prepared.
const CHUNKS: [usize; 3] = [1, 32, 500];
/// Logins, roles and attributes of one chunk of accounts.
const MAX_DETAILS: usize = 100_000;

const TOO_LARGE: IdentityError = IdentityError::Invalid("these accounts are too large together; ask for fewer");

/// One account of the domain.
pub(super) async fn one(domain: &Domain, account: i64) -> Result<Account, IdentityError> {
    const SELECT: &str = "SELECT a.id, a.name, m.active, a.created FROM membership m JOIN account a ON a.id = m.account \
        WHERE a.id = $1 AND m.domain = $2 AND NOT a.deleted";
    let found = domain.identity.db.query(SELECT, &domain.key(account), bounds(1)).await?;
    let mut accounts = found.rows.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
    describe(domain, &mut accounts).await?;
    accounts.pop().ok_or(IdentityError::NotFound)
}

impl Domain {
    /// Accounts of this domain that fit the filter, ordered by number.
    ///
    /// # Errors
    /// `Invalid` for a limit above 10,000, a role this domain does not have, or more than 8 MiB.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Account>, IdentityError> {
        if filter.limit > MAX_LIMIT {
            return Err(IdentityError::Invalid("at most 10,000 accounts are listed at once"));
        }
        let Some((statement, parameters)) = self.select(filter)? else { return Ok(Vec::new()) };
        let found = self.identity.db.query(&statement, &parameters, bounds(filter.limit as usize)).await?;
        let mut accounts = found.rows.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        describe(self, &mut accounts).await?;
        Ok(accounts)
    }

    /// The statement of a filter, or nothing where no account can fit it.
    fn select(&self, filter: &Filter) -> Result<Option<(String, Vec<Value>)>, IdentityError> {
        let mut statement = String::from(
            "SELECT a.id, a.name, m.active, a.created FROM membership m JOIN account a ON a.id = m.account \
             WHERE m.domain = $1 AND NOT a.deleted",
        );
        let mut parameters = vec![Value::Text(self.name.to_string())];
        let mut bind = |value: Value| {
            parameters.push(value);
            format!("${}", parameters.len())
        };
        if let Some(active) = filter.active {
            let _ = write!(statement, " AND m.active = {}", bind(Value::Bool(active)));
        }
        if let Some(role) = &filter.role {
            check::roles(std::slice::from_ref(role), &self.roles)?;
            let _ = write!(
                statement,
                " AND EXISTS (SELECT 1 FROM account_role r \
                 WHERE r.account = m.account AND r.domain = m.domain AND r.role = {})",
                bind(Value::Text(role.clone()))
            );
        }
        if let Some((name, json)) = &filter.attribute {
            // An attribute that is `null` is none.
            let Some(json) = check::attribute(name, json)? else { return Ok(None) };
            let (name, json) = (bind(Value::Text(name.clone())), bind(Value::Text(json)));
            let _ = write!(
                statement,
                " AND EXISTS (SELECT 1 FROM account_attribute t \
                 WHERE t.account = m.account AND t.domain = m.domain AND t.name = {name} AND t.json = {json})"
            );
        }
        let (limit, skip) = (bind(Value::Int(filter.limit.into())), bind(Value::Int(filter.skip.into())));
        let _ = write!(statement, " ORDER BY m.account LIMIT {limit} OFFSET {skip}");
        Ok(Some((statement, parameters)))
    }
}

fn decode(mut row: Vec<Value>) -> Result<Account, IdentityError> {
    Ok(Account {
        id: int(&row, 0)?,
        name: text(&mut row, 1)?,
        logins: Vec::new(),
        active: flag(&row, 2)?,
        created: int(&row, 3)?,
        roles: Vec::new(),
        attributes: Vec::new(),
    })
}

/// Adds logins, roles and attributes to accounts that are ordered by number.
async fn describe(domain: &Domain, accounts: &mut [Account]) -> Result<(), IdentityError> {
    let mut budget = MAX_BYTES;
    for chunk in accounts.chunks_mut(CHUNKS[CHUNKS.len() - 1]) {
        describe_chunk(domain, chunk, &mut budget).await?;
    }
    Ok(())
}

async fn describe_chunk(domain: &Domain, chunk: &mut [Account], budget: &mut usize) -> Result<(), IdentityError> {
    let size = CHUNKS.into_iter().find(|size| *size >= chunk.len()).unwrap_or(chunk.len());
    let Some(last) = chunk.last().map(|account| account.id) else { return Ok(()) };
    let ids = chunk.iter().map(|account| account.id).chain(std::iter::repeat(last)).take(size);
    let mut parameters = vec![Value::Text(domain.name.to_string())];
    parameters.extend(ids.map(Value::Int));
    let found = match domain.identity.db.query(&details(size), &parameters, bounds(MAX_DETAILS)).await {
        Err(SqlError::TooLarge(_)) => return Err(TOO_LARGE),
        found => found?,
    };
    let mut by_id: BTreeMap<i64, &mut Account> = chunk.iter_mut().map(|account| (account.id, account)).collect();
    for mut row in found.rows {
        let (tag, key, value) = (text(&mut row, 1)?, text(&mut row, 2)?, text(&mut row, 3)?);
        *budget = budget.checked_sub(key.len() + value.len()).ok_or(TOO_LARGE)?;
        let Some(account) = by_id.get_mut(&int(&row, 0)?) else { continue };
        match tag.as_str() {
            "l" => account.logins.extend(LoginKind::parse(&key).map(|kind| Login { kind, value })),
            "r" => account.roles.push(key),
            _ => account.attributes.push((key, value)),
        }
    }
    for account in chunk {
        account.logins.sort_unstable();
        account.roles.sort_unstable();
        account.attributes.sort_unstable();
    }
    Ok(())
}

/// One statement for everything about `size` accounts.
fn details(size: usize) -> String {
    let ids: Vec<String> = (2..2 + size).map(|index| format!("${index}")).collect();
    let ids = ids.join(",");
    format!(
        "SELECT account, 'l' AS tag, kind AS k, shown AS v FROM login WHERE account IN ({ids}) \
         UNION ALL SELECT account, 'r', role, '' FROM account_role WHERE domain = $1 AND account IN ({ids}) \
         UNION ALL SELECT account, 'a', name, json FROM account_attribute WHERE domain = $1 AND account IN ({ids})"
    )
}
