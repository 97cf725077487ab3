//! The operator's own connection, for backups: to read a whole database, and to fill an empty one.

use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::super::{SqlError, StorageError};
use super::installation::{Lock, connect, identity, make_host_schema, make_role, make_schema, names, text};
use super::{batch, sql_error};

/// The table by which a restore that did not finish is known.
const UNFINISHED: &str = "ward.restore_unfinished";

/// A database that is to be read.
pub(crate) struct PostgresReader(PgConnectOptions);

impl PostgresReader {
    pub(in super::super) fn new(url: &str) -> Result<Self, StorageError> {
        Ok(Self(options(url)?))
    }

    /// A connection with all the time it needs.
    pub(crate) async fn connect(&self) -> Result<PgConnection, SqlError> {
        connect(&self.0).await
    }

    /// Waits for migrations to end, and lets none begin.
    pub(crate) async fn no_migrations(&self) -> Result<Lock, SqlError> {
        Lock::take(&self.0).await
    }
}

fn options(url: &str) -> Result<PgConnectOptions, StorageError> {
    PgConnectOptions::from_str(url).map_err(|_| StorageError::Url("the database URL is malformed".into()))
}

/// A database with nothing of Ward in it, to be filled.
pub(crate) struct EmptyPostgres {
    connection: PgConnection,
    installation: Option<(String, Vec<u8>)>,
    /// Whom the connection acts as.
    acts_as: String,
}

impl EmptyPostgres {
    /// Connects, and refuses a database that is not empty.
    pub(in super::super) async fn open(url: &str) -> Result<Self, StorageError> {
        const THERE: &str =
            "SELECT nspname::text FROM pg_namespace WHERE nspname = 'ward' OR nspname LIKE 'plugin\\_%' LIMIT 1";
        let mut connection = options(url)?.disable_statement_logging().connect().await.map_err(sql_error)?;
        if let Some(schema) = text(&mut connection, THERE, &[]).await? {
            let what =
                format!("the database is not empty: it has the schema `{schema}`; a restore needs an empty place");
            return Err(StorageError::Url(what));
        }
        Ok(Self { connection, installation: None, acts_as: String::new() })
    }

    /// From now on, until [`finish`](Self::finish), the database cannot be served.
    pub(crate) async fn mark(&mut self) -> Result<(), SqlError> {
        make_host_schema(&mut self.connection).await?;
        batch(&mut self.connection, &format!("CREATE TABLE {UNFINISHED} (since TIMESTAMPTZ NOT NULL DEFAULT now())"))
            .await?;
        batch(&mut self.connection, "REVOKE ALL ON SCHEMA ward FROM PUBLIC").await?;
        self.installation = Some(identity(&mut self.connection).await?);
        Ok(())
    }

    /// The connection, for what is filled in.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Makes the role and the schema of a domain.
    pub(crate) async fn make_plugin(&mut self, domain: &str) -> Result<(), StorageError> {
        super::super::database::check_domain(domain)?;
        self.act_as("ward").await?;
        let Some((suffix, secret)) = &self.installation else { return Err(not_marked().into()) };
        let names = names(suffix, secret, domain);
        make_role(&mut self.connection, &names.role, &names.password).await?;
        Ok(make_schema(&mut self.connection, &names.schema, &names.role).await?)
    }

    /// Lets what follows be done as the owner of a schema, so that it is the owner's.
    pub(crate) async fn act_as(&mut self, schema: &str) -> Result<(), SqlError> {
        if self.acts_as == schema {
            return Ok(());
        }
        batch(&mut self.connection, "RESET ROLE").await?;
        if let Some(name) = schema.strip_prefix("plugin_") {
            let Some((suffix, secret)) = &self.installation else { return Err(not_marked()) };
            let role = names(suffix, secret, &name.replace('_', "-")).role;
            batch(&mut self.connection, &format!("SET LOCAL ROLE {role}")).await?;
        }
        schema.clone_into(&mut self.acts_as);
        Ok(())
    }

    /// Commits, with the mark taken away.
    pub(crate) async fn finish(&mut self) -> Result<(), SqlError> {
        self.act_as("ward").await?;
        batch(&mut self.connection, &format!("DROP TABLE {UNFINISHED}; COMMIT")).await?;
        // What the planner knows of the tables; a restore is one without it.
        let _ = batch(&mut self.connection, "ANALYZE").await;
        self.connection.ping().await.map_err(sql_error)
    }
}

fn not_marked() -> SqlError {
    SqlError::Invalid("the database was not prepared for a restore".into())
}

/// Refuses a database that a restore has left unfinished.
pub(super) async fn refuse_unfinished(connection: &mut PgConnection) -> Result<(), StorageError> {
    let there =
        text(connection, "SELECT 'there' WHERE to_regclass('ward.restore_unfinished') IS NOT NULL", &[]).await?;
    match there {
        None => Ok(()),
        Some(_) => Err(StorageError::Unfinished),
    }
}
