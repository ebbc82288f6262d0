//! Responses of servers that are older, newer or sloppier than the document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::prune;
use crate::{refs, walk};

/// Lets every member of what a server sends be missing or null, and keeps
/// members the document does not know.
///
/// Only what is sent and never received keeps `required`. That costs no
/// strictness: requests are checked against the document itself.
pub(crate) fn lenient(document: &mut Value) {
    let mut roots = BTreeSet::new();
    for (_, _, operation) in walk::operations(document) {
        if let Some(responses) = operation.get("responses") {
            walk::references(responses, &mut |target| {
                roots.insert(target.to_owned());
            });
        }
    }
    let read = prune::closure(document, roots);
    for (name, schema) in walk::components_mut(document) {
        if read.contains(&(refs::SCHEMAS.to_owned() + name))
            && let Some(schema) = schema.as_object_mut()
            && schema.contains_key("properties")
        {
            schema.remove("required");
            schema.insert("additionalProperties".to_owned(), json!({}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_optional_and_open_and_what_is_only_sent_is_not() {
        let object = json!({"properties": {"a": {}}, "required": ["a"]});
        let outer = json!({"properties": {"a": {"$ref": "#/components/schemas/Inner"}}, "required": ["a"]});
        let mut document = json!({
            "paths": {"/a": {"post": {
                "requestBody": {"schema": {"$ref": "#/components/schemas/Sent"}},
                "responses": {"2XX": {"schema": {"$ref": "#/components/schemas/Read"}}},
            }}},
            "components": {"schemas": {"Sent": object, "Read": outer, "Inner": object}},
        });
        lenient(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Sent"], object);
        assert_eq!(schemas["Inner"], json!({"properties": {"a": {}}, "additionalProperties": {}}));
        assert_eq!(schemas["Read"]["additionalProperties"], json!({}));
        assert_eq!(schemas["Read"].get("required"), None);
    }
}
