//! The API's description.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/airbyte-config.yaml");
    let text = std::fs::read_to_string(path).expect("the description is in the repository");
    serde_saphyr::from_str(&text).expect("the description is YAML")
});

/// Returns the schemas by name.
pub(crate) fn schemas() -> &'static serde_json::Map<String, Value> {
    DOCUMENT["components"]["schemas"].as_object().expect("the description has schemas")
}

/// Returns the operation at a path below `/api/v1/`.
pub(crate) fn operation(path: &str) -> Option<&'static Value> {
    let methods = DOCUMENT["paths"].get(format!("/v1/{path}"))?;
    methods.get("post").or_else(|| methods.get("get"))
}

/// Returns every operation with its path.
#[cfg(test)]
pub(crate) fn operations() -> impl Iterator<Item = (&'static String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().expect("the description has paths");
    paths.iter().map(|(path, methods)| (path, methods.get("post").unwrap_or(&methods["get"])))
}
