//! An embedded Airbyte: a Config API server with state, in the same process.
//!
//! [`Sandbox`] listens on a socket, [`Emulator`] answers requests in process; both are made by
//! [`SandboxBuilder`].
#![doc = include_str!("../README.md")]

mod auth;
mod builder;
mod clock;
mod emulator;
mod error;
mod faults;
mod generation;
mod journal;
mod recorder;
mod sandbox;

mod api_error;
mod call;
mod connectors;
mod description;
mod engine;
mod http_server;
mod ids;
mod lifecycle;
mod operations;
mod page;
mod reads;
mod routes;
mod store;
mod wire;

pub use auth::{Auth, Role, UnknownAuth, UnknownRole};
pub use builder::SandboxBuilder;
pub use clock::{Clock, Speed, UnknownSpeed};
pub use emulator::Emulator;
pub use error::SandboxError;
pub use faults::{Fault, FaultAction, FaultError, Occasion, PlantedFault, SchemaChange};
pub use generation::{Generation, UnknownGeneration};
pub use recorder::Recorded;
pub use sandbox::Sandbox;
