//! The host's schema, and the roles and schemas of plugins.
//!
//! Each plugin logs in as a role of its own that owns one schema and may enter no other. It is a login,
//! not `SET ROLE`: from a session of its own there is nothing to go back to.

use std::str::FromStr as _;

use aws_lc_rs::hmac;
use rand::Rng as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};

use super::super::database::prepare;
use super::super::migrations::Session;
use super::super::{Bounds, Migration, SqlError, StorageError, Value};
use super::{Pool, batch, in_schema, query, scram, sql_error};

/// The host's own schema.
const HOST_SCHEMA: &str = "ward";
/// How often nodes that start at once may get into each other's way before there is a lock to take.
const ATTEMPTS: u32 = 10;

/// One database that holds one Ward.
pub(in super::super) struct Installation {
    options: PgConnectOptions,
    host: super::super::Pool,
    /// Makes role names differ between installations in one server.
    suffix: String,
    /// What the roles' passwords are derived from.
    secret: hmac::Key,
}

impl Installation {
    /// Connects, makes what is missing, and applies the host's migrations.
    pub(in super::super) async fn open(url: &str, migrations: &[Migration]) -> Result<Self, StorageError> {
        let options =
            PgConnectOptions::from_str(url).map_err(|_| StorageError::Url("the database URL is malformed".into()))?;
        let mut first = connect(&options).await?;
        super::restore::refuse_unfinished(&mut first).await?;
        make_host_schema(&mut first).await?;
        drop(first);
        let lock = Lock::take(&options).await?;
        let mut admin = connect(&options).await?;
        restrict_public(&mut admin).await?;
        batch(&mut admin, &format!("REVOKE ALL ON SCHEMA {HOST_SCHEMA} FROM PUBLIC")).await?;
        let (suffix, secret) = identity(&mut admin).await?;
        let mine = in_schema(options.clone(), HOST_SCHEMA);
        migrate(&mine, "", migrations, migrations.len()).await?;
        lock.release().await;
        let host = super::super::Pool::from_postgres(Pool::open(mine).await?);
        Ok(Self { options, host, suffix, secret: hmac::Key::new(hmac::HMAC_SHA256, &secret) })
    }

    pub(in super::super) fn host(&self) -> &super::super::Pool {
        &self.host
    }

    /// Makes a plugin's role and schema, or brings them up to date.
    pub(in super::super) async fn migrate(
        &self,
        domain: &str,
        tables: &str,
        migrations: &[Migration],
        newest: usize,
    ) -> Result<(), StorageError> {
        let names = self.names(domain);
        let lock = Lock::take(&self.options).await?;
        let mut admin = connect(&self.options).await?;
        make_role(&mut admin, &names.role, &names.password).await?;
        make_schema(&mut admin, &names.schema, &names.role).await?;
        let migrated = migrate(&self.login(&names), tables, migrations, newest).await;
        lock.release().await;
        migrated
    }

    /// Connects to a plugin's schema as its role.
    pub(in super::super) async fn schema(&self, domain: &str) -> Result<super::super::Pool, SqlError> {
        let options = self.login(&self.names(domain));
        Ok(super::super::Pool::from_postgres(Pool::open(options).await?))
    }

    /// The right to change what is installed and active.
    pub(in super::super) async fn lock_plugins(&self) -> Result<Lock, SqlError> {
        let mut connection = connect(&self.options).await?;
        let take =
            "BEGIN; SET LOCAL lock_timeout = '60s'; LOCK TABLE ward.plugin_active IN SHARE UPDATE EXCLUSIVE MODE";
        batch(&mut connection, take).await?;
        Ok(Lock(connection))
    }

    fn names(&self, domain: &str) -> Names {
        names_with(&self.suffix, &self.secret, domain)
    }

    fn login(&self, names: &Names) -> PgConnectOptions {
        in_schema(self.options.clone().username(&names.role).password(&names.password), &names.schema)
    }
}

/// What belongs to one plugin.
pub(super) struct Names {
    pub(super) schema: String,
    pub(super) role: String,
    pub(super) password: String,
}

/// The names of a domain in the installation with this suffix and secret.
pub(super) fn names(suffix: &str, secret: &[u8], domain: &str) -> Names {
    names_with(suffix, &hmac::Key::new(hmac::HMAC_SHA256, secret), domain)
}

fn names_with(suffix: &str, secret: &hmac::Key, domain: &str) -> Names {
    // A domain has no `_` of its own: two domains never share a name.
    let name = domain.replace('-', "_");
    let role = format!("ward_{suffix}_{name}");
    let password = hex::encode(hmac::sign(secret, role.as_bytes()));
    Names { schema: format!("plugin_{name}"), role, password }
}

/// A connection as the operator's user.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, SqlError> {
    let patient = [("lock_timeout", "120s"), ("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];
    let options = options.clone().application_name("ward").options(patient).disable_statement_logging();
    options.connect().await.map_err(sql_error)
}

/// Lets one node at a time do something. A lock on a table that plugins cannot reach, and not an
/// advisory one, which any role could take and keep. Rows of the table may be written meanwhile.
pub(crate) struct Lock(PgConnection);

impl Lock {
    /// Of removing objects, or keeping them from being removed. `nowait` is empty or `NOWAIT`.
    pub(in super::super) async fn objects(
        reader: &super::restore::PostgresReader,
        nowait: &str,
    ) -> Result<Self, SqlError> {
        let mut connection = reader.connect().await?;
        // Installing writes rows of this table, which the lock lets it do.
        let lock = format!("BEGIN; LOCK TABLE ward.plugin_package IN SHARE UPDATE EXCLUSIVE MODE {nowait}");
        batch(&mut connection, &lock).await?;
        Ok(Self(connection))
    }

    /// Of making roles and schemas and applying migrations.
    pub(super) async fn take(options: &PgConnectOptions) -> Result<Self, SqlError> {
        let mut connection = connect(options).await?;
        batch(&mut connection, "BEGIN; LOCK TABLE ward.installation IN SHARE UPDATE EXCLUSIVE MODE").await?;
        Ok(Self(connection))
    }

    pub(crate) async fn release(self) {
        // A connection that cannot be closed properly is closed by being dropped.
        let _ = sqlx::Connection::close(self.0).await;
    }
}

/// Makes what the lock stands on. Two nodes may do so at once: then `IF NOT EXISTS` fails in one of them.
pub(super) async fn make_host_schema(admin: &mut PgConnection) -> Result<(), SqlError> {
    let statements = "CREATE SCHEMA IF NOT EXISTS ward;
        CREATE TABLE IF NOT EXISTS ward.installation (suffix TEXT PRIMARY KEY, secret BYTEA NOT NULL)";
    for _ in 1..ATTEMPTS {
        match batch(admin, statements).await {
            Err(SqlError::Unique(_) | SqlError::Invalid(_) | SqlError::Conflict) => {}
            outcome => return outcome,
        }
    }
    batch(admin, statements).await
}

/// Applies migrations over a connection of their own, which has all the time they need.
async fn migrate(
    options: &PgConnectOptions,
    tables: &str,
    migrations: &[Migration],
    newest: usize,
) -> Result<(), StorageError> {
    let patient = options.clone().options([("statement_timeout", "0"), ("client_min_messages", "warning")]);
    let connection = patient.connect().await.map_err(sql_error)?;
    let mut session = Session::Postgres(Box::new(connection));
    let prepared = prepare(&mut session, tables, migrations, newest).await;
    session.close().await;
    prepared
}

/// Takes from everybody what PostgreSQL gives to everybody: temporary tables, and before version 15 the
/// right to make tables in `public`. Whoever does not own the database cannot; then it is said.
async fn restrict_public(admin: &mut PgConnection) -> Result<(), SqlError> {
    let database = text(admin, "SELECT quote_ident(current_database())", &[]).await?;
    let database = database.ok_or_else(|| SqlError::Invalid("the database has no name".into()))?;
    let temporary = batch(admin, &format!("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")).await;
    let public = batch(admin, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    for outcome in [temporary, public] {
        match outcome {
            Ok(()) => {}
            Err(SqlError::Denied(_) | SqlError::Invalid(_)) => {
                tracing::warn!("the database user cannot take rights from PUBLIC; let it own the database");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Suffix and secret of this installation, made up the first time.
pub(super) async fn identity(admin: &mut PgConnection) -> Result<(String, Vec<u8>), SqlError> {
    let bounds = Bounds { rows: 2, bytes: 4_096 };
    let rows = query(admin, "SELECT suffix, secret FROM ward.installation", &[], bounds).await?;
    match rows.rows.as_slice() {
        [] => {
            let suffix = hex::encode(rand::rng().random::<[u8; 4]>());
            let secret = rand::rng().random::<[u8; 32]>().to_vec();
            let row = [Value::Text(suffix.clone()), Value::Blob(secret.clone())];
            super::execute(admin, "INSERT INTO ward.installation (suffix, secret) VALUES ($1, $2)", &row).await?;
            Ok((suffix, secret))
        }
        [row] => match row.as_slice() {
            [Value::Text(suffix), Value::Blob(secret)] if is_suffix(suffix) => Ok((suffix.clone(), secret.clone())),
            _ => Err(SqlError::Invalid("the table ward.installation is not as it was made".into())),
        },
        _ => Err(SqlError::Invalid("the table ward.installation has more than one row".into())),
    }
}

fn is_suffix(suffix: &str) -> bool {
    suffix.len() == 8 && suffix.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `role` is made of `[a-z0-9_]`, and the verifier of base64: neither needs quotes of its own.
pub(super) async fn make_role(admin: &mut PgConnection, role: &str, password: &str) -> Result<(), SqlError> {
    let verifier = scram::verifier(password, rand::rng().random());
    let exists =
        text(admin, "SELECT rolname::text FROM pg_roles WHERE rolname = $1::name", &[Value::Text(role.to_owned())])
            .await?;
    let verb = if exists.is_some() { "ALTER" } else { "CREATE" };
    batch(admin, &format!("{verb} ROLE {role} WITH LOGIN NOCREATEDB NOCREATEROLE PASSWORD '{verifier}'")).await?;
    // What a migration of the plugin may have set for its own role.
    batch(admin, &format!("ALTER ROLE {role} RESET ALL")).await
}

pub(super) async fn make_schema(admin: &mut PgConnection, schema: &str, role: &str) -> Result<(), SqlError> {
    let database = text(admin, "SELECT quote_ident(current_database())", &[]).await?.unwrap_or_default();
    batch(admin, &format!("GRANT CONNECT ON DATABASE {database} TO {role}")).await?;
    // Only a member of the role may give it a schema, unless it is a superuser.
    batch(admin, &format!("GRANT {role} TO CURRENT_USER")).await?;
    batch(admin, &format!("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")).await?;
    batch(admin, &format!("REVOKE ALL ON SCHEMA {schema} FROM PUBLIC")).await
}

/// The first column of the first row.
pub(super) async fn text(admin: &mut PgConnection, sql: &str, params: &[Value]) -> Result<Option<String>, SqlError> {
    let rows = query(admin, sql, params, Bounds { rows: 1, bytes: 4_096 }).await?;
    Ok(match rows.rows.into_iter().next().map(|row| row.into_iter().next()) {
        Some(Some(Value::Text(text))) => Some(text),
        _ => None,
    })
}
