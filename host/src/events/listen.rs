//! Nodes that share a PostgreSQL tell each other that something was published. Who does not hear it looks
//! by itself, a little later.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::hub::Hub;
use crate::storage::Pool;

/// Where it is told; what is told is the domain.
pub(super) const CHANNEL: &str = "ward_events";
/// Time between two attempts to listen.
const AGAIN: Duration = Duration::from_secs(1);
/// Time that the database has for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Listens for as long as it lives.
pub struct Listener(Option<JoinHandle<()>>);

impl Listener {
    /// Starts listening for news of these hubs. Nothing with SQLite: there are no other nodes.
    #[must_use]
    pub fn start(host: &Pool, hubs: impl IntoIterator<Item = Arc<Hub>>) -> Self {
        let bells: HashMap<String, Arc<Notify>> =
            hubs.into_iter().map(|hub| (hub.outbox().domain().to_owned(), hub.outbox().bell().clone())).collect();
        let options = host.postgres().filter(|_| !bells.is_empty()).map(sqlx::Pool::connect_options);
        Self(options.map(|options| tokio::spawn(listen_for_ever(options, bells))))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

async fn listen_for_ever(options: Arc<PgConnectOptions>, bells: HashMap<String, Arc<Notify>>) {
    loop {
        if let Err(error) = listen(&options, &bells).await {
            tracing::warn!(%error, "events of other nodes are not heard at once, only a little later");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Returns when the connection is lost.
async fn listen(options: &PgConnectOptions, bells: &HashMap<String, Arc<Notify>>) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).acquire_timeout(PATIENCE);
    let own = pool.connect_with(options.clone()).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    while let Some(notification) = listener.try_recv().await? {
        if let Some(bell) = bells.get(notification.payload()) {
            bell.notify_one();
        }
    }
    Ok(())
}
