//! The numbers of invoices.

use std::fmt;

use ward_sdk::sql::{ToValue, Value};

/// The number of an invoice: `INV26000001` is the first of 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoiceNumber {
    /// The year that it was given in.
    pub year: i64,
    /// How many were given in that year, with this one.
    pub place: i64,
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "INV{:02}{:06}", self.year.rem_euclid(100), self.place)
    }
}

impl ToValue for InvoiceNumber {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::InvoiceNumber;

    #[test]
    fn numbers_have_the_documents_shape() {
        let written = |year, place| InvoiceNumber { year, place }.to_string();
        assert_eq!(written(2026, 1), "INV26000001");
        assert_eq!(written(2100, 999_999), "INV00999999");
        assert_eq!(written(2026, 1_000_000), "INV261000000");
    }
}
