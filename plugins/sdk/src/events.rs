//! What happened, told to whoever may hear it: other plugins, and clients of an
//! [`EventStream`](crate::EventStream).

use serde::Serialize;

use crate::bindings::ward::plugin::events as wit;
use crate::queued::noted;
use crate::sql::Transaction;

pub use crate::queued::Error;

/// Publishes to a topic of this plugin (words joined by `/`), if and when the transaction commits.
pub fn publish(topic: &str, data: &impl Serialize, within: &Transaction) -> Result<(), Error> {
    let data = serde_json::to_string(data).map_err(|error| Error::Invalid(error.to_string()))?;
    noted(within, wit::publish(topic, &data, within.inner()))
}
