//! One allocation for values that are equal.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::sync::Arc;

/// The values met last, to be shared with the next that is equal to one of them.
///
/// The streams of a source are alike: a handful of values serve thousands of them.
pub(super) struct Recent<T: ?Sized>(VecDeque<Arc<T>>);

impl<T: PartialEq + ?Sized> Recent<T> {
    const KEPT: usize = 16;

    /// Returns what is equal to `value` and was met before, or else `value`.
    pub(super) fn shared<V: Borrow<T>>(&mut self, value: V) -> Arc<T>
    where
        Arc<T>: From<V>,
    {
        if let Some(equal) = self.0.iter().find(|known| ***known == *value.borrow()) {
            return Arc::clone(equal);
        }
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        let value = Arc::from(value);
        self.0.push_back(Arc::clone(&value));
        value
    }
}

impl<T: ?Sized> Default for Recent<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_kept_once() {
        let mut recent = Recent::<str>::default();
        let (one, other, again) = (recent.shared("one"), recent.shared("other"), recent.shared("one".to_owned()));
        assert!(Arc::ptr_eq(&one, &again));
        assert_eq!(&*other, "other");
    }

    #[test]
    fn what_was_met_long_ago_is_forgotten() {
        let mut recent = Recent::<u32>::default();
        let first = recent.shared(0);
        for number in 1..=100 {
            recent.shared(number);
        }
        assert!(!Arc::ptr_eq(&first, &recent.shared(0)));
        assert_eq!(recent.0.len(), Recent::<u32>::KEPT);
    }
}
