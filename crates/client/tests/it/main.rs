//! The client against servers: the sandbox in-process, and mocks where a server must say something particular.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod connections;
mod doctor;
mod ensuring;
mod examples;
mod faults;
mod generations;
mod inventory;
mod keeping;
mod leaks;
mod long_lists;
mod moving_lists;
mod paging;
mod permutations;
mod pipeline;
mod planning;
mod refusals;
mod repeats;
mod starting;
mod support;
mod traps;
mod waiting;
