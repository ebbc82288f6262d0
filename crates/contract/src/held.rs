//! A server whose whole life is held against the description.

use std::ops::Deref;
use std::path::PathBuf;

use crate::check_journal;

/// A server in the test's own process that writes a journal. When it goes, all that was asked and answered is compared with the
/// description.
#[derive(Debug)]
pub struct Held<S> {
    server: S,
    journal: PathBuf,
    answered: fn(&S) -> usize,
}

impl<S> Held<S> {
    /// Takes a server that writes `journal`, which goes with it; `answered` says how many requests it knows of, none of which may
    /// be missing there.
    pub fn new(server: S, journal: PathBuf, answered: fn(&S) -> usize) -> Self {
        Self { server, journal, answered }
    }
}

impl<S> Deref for Held<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.server
    }
}

impl<S> Drop for Held<S> {
    /// # Panics
    ///
    /// When something differs, or is missing in the journal; not while a test fails already.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let written = std::fs::read_to_string(&self.journal).map_or(0, |text| text.lines().count());
        let answered = (self.answered)(&self.server);
        assert!(written >= answered, "{answered} requests were answered, {written} are in the journal");
        let found = check_journal(&self.journal);
        assert!(found.is_empty(), "against the contract:\n{}", found.join("\n"));
        let _ = std::fs::remove_file(&self.journal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_nobody_asked_needs_no_journal() {
        drop(Held::new((), PathBuf::from("no such journal"), |()| 0));
    }

    #[test]
    #[should_panic(expected = "1 requests were answered, 0 are in the journal")]
    fn a_request_that_nobody_wrote_down_is_noticed() {
        drop(Held::new((), PathBuf::from("no such journal"), |()| 1));
    }
}
