//! The one door to environment variables.

use std::collections::BTreeMap;

/// Environment variables: of the process, or made up by a test.
#[derive(Clone, Debug, Default)]
pub(crate) enum Environment {
    /// What the process was started with.
    #[default]
    Process,
    /// Exactly these.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests never depend on the machine"))]
    Fixed(BTreeMap<String, String>),
}

impl Environment {
    /// Returns a variable; an empty one counts as set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        match self {
            Self::Process => std::env::var(name).ok(),
            Self::Fixed(variables) => variables.get(name).cloned(),
        }
    }
}
