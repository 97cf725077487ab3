//! Limits, each with its default, its override and its variable.

use serde::Deserialize;

/// Declares a table of limits: the struct, its defaults, and access by the names of its keys.
macro_rules! limits {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $key:ident: $kind:ty = $default:expr,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$doc])* pub $key: $kind,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)* }
            }
        }

        impl $name {
            /// The keys, in the order of the documentation.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];

            /// Sets the key, or nothing if the value is no whole number in its range.
            pub(super) fn set(&mut self, key: &str, value: &str) -> Option<()> {
                match key {
                    $(stringify!($key) => self.$key = value.parse().ok()?,)*
                    _ => return None,
                }
                Some(())
            }

            /// Every key and its value.
            pub(crate) fn values(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($key), u64::try_from(self.$key).unwrap_or(u64::MAX))),*]
            }
        }
    };
}

/// Declares the overrides of [`Limits`].
macro_rules! overrides {
    ($($key:ident: $kind:ty,)*) => {
        /// Limits that a mount sets for itself; absent ones are the assembly's.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[expect(missing_docs, reason = "each field is documented in `Limits`")]
        pub struct LimitOverrides {
            $(pub $key: Option<$kind>,)*
        }

        impl Limits {
            /// These limits with the overrides in their place.
            #[must_use]
            pub fn with(&self, overrides: &LimitOverrides) -> Self {
                Self { $($key: overrides.$key.unwrap_or(self.$key),)* }
            }
        }

        impl LimitOverrides {
            /// Sets the key, or nothing if the value is no whole number in its range.
            pub(super) fn set(&mut self, key: &str, value: &str) -> Option<()> {
                match key {
                    $(stringify!($key) => self.$key = Some(value.parse().ok()?),)*
                    _ => return None,
                }
                Some(())
            }
        }
    };
}

limits! {
    /// What one plugin may use. Bytes, milliseconds, counts.
    Limits {
        /// Linear memory of one instance.
        memory_bytes: usize = 256 << 20,
        /// One request, from instantiation to answer.
        wall_ms: u64 = 30_000,
        /// Time the guest itself computes in one request.
        cpu_ms: u64 = 10_000,
        /// Requests running at once.
        concurrency: usize = 64,
        /// Requests waiting for one of those places; more are answered 503. May be 0.
        queue: usize = 256,
        /// Core instances of one component instance.
        instances: usize = 16,
        /// Tables of one component instance.
        tables: usize = 16,
        /// Elements of one table.
        table_elements: usize = 100_000,
        /// Resources a guest holds at once (transactions, writers, streams).
        handles: usize = 256,
        /// Bytes that cross from guest to host in one call.
        call_bytes: usize = 16 << 20,
        /// An answer's body, unless it is a blob.
        response_bytes: usize = 8 << 20,
        /// A JSON or form body.
        body_bytes: usize = 1 << 20,
        /// One file of a multipart body.
        file_bytes: u64 = 100 << 20,
        /// A whole multipart body.
        total_bytes: u64 = 4 << 30,
        /// Files of a multipart body.
        files: usize = 1_000,
        /// Rows of one result.
        sql_rows: usize = 10_000,
        /// Bytes of one result.
        sql_bytes: usize = 16 << 20,
        /// Jobs running at once, on one node.
        job_concurrency: usize = 4,
        /// Jobs that wait or run; more are not enqueued.
        job_queue: usize = 10_000,
        /// One attempt at a job, from instantiation to its end.
        job_wall_ms: u64 = 600_000,
        /// Time the guest itself computes in one attempt.
        job_cpu_ms: u64 = 300_000,
        /// Events that wait to be delivered to a subscribed plugin; more are not published.
        event_queue: usize = 100_000,
        /// A job's payload or an event's data.
        payload_bytes: usize = 64 << 10,
    }
}

overrides! {
    memory_bytes: usize,
    wall_ms: u64,
    cpu_ms: u64,
    concurrency: usize,
    queue: usize,
    instances: usize,
    tables: usize,
    table_elements: usize,
    handles: usize,
    call_bytes: usize,
    response_bytes: usize,
    body_bytes: usize,
    file_bytes: u64,
    total_bytes: u64,
    files: usize,
    sql_rows: usize,
    sql_bytes: usize,
    job_concurrency: usize,
    job_queue: usize,
    job_wall_ms: u64,
    job_cpu_ms: u64,
    event_queue: usize,
    payload_bytes: usize,
}

limits! {
    /// Limits of the HTTP server itself.
    HttpLimits {
        /// Connections at once.
        connections: usize = 10_000,
        /// Time for a request's headers to arrive.
        header_ms: u64 = 10_000,
        /// Time between two pieces of a body.
        body_idle_ms: u64 = 30_000,
        /// Bytes of a request's headers.
        header_bytes: usize = 64 << 10,
        /// Time at shutdown in which `/health/ready` says so and everything is still answered. May be 0.
        drain_ms: u64 = 0,
        /// Time that running requests have at shutdown, after that.
        shutdown_ms: u64 = 30_000,
    }
}

limits! {
    /// Times of jobs and events, the same on every node.
    BackgroundLimits {
        /// Time after which a node looks for work that it was not told of.
        poll_ms: u64 = 1_000,
        /// Time without a word from its node after which another takes a job up.
        lease_ms: u64 = 30_000,
        /// Wait after a job's first failure; twice as long after each further one.
        retry_ms: u64 = 1_000,
        /// The longest such wait.
        retry_most_ms: u64 = 900_000,
        /// How long a job is remembered that is done or cancelled.
        keep_ended_hours: u64 = 7 * 24,
        /// How long a dead job is remembered.
        keep_dead_hours: u64 = 30 * 24,
        /// How long an event is kept for clients that come back.
        keep_event_hours: u64 = 24,
    }
}

limits! {
    /// Limits of event streams, on one node.
    StreamLimits {
        /// Streams at once.
        streams: usize = 1_000,
        /// Streams of one account, or of one address without one.
        per_account: usize = 5,
        /// Time between two signs of life; the caller's token is looked at as often.
        heartbeat_ms: u64 = 15_000,
        /// Time without an event or a message after which a stream is ended.
        idle_ms: u64 = 1_800_000,
    }
}
