//! Nodes that share a PostgreSQL tell each other what is active; each follows.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};

use super::active::{self, CHANNEL};
use super::{Inner, Life};

/// Time between two looks without a word, in case one was missed.
const LOOK: Duration = Duration::from_secs(30);
/// Time between two attempts to listen.
const AGAIN: Duration = Duration::from_secs(1);
/// Time the database has for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

impl Life {
    /// Follows for as long as it is awaited. With SQLite there are no other nodes.
    pub async fn follow(&self) {
        let Some(pool) = self.0.database.host().postgres() else { return std::future::pending().await };
        let options = pool.connect_options();
        loop {
            if let Err(error) = listen(&self.0, &options).await {
                tracing::warn!(%error, "changes of plugins are not heard");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Returns when the connection is lost.
async fn listen(inner: &Inner, options: &sqlx::postgres::PgConnectOptions) -> Result<(), sqlx::Error> {
    // A connection of its own, so that a busy pool makes nobody deaf.
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).acquire_timeout(PATIENCE);
    let own = pool.connect_with(options.clone()).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    loop {
        // Also what changed while nobody listened.
        inner.catch_up().await;
        match tokio::time::timeout(LOOK, listener.try_recv()).await {
            Err(_) | Ok(Ok(Some(_))) => {}
            Ok(lost) => return lost.map(drop),
        }
    }
}

impl Inner {
    /// Lets serve what is active. What cannot serve here is said, and tried again at the next look.
    async fn catch_up(&self) {
        // Not while a change is made here: it would be swapped twice.
        let _changing = self.changing.lock().await;
        let rows = match active::all(self.database.host()).await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "what is active cannot be read"),
        };
        for point in &self.mounts {
            let Some(row) = rows.iter().find(|row| row.domain == point.domain) else { continue };
            if let Err(error) = self.serve(point, row).await {
                tracing::error!(domain = point.domain, %error, "what another node has activated cannot serve here");
            }
        }
    }
}
