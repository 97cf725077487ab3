//! The life of an invoice. [`Status::step`] is the only place where a status becomes another one.

use ward_sdk::Word as _;

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Made, and not paid.
    Pending,
    /// Paid.
    Paid,
    /// Void.
    Cancelled,
}

/// A step that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalStep {
    from: Status,
    to: Status,
}

impl std::fmt::Display for IllegalStep {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "An invoice that is {} cannot become {}", self.from.word(), self.to.word())
    }
}

impl Status {
    /// Goes on to another status. What is cancelled stays so.
    pub fn step(self, to: Self) -> Result<Self, IllegalStep> {
        match (self, to) {
            (Self::Cancelled, Self::Pending | Self::Paid) => Err(IllegalStep { from: self, to }),
            _ => Ok(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{Cancelled, Paid, Pending};

    #[test]
    fn what_is_cancelled_stays_so_and_all_else_may_change() {
        for from in [Pending, Paid, Cancelled] {
            for to in [Pending, Paid, Cancelled] {
                let allowed = from != Cancelled || to == Cancelled;
                assert_eq!(from.step(to).ok(), allowed.then_some(to), "{from:?} to {to:?}");
            }
        }
        let sentence = Cancelled.step(Paid).expect_err("illegal").to_string();
        assert_eq!(sentence, "An invoice that is cancelled cannot become paid");
    }
}
