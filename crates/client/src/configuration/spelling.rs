//! Misspelt settings that nobody has to give: connectors take members that they do not know, and do nothing with them.

use serde_json::Value;

use super::union::{Choice, Union};
use super::{ConfigurationProblem, join};
use crate::suggest::slip;

/// Finds members that no specification of this place knows, and that are a slip away from one which is not given.
pub(super) fn slips(schemas: &[&Value], value: &Value, path: &str, out: &mut Vec<ConfigurationProblem>) {
    if let Value::Array(items) = value {
        let schemas: Vec<&Value> = schemas.iter().filter_map(|schema| schema.get("items")).collect();
        for (index, item) in items.iter().enumerate() {
            slips(&schemas, item, &format!("{path}[{index}]"), out);
        }
    }
    let Value::Object(members) = value else { return };
    let mut parts = Vec::new();
    for schema in schemas {
        collect(schema, value, &mut parts);
    }
    // Where members can have any name, none is misspelt.
    let takes_any = |part: &&Value| {
        part.get("patternProperties").is_some() || part.get("additionalProperties").is_some_and(|it| !it.is_boolean())
    };
    let is_open = parts.iter().any(takes_any);
    let properties = || parts.iter().filter_map(|part| part.get("properties")?.as_object());
    for (key, member) in members {
        let path_of = |key: &str| join(path, key);
        let known: Vec<&Value> = properties().filter_map(|properties| properties.get(key)).collect();
        if !known.is_empty() {
            slips(&known, member, &path_of(key), out);
            continue;
        }
        let absent = properties().flat_map(|properties| properties.keys()).filter(|name| !members.contains_key(*name));
        let Some(meant) = slip(key, absent.map(String::as_str)).filter(|_| !is_open) else { continue };
        // It may have been said already, of it or of what is missing instead.
        if !out.iter().any(|problem| problem.path == path_of(key) || problem.path == path_of(meant)) {
            out.push(ConfigurationProblem {
                path: path_of(key),
                reason: "is not a setting of this connector".to_owned(),
                nearest: Some(meant.to_owned()),
            });
        }
    }
}

/// Collects what a schema says of a value: its own part, what it adds to all, and the branches that the value may be meant for.
fn collect<'s>(schema: &'s Value, value: &Value, parts: &mut Vec<&'s Value>) {
    parts.push(schema);
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for part in list("allOf") {
        collect(part, value, parts);
    }
    for branches in [list("oneOf"), list("anyOf")] {
        let chosen = match Union::of(branches).choice(value) {
            Choice::Of(chosen) => chosen,
            Choice::Unmade | Choice::Unknown { .. } => (0..branches.len()).collect(),
        };
        for index in chosen {
            collect(&branches[index], value, parts);
        }
    }
}
