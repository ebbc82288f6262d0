//! What a script may use up before it is stopped.

use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::Host;
use crate::diagnostics::{Diagnostic, Kind};

/// How often the memory of the process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Steps of the script, on each of its threads: about three per turn of a loop.
    pub(crate) operations: Option<u64>,
    /// From the first line to the last.
    pub(crate) time: Option<Duration>,
    /// Bytes that the process may hold; Linux only.
    pub(crate) memory: u64,
}

/// The limit that ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Operations(u64),
    Time(Duration),
    Memory(u64),
    /// A value inside of a value, and so on, deeper than anything useful.
    Nesting,
}

impl Default for Limits {
    fn default() -> Self {
        Self { operations: None, time: None, memory: 1 << 30 }
    }
}

impl Limits {
    /// Watches time and memory of a run until the guard is dropped. `last_resort` is called when the script was told to
    /// stop and still takes more memory: a function of the language itself does not listen.
    pub(crate) fn watch(self, host: &Host, last_resort: impl FnOnce(Exceeded) + Send + 'static) -> Watch {
        let ending = host.ending.clone();
        let watch = async move {
            let started = Instant::now();
            let end = self.time.map(|time| started + time);
            let exceeded = loop {
                let next = Instant::now() + LOOK;
                tokio::time::sleep_until(end.map_or(next, |end| end.min(next))).await;
                if let Some(time) = self.time.filter(|time| started.elapsed() >= *time) {
                    break Exceeded::Time(time);
                }
                if holds_more_than(self.memory) {
                    break Exceeded::Memory(self.memory);
                }
            };
            ending.exceed(exceeded);
            loop {
                tokio::time::sleep(LOOK).await;
                if holds_more_than(self.memory.saturating_mul(2)) {
                    return last_resort(exceeded);
                }
            }
        };
        Watch(host.tokio.spawn(watch).abort_handle())
    }
}

/// While it lives, a run is watched.
pub(crate) struct Watch(AbortHandle);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Exceeded {
    /// Puts the limit in the place of what Rhai says of a script that was stopped.
    pub(crate) fn at(self, stopped: Diagnostic) -> Diagnostic {
        let (kind, code, title, hint) = match self {
            Self::Operations(most) => (
                Kind::Script,
                "operation-limit",
                format!("the script took more than {most} steps"),
                "does a loop never end? `--max-operations` allows more",
            ),
            Self::Time(time) => {
                let time = jiff::SignedDuration::try_from(time).unwrap_or_default();
                let title = format!("the script took longer than {time:#}");
                (Kind::Unobserved, "time-limit", title, "`--time-limit` allows more")
            }
            Self::Memory(most) => (
                Kind::Script,
                "memory-limit",
                format!("the script used more than {} MB of memory", most >> 20),
                "`--max-memory` allows more",
            ),
            Self::Nesting => (
                Kind::Script,
                "nesting-limit",
                "a value is nested too deeply".to_owned(),
                "does a loop put a value into itself again and again?",
            ),
        };
        Diagnostic { kind, code, title, hints: vec![hint.to_owned()], ..stopped }
    }
}

fn holds_more_than(bytes: u64) -> bool {
    resident().is_some_and(|held| held > bytes)
}

/// Returns how many bytes of memory the process holds; `None` where the system does not say.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_memory_of_the_process_is_known() {
        assert!(resident().is_some_and(|bytes| bytes > 1 << 20));
    }

    #[test]
    fn a_limit_says_how_to_raise_it() {
        let diagnostic = Exceeded::Time(Duration::from_secs(90)).at(Diagnostic::error(Kind::Script, "terminated"));
        assert_eq!(diagnostic.title, "the script took longer than 1m 30s");
        assert_eq!((diagnostic.kind, diagnostic.code), (Kind::Unobserved, "time-limit"));
        assert_eq!(diagnostic.hints, ["`--time-limit` allows more"]);
        let diagnostic = Exceeded::Memory(1 << 30).at(Diagnostic::error(Kind::Script, "terminated"));
        assert_eq!(diagnostic.title, "the script used more than 1024 MB of memory");
    }
}
