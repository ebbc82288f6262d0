//! Running a script: its thread, its waits, its end.

mod cancel;
mod environment;
mod host;
mod outcome;
mod parallel;
mod screen;
mod settings;
mod signals;
mod thread;

pub(crate) use cancel::{Ending, current as current_token, stopped, with_token};
pub(crate) use environment::Environment;
pub(crate) use host::{Host, Parts};
pub(crate) use outcome::{Outcome, is_termination};
pub(crate) use parallel::{parallel, private, snapshot};
pub(crate) use screen::{Screen, Verbosity};
pub(crate) use settings::{Login, SandboxSettings, Settings, Target};
pub(crate) use signals::{Interrupts, supervise};
pub(crate) use thread::{keep_panics_quiet, on_script_thread};
