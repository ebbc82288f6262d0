//! When a fault happens.

use serde::Serialize;

/// On which calls a fault happens, counted per fault from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// On every call.
    #[default]
    Always,
    /// On the first so many calls.
    Times(u64),
    /// On this call alone.
    Nth(u64),
    /// On every call after so many.
    After(u64),
    /// On this share of the calls, from 0 to 1, drawn from the sandbox's seed.
    Share(f64),
}

impl Occasion {
    /// The names of all occasions, as they are written.
    pub(super) const NAMES: [&'static str; 5] = ["always", "times", "nth", "after", "share"];

    /// Decides about the call with this number; `draw` is a random number.
    pub(super) fn has_come(self, call: u64, draw: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Times(calls) => call <= calls,
            Self::Nth(nth) => call == nth,
            Self::After(calls) => call > calls,
            // The upper 53 bits as a number from 0 to 1.
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
            Self::Share(share) => ((draw >> 11) as f64 / (1_u64 << 53) as f64) < share,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occasions_count_calls_from_one() {
        let calls = |occasion: Occasion| (1..=4).filter(|call| occasion.has_come(*call, 0)).collect::<Vec<_>>();
        assert_eq!(calls(Occasion::Always), [1, 2, 3, 4]);
        assert_eq!(calls(Occasion::Times(2)), [1, 2]);
        assert_eq!(calls(Occasion::Nth(3)), [3]);
        assert_eq!(calls(Occasion::After(2)), [3, 4]);
        assert_eq!(calls(Occasion::Share(0.0)), Vec::<u64>::new());
    }
}
