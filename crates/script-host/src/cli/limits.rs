//! Options that say what a script may use up.

use std::time::Duration;

use clap::Args;

use crate::prelude::Span;
use crate::registry::Arg;
use crate::runtime::Limits;

/// When a script is stopped.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitOptions {
    /// Stop a script after so many steps; a turn of a loop takes about three
    #[arg(long, value_name = "NUMBER")]
    max_operations: Option<u64>,
    /// Stop a script after this time, such as `10m`
    #[arg(long, value_name = "TIME", value_parser = time)]
    time_limit: Option<Duration>,
    /// Stop a script when more memory is in use, on Linux [default: 1024]
    #[arg(long, value_name = "MB")]
    max_memory: Option<u64>,
}

fn time(text: &str) -> Result<Duration, String> {
    let length = text.parse::<f64>().map_or_else(|_| text.to_owned().into(), rhai::Dynamic::from);
    Span::take(length).map(|span| span.0).map_err(|_| "not a length of time, such as `90s` or `1h 30m`".to_owned())
}

impl From<LimitOptions> for Limits {
    fn from(given: LimitOptions) -> Self {
        let default = Self::default();
        Self {
            operations: given.max_operations,
            time: given.time_limit,
            memory: given.max_memory.map_or(default.memory, |megabytes| megabytes << 20),
        }
    }
}
