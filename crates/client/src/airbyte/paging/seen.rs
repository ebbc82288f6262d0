//! Which items have come already.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Keys of items, remembered in 16 bytes each: two independent hashes, which no two keys share.
#[derive(Default)]
pub(super) struct Seen {
    hashes: HashSet<(u64, u64)>,
    states: (RandomState, RandomState),
}

impl Seen {
    /// Notes a key. Says whether it is a new one.
    pub(super) fn insert(&mut self, key: &str) -> bool {
        self.hashes.insert(self.hash(key))
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.hashes.contains(&self.hash(key))
    }

    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    fn hash(&self, key: &str) -> (u64, u64) {
        (self.states.0.hash_one(key), self.states.1.hash_one(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once() {
        let mut seen = Seen::default();
        assert!(!seen.contains("a"));
        assert_eq!((seen.insert("a"), seen.insert("a"), seen.insert("b")), (true, false, true));
        assert_eq!((seen.contains("a"), seen.len()), (true, 2));
    }
}
