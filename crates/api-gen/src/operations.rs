//! The operations of the document the bindings are made of.

use std::sync::LazyLock;

use airway_spec::OperationIndex;

/// Returns the operations of the API, as the document describes them.
///
/// They are parsed on first use and not before.
#[must_use]
pub fn operations() -> &'static OperationIndex {
    static INDEX: LazyLock<OperationIndex> = LazyLock::new(|| {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/operations.json")))
            .expect("the build script wrote the index as it is read")
    });
    &INDEX
}
