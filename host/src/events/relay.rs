//! The task that looks after one plugin's events on this node.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::deliver::{self, Subscriber};
use super::hub::Hub;
use crate::storage::SqlError;

/// Time between two sweeps of events that need not be kept.
const SWEEP: Duration = Duration::from_mins(10);

/// A relay that runs. It ends when this is dropped.
pub struct Handle {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Handle {
    /// Ends it, and waits until it has.
    pub async fn stop(self) {
        drop(self.stop);
        if self.task.await.is_err() {
            tracing::error!("a relay panicked");
        }
    }
}

/// Starts telling the events of `hub` to this node's followers and to the `subscribers`, who hear what is
/// published from now on.
pub async fn start(hub: Arc<Hub>, subscribers: Vec<Subscriber>) -> Result<Handle, SqlError> {
    deliver::introduce(hub.outbox(), &subscribers).await?;
    hub.tell().await?;
    let (stop, stopped) = watch::channel(());
    let relay = Relay { hub, subscribers, swept: None };
    Ok(Handle { stop, task: tokio::spawn(relay.work(stopped)) })
}

struct Relay {
    hub: Arc<Hub>,
    subscribers: Vec<Subscriber>,
    swept: Option<Instant>,
}

impl Relay {
    async fn work(mut self, mut stopped: watch::Receiver<()>) {
        let bell = self.hub.outbox().bell().clone();
        let mut tick = tokio::time::interval(Duration::from_millis(self.hub.outbox().poll_ms()));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Err(error) = Box::pin(self.turn()).await {
                tracing::warn!(domain = self.hub.outbox().domain(), %error, "events cannot be told now");
            }
            tokio::select! {
                _ = stopped.changed() => return,
                () = bell.notified() => {}
                _ = tick.tick() => {}
            }
        }
    }

    async fn turn(&mut self) -> Result<(), SqlError> {
        self.hub.outbox().number_new().await?;
        self.hub.tell().await?;
        for subscriber in &self.subscribers {
            // One that is slow or away holds up nobody else.
            loop {
                match subscriber.deliver(self.hub.outbox()).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        let (publisher, subscriber) = (self.hub.outbox().domain(), &subscriber.domain);
                        tracing::warn!(publisher, subscriber, %error, "events cannot be delivered now");
                        break;
                    }
                }
            }
        }
        if self.swept.is_none_or(|swept| swept.elapsed() > SWEEP) {
            self.swept = Some(Instant::now());
            self.hub.outbox().sweep().await?;
        }
        Ok(())
    }
}
