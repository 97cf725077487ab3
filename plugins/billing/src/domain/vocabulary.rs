//! The words that the API knows, one table for each enumeration.

use ward_sdk::words;

use super::Status;

/// How a study was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// CT scan.
    Ct,
    /// X-ray.
    Xray,
    /// MRI.
    Mri,
    /// Ultrasound.
    Ultrasound,
    /// PET scan.
    Pet,
}

/// What money is counted in. Each has hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Currency {
    /// US dollar.
    Usd,
    /// Indian rupee.
    Inr,
    /// UAE dirham.
    Aed,
}

words! {
    /// How a study was made.
    Modality { Ct = "ct", Xray = "xray", Mri = "mri", Ultrasound = "ultrasound", Pet = "pet" }
    /// US dollar, Indian rupee or UAE dirham.
    Currency { Usd = "usd", Inr = "inr", Aed = "aed" }
    /// Where an invoice stands.
    Status { Pending = "pending", Paid = "paid", Cancelled = "cancelled" }
}
