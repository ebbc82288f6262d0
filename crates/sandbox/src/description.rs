//! The API's description: the whole of it, and what of it a generation has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use airway_spec::Document;
use serde_json::{Value, json};

use crate::generation::{Generation, Span};
use crate::routes;

/// The description this project is written against, of all generations.
pub(crate) const WHOLE: &str = include_str!("../../../openapi/airbyte-config.yaml");

/// Returns [`WHOLE`], read once and only where it is asked for: that takes longer than everything else at the start.
pub(crate) fn whole() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| Document::parse(WHOLE, "airbyte-config.yaml").expect("the description is tested"))
}

/// Returns the description of one generation, as JSON, which any reader of YAML takes.
pub(crate) fn of(generation: Generation) -> String {
    static TEXTS: Mutex<BTreeMap<Generation, String>> = Mutex::new(BTreeMap::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry(generation).or_insert_with(|| format!("{:#}\n", cut(generation))).clone()
}

fn cut(generation: Generation) -> Value {
    let mut document = whole().value().clone();
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|path, _| {
            let operation = path.strip_prefix("/v1/").and_then(routes::operation);
            operation.is_some_and(|operation| operation.span.contains(generation))
        });
    }
    let version = generation.version();
    document["info"]["description"] = json!(format!("The operations, members and values of Airbyte {version}."));
    document["info"]["version"] = json!(version);
    trim(&mut document, generation);
    let mut reached = BTreeSet::new();
    let mut open = references(&document["paths"]);
    open.extend(references(&document["components"]["responses"]));
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            open.extend(references(&document["components"]["schemas"][&name]));
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| reached.contains(name));
    }
    document
}

/// Takes out members, values and alternatives of other generations, and the marks that say so.
fn trim(part: &mut Value, generation: Generation) {
    match part {
        Value::Object(members) => {
            if let Some(values) = members.get("x-airbyte-enum-since").cloned()
                && let Some(Value::Array(known)) = members.get_mut("enum")
            {
                let since = |value: &Value| json!({"x-airbyte-since": values[value.as_str().unwrap_or_default()]});
                known.retain(|value| Span::described(&since(value)).contains(generation));
            }
            let mut gone = BTreeSet::new();
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                properties.retain(|name, property| {
                    let lives = Span::described(property).contains(generation);
                    lives || !gone.insert(name.clone())
                });
            }
            if let Some(Value::Array(required)) = members.get_mut("required") {
                required.retain(|name| !gone.contains(name.as_str().unwrap_or_default()));
            }
            if let Some(Value::Array(alternatives)) = members.get_mut("oneOf") {
                alternatives.retain(|alternative| {
                    let schema = references(alternative).pop().unwrap_or_default();
                    let described = &whole().value()["components"]["schemas"][schema];
                    Span::described(described).contains(generation)
                });
            }
            members.retain(|name, _| !name.starts_with("x-airbyte-"));
            members.values_mut().for_each(|member| trim(member, generation));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| trim(item, generation)),
        _ => {}
    }
}

/// Returns the names of the schemas that a part refers to.
fn references(part: &Value) -> Vec<String> {
    match part {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value.as_str() {
                Some(target) if name == "$ref" => vec![target.rsplit('/').next().unwrap_or_default().to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
