//! Events: what happened, told to other plugins and to clients.
//!
//! A plugin publishes into an outbox in its own schema, in the transaction that caused the event. A relay
//! on each node numbers what has been committed, in the order of the commits and without gaps: whoever has
//! heard number n and asks for what comes after it misses nothing. Then it tells the node's own streams,
//! and puts jobs into the queues of the plugins that subscribed.
//!
//! Other nodes are told by `NOTIFY`, and look by themselves where that does not reach them.

mod deliver;
mod hub;
mod listen;
mod outbox;
mod relay;
#[cfg(test)]
mod tests;
mod topic;

pub use deliver::Subscriber;
pub use hub::{Follower, Hub, Told};
pub use listen::Listener;
pub use outbox::{Event, EventError, Outbox};
pub use relay::{Handle, start};
pub use topic::{hears, is_topic};
