//! Typed bindings of the Airbyte Config API, generated from an OpenAPI document
//! when the crate is built, and the hook through which every request passes.

// The generated code names the types below by the crate's own name.
extern crate self as airway_api_gen;

mod failure;
mod generated;
mod hooks;
mod open;
mod operations;
mod raw_json;
mod session;

pub use airway_spec::{Operation, OperationIndex};
pub use failure::{Failure, Refusal};
pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, types};
pub use open::Open;
pub use operations::operations;
pub use raw_json::RawJson;
pub use session::{Authorize, BoxError, Pending, Reveal, Session, Timeouts};
