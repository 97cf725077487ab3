//! Parts of lists by `skip` and `limit`.

use super::{Fields, Int};
use crate::sql::Window;

/// What a list gives when nothing is asked for.
const DEFAULT: i64 = 100;

/// The most that a list gives; more is answered as if this had been asked for.
const LARGEST: i64 = 1000;

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Records to leave out at the start.
    pub skip: u32,
    /// Records to give at most: 0 to 1,000.
    pub limit: u32,
}

impl Page {
    /// Reads `skip` and `limit`; neither may be negative.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        let skip = fields.optional("skip", &Int::at_least(0));
        let limit = fields.optional("limit", &Int::at_least(0));
        let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        Some(Self { skip: number(skip?.unwrap_or(0)), limit: number(limit?.unwrap_or(DEFAULT).min(LARGEST)) })
    }

    /// This part of a whole list.
    pub fn of<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        let (skip, limit) = (self.skip.try_into().unwrap_or(usize::MAX), self.limit.try_into().unwrap_or(usize::MAX));
        all.into_iter().skip(skip).take(limit).collect()
    }
}

impl From<Page> for Window {
    fn from(page: Page) -> Self {
        Self { limit: page.limit.into(), offset: page.skip.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::input::Fields;

    fn read(query: &[(&str, &str)]) -> Option<Page> {
        Page::read(&mut Fields::query(query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))))
    }

    #[test]
    fn defaults_and_the_cap() {
        assert_eq!(read(&[]), Some(Page { skip: 0, limit: 100 }));
        assert_eq!(read(&[("skip", "7"), ("limit", "1000")]), Some(Page { skip: 7, limit: 1000 }));
        assert_eq!(read(&[("limit", "10000")]), Some(Page { skip: 0, limit: 1000 }));
        assert_eq!(read(&[("skip", "9000000000000000000")]), Some(Page { skip: u32::MAX, limit: 100 }));
    }

    #[test]
    fn negative_and_other_texts_are_refused() {
        for wrong in ["-1", "ten", "1.5", "99999999999999999999"] {
            assert_eq!(read(&[("skip", wrong)]), None, "{wrong}");
            assert_eq!(read(&[("limit", wrong)]), None, "{wrong}");
        }
    }

    #[test]
    fn a_part_of_a_list() {
        let page = Page { skip: 2, limit: 2 };
        assert_eq!(page.of(0..9), [2, 3]);
        assert_eq!(page.of(0..2), Vec::<i32>::new());
    }
}
