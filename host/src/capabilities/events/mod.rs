//! `ward:plugin/events`: telling what happened.

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use crate::capabilities::sql::OpenTransaction;
use crate::events::{EventError, Outbox};
use crate::storage::SqlError;

use bindings::ward::plugin::events::{self, Error};

/// Generated from `wit/events.wit`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:events-host; world host { import ward:plugin/events@0.1.0; }",
        imports: { default: async | trappable },
        with: { "ward:plugin/sql": crate::capabilities::sql::bindings::ward::plugin::sql },
    });
}

/// Events that one request may publish.
const MOST: usize = 1_000;

/// What one request or job may use.
pub struct EventsCtx {
    /// The plugin's events; `None` if `events` is not granted.
    pub outbox: Option<Outbox>,
    published: usize,
    /// For how many there was room when the first was published.
    room: Option<usize>,
}

impl EventsCtx {
    /// For a request of a plugin with these events.
    #[must_use]
    pub fn new(outbox: Option<Outbox>) -> Self {
        Self { outbox, published: 0, room: None }
    }

    fn outbox(&self) -> Result<&Outbox, Error> {
        self.outbox.as_ref().ok_or_else(|| Error::Denied("`events` is not granted".into()))
    }

    /// Counts an event that is about to be published.
    async fn count(&mut self) -> Result<(), Error> {
        if self.published >= MOST {
            return Err(Error::TooLarge(format!("more than {MOST} events in one request")));
        }
        let room = match self.room {
            Some(room) => room,
            None => self.outbox()?.room().await.map_err(EventError::from)?,
        };
        self.room = Some(room);
        if self.published >= room {
            return Err(Error::Full);
        }
        self.published += 1;
        Ok(())
    }
}

/// The context and the table that resources live in.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut EventsCtx,
    /// Of this instance; transactions of `sql` are in it too.
    pub table: &'a mut ResourceTable,
}

struct HasEvents;

impl HasData for HasEvents {
    type Data<'a> = View<'a>;
}

/// Gives a linker the interface.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    events::add_to_linker::<T, HasEvents>(linker, view)
}

impl events::Host for View<'_> {
    async fn publish(
        &mut self,
        topic: String,
        data: String,
        transaction: Resource<OpenTransaction>,
    ) -> wasmtime::Result<Result<(), Error>> {
        if let Err(error) = self.ctx.count().await {
            return Ok(Err(error));
        }
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        Ok(match self.ctx.outbox() {
            Ok(outbox) => outbox.publish(&topic, &data, transaction).await.map_err(Error::from),
            Err(error) => Err(error),
        })
    }
}

impl From<EventError> for Error {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Invalid(what) | EventError::Sql(SqlError::Invalid(what)) => Self::Invalid(what),
            EventError::TooLarge(what) | EventError::Sql(SqlError::TooLarge(what)) => Self::TooLarge(what),
            EventError::Sql(SqlError::Conflict) => Self::Conflict,
            EventError::Sql(SqlError::Denied(what)) => Self::Denied(what),
            EventError::Sql(_) => Self::Unavailable,
        }
    }
}
