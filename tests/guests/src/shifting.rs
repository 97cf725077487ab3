//! Where the guest `shifting` keeps what it says of itself.

/// What stands before it.
pub const MARK: &str = "WARD-SHIFTING-SPECIFICATION";

/// Bytes of the mark and of what stands behind it, padded with spaces.
pub const BYTES: usize = 16 << 10;
