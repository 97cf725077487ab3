//! The host's signature of the end of the chain.

use super::chain::Head;
use crate::identity::Identity;

/// Signs and checks with the key that signs tokens.
#[derive(Clone)]
pub(super) struct Seal(Identity);

impl Seal {
    pub(super) fn new(identity: &Identity) -> Self {
        Self(identity.clone())
    }

    pub(super) fn sign(&self, head: &Head) -> String {
        self.0.seal(&head.statement())
    }

    /// Whether the key has signed this end. The chain that nothing was added to is not signed.
    pub(super) fn holds(&self, head: &Head, signature: &str) -> bool {
        (head.number == 0 && signature.is_empty()) || self.0.is_sealed(&head.statement(), signature)
    }
}
