//! Changes to a document that nobody would make on purpose.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A change at some place of a document.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    Remove(Place),
    Replace(Place, Value),
    Insert(Place, &'static str, Value),
    Rename(Place, &'static str),
    Copy(Place, Place),
}

/// The place, by its number among all places of the document.
type Place = prop::sample::Index;

/// Words that mean something in OpenAPI, in Rust, or nowhere.
const WORDS: [&str; 34] = [
    "$ref",
    "type",
    "format",
    "enum",
    "items",
    "properties",
    "additionalProperties",
    "required",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "nullable",
    "default",
    "discriminator",
    "in",
    "name",
    "schema",
    "content",
    "parameters",
    "requestBody",
    "responses",
    "operationId",
    "get",
    "options",
    "200",
    "default",
    "/v1/{a}/{",
    "self",
    "String",
    "",
    "created_at",
    "x-airway-paging",
    "application/json",
];

fn values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("string"),
        json!("object"),
        json!("array"),
        json!("null"),
        json!("query"),
        json!("createSource"),
        json!("#/components/schemas/SourceRead"),
        json!("#/components/schemas/SourceRead/properties/name"),
        json!("#/paths/~1v1~1jobs~1get/post"),
        json!("#"),
        json!([]),
        json!({}),
        json!(["name", "name", 1, null]),
        json!(["string", "null"]),
        json!({"$ref": "#/components/schemas/JobRead"}),
        json!([{"$ref": "#/components/schemas/JobRead"}, {"type": "string"}]),
        json!({"type": "object", "properties": {"a b": {}, "a_b": {}, "extra": {"enum": ["x", "X"]}}, "required": ["zz"]}),
        json!({"allOf": [{"$ref": "#/components/schemas/SourceRead"}, {"oneOf": [{}, 3]}]}),
        json!([{"in": "path", "name": "id"}, {"in": "cookie", "name": "c", "required": true}, 7]),
        json!({"text/plain": null, "multipart/form-data": {"schema": {}}}),
    ]
}

impl Arbitrary for Mutation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let place = any::<Place>;
        let value = || prop::sample::select(values());
        let word = || prop::sample::select(&WORDS[..]);
        prop_oneof![
            place().prop_map(Self::Remove),
            (place(), value()).prop_map(|(place, value)| Self::Replace(place, value)),
            (place(), word(), value()).prop_map(|(place, word, value)| Self::Insert(place, word, value)),
            (place(), word()).prop_map(|(place, word)| Self::Rename(place, word)),
            (place(), place()).prop_map(|(from, to)| Self::Copy(from, to)),
        ]
        .boxed()
    }
}

impl Mutation {
    /// Changes a document.
    pub(crate) fn apply(&self, document: &mut Value) {
        let mut places = Vec::new();
        list(document, &mut String::new(), &mut places);
        let at = |place: &Place| places[place.index(places.len())].as_str();
        match self {
            Self::Remove(place) => {
                take(document, at(place));
            }
            Self::Replace(place, value) => put(document, at(place), value.clone()),
            Self::Insert(place, word, value) => {
                if let Some(Value::Object(members)) = document.pointer_mut(at(place)) {
                    members.insert((*word).to_owned(), value.clone());
                }
            }
            Self::Rename(place, word) => {
                let pointer = at(place);
                if let Some(value) = take(document, pointer)
                    && let Some((parent, _)) = pointer.rsplit_once('/')
                    && let Some(Value::Object(members)) = document.pointer_mut(parent)
                {
                    members.insert((*word).to_owned(), value);
                }
            }
            Self::Copy(from, to) => {
                let copy = document.pointer(at(from)).cloned().unwrap_or_default();
                // A copy of the whole into a part of it doubles it each time.
                if copy.get("paths").is_none() {
                    put(document, at(to), copy);
                }
            }
        }
    }
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    if let Some(there) = document.pointer_mut(pointer) {
        *there = value;
    }
}

fn take(document: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    match document.pointer_mut(parent)? {
        Value::Object(members) => members.remove(&name.replace("~1", "/").replace("~0", "~")),
        Value::Array(items) => {
            name.parse().ok().filter(|index| *index < items.len()).map(|index: usize| items.remove(index))
        }
        _ => None,
    }
}

/// Lists the pointers of all values below one, and its own.
fn list(value: &Value, pointer: &mut String, places: &mut Vec<String>) {
    places.push(pointer.clone());
    let length = pointer.len();
    let mut visit = |name: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        list(value, pointer, places);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| visit(name, member)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| visit(&index.to_string(), item));
        }
        _ => {}
    }
}
