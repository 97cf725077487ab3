//! How long to wait after a failure.

use rand::Rng as _;

/// The wait after the `failures`th failure: twice as long each time, up to `most_ms`, and up to a quarter
/// more, so that what failed together does not come back together.
pub(super) fn wait_ms(failures: i64, first_ms: u64, most_ms: u64) -> u64 {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 40)).unwrap_or(0);
    let wait = first_ms.saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX)).min(most_ms);
    wait.saturating_add(rand::rng().random_range(0..=wait / 4))
}

#[cfg(test)]
mod tests {
    use super::wait_ms;

    #[test]
    fn each_wait_is_twice_the_last_and_a_little_more() {
        for (failures, least) in [(1, 1_000), (2, 2_000), (3, 4_000), (10, 512_000), (11, 900_000), (100, 900_000)] {
            let wait = wait_ms(failures, 1_000, 900_000);
            assert!((least..=least + least / 4).contains(&wait), "{failures}: {wait}");
        }
    }

    #[test]
    fn no_number_is_too_large() {
        assert!(wait_ms(i64::MAX, u64::MAX, u64::MAX) > 0);
        assert_eq!(wait_ms(5, 0, 0), 0);
    }
}
