//! Schemas that nothing uses.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{refs, walk};

/// Drops the schemas that no operation needs: each is code to compile, and those
/// of error bodies, which are dropped, can be the worst to generate.
pub(crate) fn unreachable(document: &mut Value) {
    let mut roots = BTreeSet::new();
    walk::references(&document["paths"], &mut |target| {
        roots.insert(target.to_owned());
    });
    let reachable = closure(document, roots);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| reachable.contains(&(refs::SCHEMAS.to_owned() + name)));
    }
}

/// Returns the references that can be reached from some, themselves included.
pub(crate) fn closure(document: &Value, mut open: BTreeSet<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(target) = open.pop_first() {
        if let Some(found) = refs::step(document, &target) {
            walk::references(found, &mut |further| {
                if !seen.contains(further) {
                    open.insert(further.to_owned());
                }
            });
        }
        seen.insert(target);
    }
    seen
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_operation_needs_stays_and_the_rest_goes() {
        let mut document = json!({
            "paths": {"/a": {"get": {"schema": {"$ref": "#/components/schemas/A"}}}},
            "components": {"schemas": {
                "A": {"items": {"$ref": "#/components/schemas/B"}},
                "B": {"items": {"$ref": "#/components/schemas/A"}},
                "C": {"items": {"$ref": "#/components/schemas/A"}},
            }},
        });
        unreachable(&mut document);
        let left: Vec<_> = walk::components(&document).unwrap().keys().collect();
        assert_eq!(left, ["A", "B"]);
    }
}
