//! The features of known regions: published values, what is refused, and what must not depend on how a region lies.

#![expect(clippy::cast_possible_truncation, reason = "the numbers of small volumes")]
#![expect(clippy::cast_possible_wrap, reason = "the numbers of small volumes")]
#![expect(clippy::cast_precision_loss, reason = "the numbers of small volumes")]
#![expect(clippy::cast_sign_loss, reason = "the numbers of small volumes")]
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]
#![expect(clippy::float_cmp, reason = "what is exact is compared exactly")]

mod errors;
mod ibsi;
mod properties;
mod pyradiomics;
mod regions;
mod support;
