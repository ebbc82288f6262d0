//! The bindings as their users meet them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../build/bindings.rs"]
mod bindings;
#[path = "../../build/step.rs"]
mod step;

mod calls;
mod foreign;
mod generator;
mod index;
mod reads;
mod server;
mod sound;
mod whole_step;
