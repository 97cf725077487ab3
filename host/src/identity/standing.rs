//! How an account stands: its token version and one session for each domain it may sign in to.

use std::sync::Arc;

use super::rows::{bounds, int, text};
use super::{IdentityError, LoginKind};
use crate::storage::{Pool, Value};

/// An authenticated account in one domain. Shared by all its requests until the account changes.
pub struct Session {
    /// The account's number.
    pub account: i64,
    /// The name it is shown by: its user name, or another login where it has none.
    pub login: String,
    /// Roles in this domain, ordered.
    pub roles: Vec<String>,
    /// Attributes in this domain, ordered: name and JSON value.
    pub attributes: Vec<(String, String)>,
    /// What policies decided for it.
    pub decisions: crate::policy::DecisionCache,
}

impl Session {
    /// As policies see it.
    #[must_use]
    pub fn subject(&self) -> crate::policy::Subject<'_> {
        crate::policy::Subject {
            account: self.account,
            login: &self.login,
            roles: &self.roles,
            attributes: &self.attributes,
            decisions: &self.decisions,
        }
    }
}

/// An account as the request path sees it.
#[derive(Default)]
pub(super) struct Standing {
    /// Tokens of another version are void.
    pub(super) version: i64,
    /// The domains it is active in; few, so that a scan beats a map.
    pub(super) sessions: Vec<(String, Arc<Session>)>,
}

impl Standing {
    pub(super) fn session(&self, domain: &str) -> Option<&Arc<Session>> {
        self.sessions.iter().find(|(name, _)| name == domain).map(|(_, session)| session)
    }
}

/// One statement, so that all of it is of one moment. Columns: tag, domain, key, value, number.
const SELECT: &str = "\
    SELECT 'v' AS tag, '' AS domain, '' AS k, '' AS v, token_version AS n FROM account WHERE id = $1 AND NOT deleted \
    UNION ALL SELECT 'm', domain, '', '', CAST(0 AS BIGINT) FROM membership WHERE account = $1 AND active \
    UNION ALL SELECT 'l', '', kind, shown, CAST(0 AS BIGINT) FROM login WHERE account = $1 \
    UNION ALL SELECT 'r', domain, role, '', CAST(0 AS BIGINT) FROM account_role WHERE account = $1 \
    UNION ALL SELECT 'a', domain, name, json, CAST(0 AS BIGINT) FROM account_attribute WHERE account = $1";

/// Rows of one account over all domains.
const MAX_ROWS: usize = 20_000;

#[derive(Default)]
struct Parts {
    version: Option<i64>,
    domains: Vec<String>,
    logins: Vec<(LoginKind, String)>,
    roles: Vec<(String, String)>,
    attributes: Vec<(String, (String, String))>,
}

/// Reads an account; nothing if there is none or it is deleted.
pub(super) async fn load(db: &Pool, account: i64) -> Result<Option<Standing>, IdentityError> {
    let found = db.query(SELECT, &[Value::Int(account)], bounds(MAX_ROWS)).await?;
    let mut parts = Parts::default();
    for mut row in found.rows {
        parts.take(&mut row)?;
    }
    Ok(parts.version.map(|version| Standing { version, sessions: parts.sessions(account) }))
}

impl Parts {
    fn take(&mut self, row: &mut [Value]) -> Result<(), IdentityError> {
        let (tag, domain, key, value) = (text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?);
        match tag.as_str() {
            "v" => self.version = Some(int(row, 4)?),
            "m" => self.domains.push(domain),
            "l" => self.logins.extend(LoginKind::parse(&key).map(|kind| (kind, value))),
            "r" => self.roles.push((domain, key)),
            _ => self.attributes.push((domain, (key, value))),
        }
        Ok(())
    }

    fn sessions(mut self, account: i64) -> Vec<(String, Arc<Session>)> {
        self.roles.sort_unstable();
        self.attributes.sort_unstable();
        let login = self.logins.into_iter().min().map(|(_, shown)| shown).unwrap_or_default();
        let session = |domain: &str| Session {
            account,
            login: login.clone(),
            roles: of(&self.roles, domain),
            attributes: of(&self.attributes, domain),
            decisions: crate::policy::DecisionCache::default(),
        };
        self.domains.into_iter().map(|domain| (domain.clone(), Arc::new(session(&domain)))).collect()
    }
}

fn of<T: Clone>(parts: &[(String, T)], domain: &str) -> Vec<T> {
    parts.iter().filter(|(name, _)| name == domain).map(|(_, part)| part.clone()).collect()
}
