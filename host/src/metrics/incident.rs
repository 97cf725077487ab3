//! What went wrong with a request, by kind.

use crate::runtime::Fault;

/// A plugin's fault, or a limit that a request or a plugin ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    /// The plugin trapped.
    Trap,
    /// The plugin's answer was none.
    Invalid,
    /// Linear memory.
    Memory,
    /// Elements of tables.
    Tables,
    /// Processor time.
    CpuTime,
    /// Time to the answer.
    WallTime,
    /// Bytes of a call to the host.
    CallBytes,
    /// Bytes of an answer.
    ResponseBytes,
    /// Instances of all plugins at once.
    Instances,
    /// Requests at once.
    Concurrency,
    /// Requests in a span of time.
    Rate,
    /// Bytes of a request's body.
    BodyBytes,
}

impl Incident {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Trap,
        Self::Invalid,
        Self::Memory,
        Self::Tables,
        Self::CpuTime,
        Self::WallTime,
        Self::CallBytes,
        Self::ResponseBytes,
        Self::Instances,
        Self::Concurrency,
        Self::Rate,
        Self::BodyBytes,
    ];

    /// The value of its label.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Invalid => "invalid",
            Self::Memory => "memory",
            Self::Tables => "tables",
            Self::CpuTime => "cpu_time",
            Self::WallTime => "wall_time",
            Self::CallBytes => "call_bytes",
            Self::ResponseBytes => "response_bytes",
            Self::Instances => "instances",
            Self::Concurrency => "concurrency",
            Self::Rate => "rate",
            Self::BodyBytes => "body_bytes",
        }
    }

    /// Whether the plugin broke, rather than a limit held.
    #[must_use]
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Trap | Self::Invalid)
    }
}

impl From<&Fault> for Incident {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Trap(_) => Self::Trap,
            Fault::Exhausted("memory") => Self::Memory,
            Fault::Exhausted(_) => Self::Tables,
            Fault::Cpu(_) => Self::CpuTime,
            Fault::Wall(_) => Self::WallTime,
            Fault::CallTooLarge => Self::CallBytes,
            Fault::AnswerTooLarge(_) => Self::ResponseBytes,
            Fault::Invalid(_) => Self::Invalid,
            Fault::NoRoom => Self::Instances,
        }
    }
}
