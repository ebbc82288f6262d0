//! Identifiers that look random and are not: the n-th identifier of a seed is always the same.

use std::sync::atomic::{AtomicU64, Ordering};

/// The default organisation and the default user of every Airbyte.
pub(crate) const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// Mixes `value` into a number that looks unrelated (`SplitMix64`'s finaliser).
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Returns a stable hash of `text` (FNV-1a, mixed).
pub(crate) fn hash(text: &str) -> u64 {
    let folded = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |acc, byte| (acc ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mix(folded)
}

/// Returns the `number`-th version-4-shaped UUID of `seed`.
pub(crate) fn uuid(seed: u64, number: u64) -> String {
    let high = mix(seed ^ mix(number.wrapping_mul(2)));
    let low = mix(high ^ number.wrapping_mul(2).wrapping_add(1));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

/// Tells whether `text` is a UUID in the usual notation.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Identifiers that no table keeps: error ids, ids of checks and discovers.
#[derive(Debug)]
pub(crate) struct Passing {
    seed: u64,
    given: AtomicU64,
}

impl Passing {
    pub(crate) fn new(seed: u64) -> Self {
        // Another stream of numbers than the stored ones, which count from the seed itself.
        Self { seed: mix(!seed), given: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> String {
        uuid(self.seed, self.given.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_distinct_uuids() {
        let of = |seed| (0..1_000).map(|n| uuid(seed, n)).collect::<Vec<_>>();
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        assert_eq!(of(7).iter().collect::<BTreeSet<_>>().len(), 1_000);
        assert!(of(7).iter().all(|id| is_uuid(id)));
    }

    #[test]
    fn almost_uuids_are_not_uuids() {
        for text in ["", "x", "00000000000000000000000000000000", "0000000-00000-0000-0000-000000000000"] {
            assert!(!is_uuid(text), "{text}");
        }
        assert!(is_uuid(NIL));
    }
}
