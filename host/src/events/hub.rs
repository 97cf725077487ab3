//! One plugin's events on this node, and those who follow them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};

use super::outbox::{BATCH, Event, Outbox};
use super::topic::hears;
use crate::storage::SqlError;

/// Events that a follower may be behind before it goes back to the table.
const AHEAD: usize = 256;

/// Tells this node's followers what happens. They share the events; none of them can hold up another, and
/// none can make the node keep more than a few.
pub struct Hub {
    outbox: Outbox,
    /// Events; `None`: look into the table.
    live: Sender<Option<Arc<Event>>>,
    /// The highest number that this node has heard of; [`UNKNOWN`] at first.
    head: AtomicI64,
}

/// Below every number.
const UNKNOWN: i64 = -1;

/// What a follower is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// An event of its topics.
    Event(Arc<Event>),
    /// Events after the one it named are not kept any more.
    Gap,
}

impl Hub {
    /// For the events of `outbox`.
    #[must_use]
    pub fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, live: Sender::new(AHEAD), head: AtomicI64::new(UNKNOWN) })
    }

    /// The plugin's events.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// A number below which nothing is news to a request that comes now.
    pub async fn latest(&self) -> Result<i64, SqlError> {
        match self.head() {
            UNKNOWN => self.outbox.head().await,
            head => Ok(head),
        }
    }

    fn head(&self) -> i64 {
        self.head.load(Ordering::Acquire)
    }

    /// Follows `topics` from the event `after` on.
    #[must_use]
    pub fn follow(self: &Arc<Self>, topics: Vec<String>, after: i64) -> Follower {
        let live = self.live.subscribe();
        Follower { hub: self.clone(), topics, cursor: after, live, behind: true, read: VecDeque::new(), resumes: false }
    }

    /// Tells the followers what has been numbered since the last time.
    pub(super) async fn tell(&self) -> Result<(), SqlError> {
        let head = self.outbox.head().await?;
        // What was there before is no news, but to those who have come before this knew of it.
        if self.head.compare_exchange(UNKNOWN, head, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            let _ = self.live.send(None);
            return Ok(());
        }
        // Looked at after the head was read: who comes later reads everything up to it from the table.
        while self.live.receiver_count() > 0 && self.head() < head {
            let events = self.outbox.after(self.head()).await?;
            let Some(last) = events.last().map(|event| event.seq) else { break };
            for event in events {
                // Nobody left to hear it.
                let _ = self.live.send(Some(Arc::new(event)));
            }
            self.head.store(last, Ordering::Release);
        }
        self.head.fetch_max(head, Ordering::AcqRel);
        Ok(())
    }
}

/// One who follows some topics. What it has not taken waits in the table, not in memory.
pub struct Follower {
    hub: Arc<Hub>,
    topics: Vec<String>,
    /// The last event that was looked at.
    cursor: i64,
    live: Receiver<Option<Arc<Event>>>,
    /// Whether the table may have what `live` has not.
    behind: bool,
    read: VecDeque<Arc<Event>>,
    /// It names an event that it heard on an earlier connection.
    resumes: bool,
}

impl Follower {
    /// The same, of someone who came back: told if something in between is not kept any more.
    #[must_use]
    pub fn resuming(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// The last event that was looked at, of whichever topic.
    #[must_use]
    pub fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Waits for the next event of its topics. May be dropped at any time without losing one.
    pub async fn next(&mut self) -> Result<Told, SqlError> {
        if self.resumes {
            let (floor, head) = (self.hub.outbox.floor().await?, self.hub.outbox.head().await?);
            self.resumes = false;
            // A number that was never given comes from another database.
            if self.cursor > head || self.cursor.saturating_add(1) < floor {
                self.cursor = self.cursor.min(head).max(floor.saturating_sub(1));
                return Ok(Told::Gap);
            }
        }
        loop {
            while let Some(event) = self.read.pop_front() {
                if let Some(event) = self.look_at(event) {
                    return Ok(Told::Event(event));
                }
            }
            if self.behind {
                let events = self.hub.outbox.after(self.cursor).await?;
                self.behind = events.len() == BATCH;
                self.read.extend(events.into_iter().map(Arc::new));
                continue;
            }
            match self.live.recv().await {
                Ok(Some(event)) => self.read.push_back(event),
                Ok(None) | Err(RecvError::Lagged(_)) => self.behind = true,
                // The hub is held: its sender lives.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    fn look_at(&mut self, event: Arc<Event>) -> Option<Arc<Event>> {
        if event.seq <= self.cursor {
            return None;
        }
        self.cursor = event.seq;
        self.topics.iter().any(|topic| hears(topic, &event.topic)).then_some(event)
    }
}
