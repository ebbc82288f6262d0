//! What the generator makes of the document; see `build/main.rs`.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_imports,
    nonstandard_style,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    rustdoc::all,
    reason = "generated, and different with each document"
)]

include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
