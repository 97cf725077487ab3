//! The life of a study: `uploaded` → `assigned` → `in_review` → `report_generated` → `verified`.
//!
//! [`Status::after`] is the only place where a status becomes another one. Writing a report passes
//! through the steps before it (a radiologist who writes has started, whoever was to do it); nothing
//! goes back and nothing happens twice.

use super::Word;

/// Where a study stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Uploaded, awaiting assignment.
    Uploaded,
    /// Assigned to a radiologist.
    Assigned,
    /// A radiologist is reviewing it.
    InReview,
    /// A report was written and awaits verification.
    ReportGenerated,
    /// The report is verified.
    Verified,
}

/// What happens to a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is assigned to a radiologist.
    Assign,
    /// The radiologist to whom it is assigned opens it.
    Open,
    /// A report is written.
    Report,
    /// The report is verified.
    Verify,
}

/// A step that the life of a study does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A study cannot go from {} to {}", from.word(), to.word())]
pub struct IllegalStep {
    /// Where it stands.
    pub from: Status,
    /// Where it should have gone.
    pub to: Status,
}

impl Event {
    /// Where it leads.
    #[must_use]
    pub fn target(self) -> Status {
        match self {
            Self::Assign => Status::Assigned,
            Self::Open => Status::InReview,
            Self::Report => Status::ReportGenerated,
            Self::Verify => Status::Verified,
        }
    }
}

impl Status {
    /// Where the study stands after `event`.
    pub fn after(self, event: Event) -> Result<Self, IllegalStep> {
        match (self, event) {
            (Self::Uploaded, Event::Assign)
            | (Self::Assigned, Event::Open)
            | (Self::Uploaded | Self::Assigned | Self::InReview, Event::Report)
            | (Self::ReportGenerated, Event::Verify) => Ok(event.target()),
            _ => Err(IllegalStep { from: self, to: event.target() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, IllegalStep, Status, Word};

    #[test]
    fn every_state_and_every_event() {
        use Event::{Assign, Open, Report, Verify};
        use Status::{Assigned, InReview, ReportGenerated, Uploaded, Verified};
        let legal = [
            (Uploaded, Assign, Assigned),
            (Uploaded, Report, ReportGenerated),
            (Assigned, Open, InReview),
            (Assigned, Report, ReportGenerated),
            (InReview, Report, ReportGenerated),
            (ReportGenerated, Verify, Verified),
        ];
        for (from, _) in Status::WORDS {
            for event in [Assign, Open, Report, Verify] {
                let expected = legal.iter().find(|(state, step, _)| state == from && *step == event);
                match expected {
                    Some((_, _, to)) => assert_eq!(from.after(event), Ok(*to)),
                    None => assert_eq!(from.after(event), Err(IllegalStep { from: *from, to: event.target() })),
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_both_states() {
        let refused = Status::Verified.after(Event::Report).expect_err("nothing follows");
        assert_eq!(refused.to_string(), "A study cannot go from verified to report_generated");
    }
}
