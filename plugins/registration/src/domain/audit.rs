//! The life of a request that is audited: `pending`, then `approved` or `rejected`, once.

use crate::failure::Failure;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditStatus {
    /// Nobody has decided.
    Pending,
    /// It was granted, and done.
    Approved,
    /// It was refused; nothing was done.
    Rejected,
}

/// What an auditor decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// To grant it.
    Approve,
    /// To refuse it.
    Reject,
}

crate::domain::words! {
    AuditStatus { Pending = "pending", Approved = "approved", Rejected = "rejected" }
}

impl AuditStatus {
    /// Where the request stands after a decision.
    pub fn after(self, decision: Decision) -> Result<Self, Failure> {
        match (self, decision) {
            (Self::Pending, Decision::Approve) => Ok(Self::Approved),
            (Self::Pending, Decision::Reject) => Ok(Self::Rejected),
            (Self::Approved | Self::Rejected, _) => Err(decided()),
        }
    }
}

/// That somebody has decided already.
#[must_use]
pub fn decided() -> Failure {
    Failure::refused("该申请已审核，不能重复操作")
}

#[cfg(test)]
mod tests {
    use super::{AuditStatus, Decision};

    #[test]
    fn a_decision_is_taken_once() {
        use AuditStatus::{Approved, Pending, Rejected};
        assert_eq!(Pending.after(Decision::Approve), Ok(Approved));
        assert_eq!(Pending.after(Decision::Reject), Ok(Rejected));
        for decided in [Approved, Rejected] {
            for decision in [Decision::Approve, Decision::Reject] {
                assert_eq!(decided.after(decision).map_err(|failure| failure.code), Err(99));
            }
        }
    }
}
