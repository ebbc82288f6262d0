//! OpenAPI documents: load them, bring them into the shape the code generator
//! accepts, look operations up by name, and check requests against what the
//! document says.
//!
//! Nothing here speaks HTTP, writes Rust or knows how Airbyte behaves.

mod check;
mod document;
mod error;
mod index;
pub mod isolate;
mod names;
mod nearest;
pub mod normalise;
mod operation;
mod paging;
mod refs;
mod release;
mod schemas;
mod walk;

pub use check::{Violation, ViolationKind, check_request, mistyped};
pub use document::Document;
pub use error::{SpecError, SpecErrorKind};
pub use index::OperationIndex;
pub use nearest::nearest;
pub use operation::{Body, Effect, Failure, Operation, Parameter, Place};
pub use paging::{Paging, PagingStyle};
pub use release::{NoRelease, Release};
