//! The client against servers: the sandbox in-process, and mocks where a server must say something particular.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod doctor;
mod ensuring;
mod faults;
mod generations;
mod leaks;
mod long_lists;
mod moving_lists;
mod paging;
mod permutations;
mod pipeline;
mod planning;
mod refusals;
mod repeats;
mod support;
mod traps;
