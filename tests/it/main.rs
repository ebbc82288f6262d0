//! Black-box tests of the `airway` binary: exact standard output, standard error and exit code.
//!
//! Set `AIRWAY_UPDATE=1` to write what the binary says into the expectation files, then read the difference.

mod architecture;
mod capabilities;
mod concurrency;
mod examples;
mod fixtures;
mod reference;
mod scripts;
mod servers;
mod signals;
mod support;
