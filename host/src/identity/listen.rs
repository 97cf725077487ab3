//! Nodes that share a PostgreSQL tell each other which accounts changed.
//!
//! The word goes out with the commit. Each node also hears itself once a second: while it does not,
//! it may have missed something, and believes nothing it remembers about accounts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Executor as _, PgPool};
use tokio::task::JoinHandle;

use super::IdentityError;
use super::cache::Cache;
use crate::storage::{Engine, Pool, Transaction, Value};

const CHANNEL: &str = "ward_identity";
/// Time between two pulses.
const PULSE: Duration = Duration::from_secs(1);
/// Time between two attempts to listen.
const AGAIN: Duration = Duration::from_secs(1);
/// Time the database has for a connection or a pulse.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the other nodes, if there can be any, that the account changed; with the transaction.
pub(super) async fn tell(db: &Pool, tx: &mut Transaction, account: i64) -> Result<(), IdentityError> {
    if db.engine() == Engine::Postgres {
        let told = [Value::Text(CHANNEL.to_owned()), Value::Text(account.to_string())];
        tx.execute("SELECT pg_notify($1, $2)", &told).await?;
    }
    Ok(())
}

/// Listens for as long as the task lives. Nothing with SQLite: there are no other nodes.
pub(super) fn start(db: &Pool, cache: &Arc<Cache>) -> Option<JoinHandle<()>> {
    let options = db.postgres()?.connect_options();
    let cache = cache.clone();
    Some(tokio::spawn(async move {
        loop {
            let result = listen(&options, &cache).await;
            cache.deaf();
            if let Err(error) = result {
                tracing::warn!(%error, "changes of accounts are not heard; every request reads them again");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }))
}

/// Returns when the connection is lost.
async fn listen(options: &PgConnectOptions, cache: &Cache) -> Result<(), sqlx::Error> {
    // Connections of its own, so that a busy pool makes nobody deaf: one listens, one sends the pulse.
    let pool = PgPoolOptions::new().max_connections(2).max_lifetime(None).idle_timeout(None).acquire_timeout(PATIENCE);
    let own = pool.connect_with(options.clone()).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // What changed while nobody listened is not known.
    cache.forget_all();
    let pulse = Pulse { node: uuid::Uuid::new_v4().simple().to_string(), start: Instant::now() };
    tokio::select! {
        lost = receive(&mut listener, cache, &pulse) => lost,
        lost = pulse.send_forever(&own) => lost,
    }
}

async fn receive(listener: &mut PgListener, cache: &Cache, pulse: &Pulse) -> Result<(), sqlx::Error> {
    while let Some(notification) = listener.try_recv().await? {
        let payload = notification.payload();
        if let Ok(account) = payload.parse() {
            cache.forget(account);
        } else if let Some(sent) = pulse.sent(payload) {
            cache.heard(sent);
        }
    }
    Ok(())
}

/// What a node sends to hear itself.
struct Pulse {
    node: String,
    start: Instant,
}

impl Pulse {
    async fn send_forever(&self, own: &PgPool) -> Result<(), sqlx::Error> {
        let mut interval = tokio::time::interval(PULSE);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            let payload = format!("{} {}", self.node, self.start.elapsed().as_millis());
            let query = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload);
            tokio::time::timeout(PATIENCE, own.execute(query)).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        }
    }

    /// When this node sent the pulse; nothing for another's.
    fn sent(&self, payload: &str) -> Option<Instant> {
        let millis = payload.strip_prefix(&self.node)?.trim_start().parse().ok()?;
        self.start.checked_add(Duration::from_millis(millis))
    }
}
