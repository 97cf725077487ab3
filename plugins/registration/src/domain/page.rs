//! `page` and `page_size`.

use ward_sdk::sql::Window;

use crate::input::{Fields, Int};

/// The most that a list gives; more is answered as if this had been asked for.
const LARGEST: i64 = 10_000;

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: i64,
    /// Records to give at most: 1 to 10,000.
    pub page_size: i64,
}

impl Page {
    /// Reads `page` (1) and `page_size` (`default`); both start at 1. The size's name may also be `pageSize`.
    pub fn read(fields: &mut Fields, default: i64) -> Option<Self> {
        let page = fields.optional("page", &Int::at_least(1));
        let page_size = fields.optional("page_size", &Int::at_least(1));
        let camel = fields.optional("pageSize", &Int::at_least(1));
        let page_size = page_size?.or(camel?).unwrap_or(default).min(LARGEST);
        Some(Self { page: page?.unwrap_or(1), page_size })
    }

    /// For `LIMIT`.
    #[must_use]
    pub fn limit(self) -> i64 {
        self.page_size
    }

    /// For `OFFSET`.
    #[must_use]
    pub fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.page_size)
    }
}

impl From<Page> for Window {
    fn from(page: Page) -> Self {
        Self { limit: page.limit(), offset: page.offset() }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::input::Fields;

    fn read(query: &[(&str, &str)]) -> Option<Page> {
        let pairs = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Page::read(&mut Fields::query(pairs), 50)
    }

    #[test]
    fn defaults_and_the_cap() {
        assert_eq!(read(&[]), Some(Page { page: 1, page_size: 50 }));
        assert_eq!(read(&[("page", "3"), ("pageSize", "20")]), Some(Page { page: 3, page_size: 20 }));
        assert_eq!(read(&[("page_size", "1000000")]), Some(Page { page: 1, page_size: 10_000 }));
    }

    #[test]
    fn the_last_page_there_could_be_does_not_overflow() {
        let page = read(&[("page", "9223372036854775807"), ("page_size", "10000")]).expect("a page");
        assert_eq!(page.offset(), i64::MAX);
    }

    #[test]
    fn zero_negative_and_other_texts_are_refused() {
        for wrong in ["0", "-1", "ten", "1.5", "99999999999999999999"] {
            assert_eq!(read(&[("page", wrong)]), None, "{wrong}");
            assert_eq!(read(&[("page_size", wrong)]), None, "{wrong}");
        }
    }
}
