//! Brings a document into the part of OpenAPI that the code generator turns
//! into Rust that compiles, and that reads what servers really send.
//!
//! One function per pass; each says why it is there. The passes run in the order
//! of [`for_generator`]: first the operations are made self-contained, then the
//! schemas are simplified, then they are named, and at the end
//! `dialect` rebuilds the document out of nothing but what is known
//! to work. An operation that cannot be said in that way is left out and
//! reported; all others stay.

mod bodies;
mod combined;
mod deep_refs;
mod dialect;
mod enums;
mod inline;
mod left_out;
mod named;
mod objects;
pub(crate) mod operations;
mod parameters;
mod properties;
pub(crate) mod prune;
mod reads;
mod responses;
mod shape;

use serde_json::Value;

pub use left_out::{LeftOut, Reason};
pub(crate) use prune::closure;

use crate::{Document, SpecError};

/// The crate whose types the normalised document names in `x-rust-type`.
pub const RUNTIME_CRATE: &str = "airway_api_gen";

/// A document that the generator accepts, and what it lacks for that.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// The document, reduced to what the generator understands.
    pub document: Value,
    /// What had to go, in the order of the document.
    pub left_out: Vec<LeftOut>,
}

/// Returns the document in the form that the generator accepts.
///
/// # Errors
///
/// Fails when the document as a whole is unusable. What concerns a single
/// operation is no error: see [`Normalised::left_out`].
pub fn for_generator(source: &Document) -> Result<Normalised, SpecError> {
    let mut document = source.value().clone();
    let mut left_out = Vec::new();

    inline::path_items(&mut document);
    inline::parameters_bodies_and_responses(&mut document);
    operations::name_them(&mut document);
    operations::drop_unsupported_methods(&mut document, &mut left_out);
    shape::well_formed(&mut document);
    deep_refs::to_components(&mut document);
    named::rust_names(&mut document);

    bodies::one_media_type(&mut document, &mut left_out);
    responses::successes_only(&mut document);
    responses::one_media_type(&mut document);
    parameters::of_the_path(&mut document);
    parameters::supported(&mut document, &mut left_out);
    parameters::plain_types(&mut document);

    shape::implied_types(&mut document);
    combined::simplify(&mut document);
    enums::tidy(&mut document);
    properties::no_phantom_required(&mut document);
    properties::nullable_is_optional(&mut document);
    properties::no_colliding_names(&mut document);
    objects::open(&mut document);
    objects::free_form_to_any_json(&mut document);

    named::hoist(&mut document);
    prune::unreachable(&mut document);
    reads::lenient(&mut document);
    properties::optional_collections_nullable(&mut document);
    enums::open(&mut document);
    let document = dialect::only(&document);

    Ok(Normalised { document, left_out })
}

/// Returns the document with self-contained operations, each with an id, and
/// otherwise unchanged.
pub(crate) fn for_index(source: &Document) -> Value {
    let mut document = source.value().clone();
    inline::path_items(&mut document);
    inline::parameters_bodies_and_responses(&mut document);
    operations::name_them(&mut document);
    shape::well_formed(&mut document);
    deep_refs::to_components(&mut document);
    document
}
