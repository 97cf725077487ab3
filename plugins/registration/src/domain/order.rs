//! The life of an order (挂号订单).
//!
//! `waitlist` → `pending` → `confirmed` → `completed`; out of the first three also to `cancelled`; out of
//! `pending` and `confirmed`, when the shift has ended, to `no_show`.

/// Where an order is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// Waits for a slot.
    Waitlist,
    /// Holds a slot; not yet paid or checked in.
    Pending,
    /// Checked in at the desk, or called.
    Confirmed,
    /// The patient was seen.
    Completed,
    /// Called off; its slot is free again.
    Cancelled,
    /// The shift ended and nobody had come.
    NoShow,
}

impl OrderStatus {
    /// Whether it takes one of the schedule's slots, for ever or for now.
    #[must_use]
    pub fn holds_slot(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Completed | Self::NoShow)
    }

    /// Whether something may still come of it.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Waitlist | Self::Pending | Self::Confirmed)
    }
}

/// Whether an order is paid. There is no payment but at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Not yet.
    Pending,
    /// At the desk.
    Paid,
    /// And given back.
    Refunded,
}

/// How an order came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Booked.
    Booking,
    /// Filed on the waiting list.
    Waitlist,
    /// Added to the shift by an administrator or on a doctor's request.
    AddSlot,
}

/// Why an order was called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The account that booked it wished so.
    Patient,
    /// An administrator did it at the desk.
    Desk,
    /// The doctor has leave.
    Leave,
    /// The shift was stopped or taken away.
    Stopped,
    /// No slot became free before the shift ended.
    Expired,
}

/// Where a request for one more slot (加号申请) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddSlotStatus {
    /// Waits for its decision.
    Pending,
    /// The slot was added.
    Approved,
    /// It was not.
    Rejected,
    /// The doctor took it back.
    Cancelled,
}

super::words! {
    AddSlotStatus { Pending = "pending", Approved = "approved", Rejected = "rejected", Cancelled = "cancelled" }
    OrderStatus {
        Waitlist = "waitlist",
        Pending = "pending",
        Confirmed = "confirmed",
        Completed = "completed",
        Cancelled = "cancelled",
        NoShow = "no_show",
    }
    Payment { Pending = "pending", Paid = "paid", Refunded = "refunded" }
    Source { Booking = "booking", Waitlist = "waitlist", AddSlot = "add_slot" }
    CancelReason {
        Patient = "patient",
        Desk = "desk",
        Leave = "leave",
        Stopped = "stopped",
        Expired = "expired",
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus;
    use crate::domain::Word;

    #[test]
    fn every_order_holds_a_slot_but_those_that_wait_or_are_called_off() {
        let holding: Vec<_> = OrderStatus::WORDS.iter().filter(|(status, _)| status.holds_slot()).collect();
        let words: Vec<_> = holding.iter().map(|(_, word)| *word).collect();
        assert_eq!(words, ["pending", "confirmed", "completed", "no_show"]);
    }

    #[test]
    fn what_has_ended_is_not_active() {
        let ended: Vec<_> = OrderStatus::WORDS.iter().filter(|(status, _)| !status.is_active()).collect();
        assert_eq!(ended.iter().map(|(_, word)| *word).collect::<Vec<_>>(), ["completed", "cancelled", "no_show"]);
    }
}
