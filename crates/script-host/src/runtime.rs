//! Running a script: its thread, its waits, its end.

mod cancel;
mod environment;
mod host;
mod limits;
mod outcome;
mod parallel;
mod running;
mod screen;
mod settings;
mod signals;
mod talk;
mod thread;

pub(crate) use cancel::{Ending, current as current_token, stopped, with_token};
pub(crate) use environment::Environment;
pub(crate) use host::{Host, Parts};
pub(crate) use limits::{Exceeded, Limits};
pub(crate) use outcome::{Outcome, is_termination};
pub(crate) use parallel::{is_catchable, parallel, private, snapshot};
pub(crate) use running::RunningJobs;
pub(crate) use screen::{LiveLine, Screen, unwritten};
pub(crate) use settings::{Access, Login, Proxy, Settings, Shown, Target};
pub(crate) use signals::{Interrupts, supervise};
pub(crate) use talk::{Format, Progress, Talk, Verbosity};
pub(crate) use thread::{keep_panics_quiet, on_script_thread};
