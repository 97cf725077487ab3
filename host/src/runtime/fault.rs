//! What can go wrong with a guest, and whose fault it is: the guest's, always.

use wasmtime::Trap;

/// Why a plugin did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A trap: a panic, an unreachable instruction, an access out of bounds, a stack overflow.
    #[error("the plugin trapped: {0}")]
    Trap(String),
    /// It asked for more memory, table or instances than its limits allow, and then trapped.
    #[error("the plugin ran out of its {0}")]
    Exhausted(&'static str),
    /// It computed for longer than its limit.
    #[error("the plugin computed for longer than {0} ms")]
    Cpu(u64),
    /// It did not answer within its limit.
    #[error("the plugin did not answer within {0} ms")]
    Wall(u64),
    /// It passed more bytes to the host in one call than its limit allows.
    #[error("the plugin passed more to the host than one call may carry")]
    CallTooLarge,
    /// Its answer is larger than its limit allows.
    #[error("the plugin's answer is invalid: its body has more than {0} bytes")]
    AnswerTooLarge(usize),
    /// Its answer is not one: says what is wrong with it.
    #[error("the plugin's answer is invalid: {0}")]
    Invalid(String),
    /// No room for another instance.
    #[error("there is no room for another instance")]
    NoRoom,
}

impl Fault {
    /// Whether the client is told that time ran out (504) rather than that something broke (500).
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Cpu(_) | Self::Wall(_))
    }

    /// Names the fault of a failed call. `exhausted` is the limit that a growth ran into, if one did.
    ///
    /// The text holds trap codes and function names, never what the guest wrote: a panic's message
    /// may quote a patient's data.
    pub(super) fn from_error(error: &wasmtime::Error, exhausted: Option<&'static str>) -> Self {
        if error.is::<wasmtime::PoolConcurrencyLimitError>() {
            return Self::NoRoom;
        }
        if let Some(limit) = exhausted {
            return Self::Exhausted(limit);
        }
        if let Some(trap) = error.downcast_ref::<Trap>() {
            return Self::Trap(trap.to_string());
        }
        let root = error.root_cause().to_string();
        if root.contains("fuel allocated for hostcalls") {
            return Self::CallTooLarge;
        }
        Self::Trap(root)
    }
}
