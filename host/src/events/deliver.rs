//! Events as jobs of the plugins that subscribed.

use super::outbox::{BATCH, Event, Outbox};
use super::topic::hears;
use crate::jobs::{NewJob, Queue};
use crate::storage::row::Row;
use crate::storage::{Bounds, SqlError, Value};

/// A plugin that wants to be told.
#[derive(Clone)]
pub struct Subscriber {
    /// Its domain.
    pub domain: String,
    /// What it wants to be told of.
    pub topic: String,
    /// Kind of the jobs that this becomes.
    pub kind: String,
    /// Where they go.
    pub queue: Queue,
}

impl Subscriber {
    /// Its name among the cursors.
    fn name(&self) -> String {
        format!("{} {} {}", self.domain, self.topic, self.kind)
    }

    /// The job's key: an event becomes one job, however often it is delivered.
    fn key(&self, publisher: &str, event: &Event) -> String {
        format!("event:{publisher}:{}:{}", event.id, self.kind)
    }

    /// Puts the next events into its queue; whether there may be more, and there is room for them.
    pub(super) async fn deliver(&self, outbox: &Outbox) -> Result<bool, SqlError> {
        let cursor = self.cursor(outbox).await?;
        let events = outbox.after(cursor).await?;
        let Some(last) = events.last().map(|event| event.seq) else { return Ok(false) };
        let wanted: Vec<&Event> = events.iter().filter(|event| hears(&self.topic, &event.topic)).collect();
        // What there is no room for waits where it is.
        let room = if wanted.is_empty() { 0 } else { self.queue.room().await? };
        let told = if wanted.len() <= room { last } else { wanted[room].seq - 1 };
        if room > 0 {
            let mut tx = self.queue.begin().await?;
            for event in wanted.iter().take(room) {
                self.queue.insert(&self.job(outbox.domain(), event), &mut tx).await?;
            }
            tx.commit().await?;
        }
        self.advance(outbox, told).await?;
        Ok(events.len() == BATCH && told == last)
    }

    fn job(&self, publisher: &str, event: &Event) -> NewJob {
        // Neither an id nor a topic has a letter that JSON would escape, and the data are JSON.
        let Event { id, topic, data, created, .. } = event;
        NewJob {
            kind: self.kind.clone(),
            payload: format!(r#"{{"id":"{id}","topic":"{topic}","published":{created},"data":{data}}}"#),
            key: Some(self.key(publisher, event)),
            ..NewJob::default()
        }
    }

    async fn cursor(&self, outbox: &Outbox) -> Result<i64, SqlError> {
        const SELECT: &str = "SELECT seq FROM ward_event_cursor WHERE subscriber = $1";
        let found = outbox.pool().query(SELECT, &[Value::Text(self.name())], ONE).await?;
        match found.rows.into_iter().next() {
            Some(row) => Row::new(row).int(),
            None => outbox.head().await,
        }
    }

    async fn advance(&self, outbox: &Outbox, told: i64) -> Result<(), SqlError> {
        const ADVANCE: &str = "UPDATE ward_event_cursor SET seq = $1 WHERE subscriber = $2 AND seq < $1";
        outbox.pool().execute(ADVANCE, &[Value::Int(told), Value::Text(self.name())]).await.map(drop)
    }
}

const ONE: Bounds = Bounds { rows: 1, bytes: 64 };

/// Remembers who is to be told: one who is new, of what comes from now on; one who was told before, from
/// where it was, as far as events are kept.
pub(super) async fn introduce(outbox: &Outbox, subscribers: &[Subscriber]) -> Result<(), SqlError> {
    const INSERT: &str = "INSERT INTO ward_event_cursor (subscriber, seq) \
         SELECT $1, seq FROM ward_event_head WHERE TRUE ON CONFLICT DO NOTHING";
    for subscriber in subscribers {
        outbox.pool().execute(INSERT, &[Value::Text(subscriber.name())]).await?;
    }
    outbox.deliver_to(subscribers.iter().map(Subscriber::name).collect());
    Ok(())
}
