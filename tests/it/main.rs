//! Black-box tests of the `airway` binary: exact standard output, standard error and exit code.
//!
//! Set `AIRWAY_UPDATE=1` to write what the binary says into the expectation files, then read the difference.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod architecture;
mod capabilities;
mod concurrency;
mod doctor;
mod examples;
mod fixtures;
mod hostile;
mod kills;
mod leaks;
mod output;
mod profiles;
mod progress;
mod reference;
mod repl;
mod sandbox;
mod scripts;
mod second_runs;
mod servers;
mod signals;
mod support;
mod third_party;
mod tidy;
