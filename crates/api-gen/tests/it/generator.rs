//! The generator takes what the normaliser hands it.

use airway_spec::{Document, normalise};
use serde_json::json;

use crate::bindings;

#[test]
fn a_panic_of_the_generator_is_a_message_in_one_line() {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/Nope"}}}}},
        "components": {},
    });
    assert_eq!(bindings::generate(&document).unwrap_err(), "key Nope is missing");
    let message = bindings::generate(&json!({"openapi": 3})).unwrap_err();
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn a_normalised_document_becomes_rust() {
    let text = "openapi: 3.0.3\npaths:\n  /v1/health:\n    get: {operationId: getHealth}\n";
    let document = Document::parse(text, "health.yaml").unwrap();
    let normalised = normalise::for_generator(&document).unwrap();
    let rust = bindings::generate(&normalised.document).unwrap();
    assert!(rust.contains("pub async fn get_health<'a>"), "{rust}");
}
