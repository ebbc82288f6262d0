//! Comparing one request or answer with the description.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::Value;

use crate::deviation::is_known;
use crate::document::operation;
use crate::release::Release;
use crate::schema;

/// Which half of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What the client sends.
    Request,
    /// What the server says, with this status.
    Answer(u16),
}

/// Returns how an answer differs from what the generation's description of the operation says; nothing for refusals, whose
/// bodies the description leaves open, and for what [`DEVIATIONS`](crate::DEVIATIONS) names.
#[must_use]
pub fn check_answer(generation: &str, operation: &str, status: u16, body: &Value) -> Vec<String> {
    known_apart(generation, operation, Part::Answer(status), body)
}

/// Returns how a request differs from what the generation's description of the operation says, apart from
/// [`DEVIATIONS`](crate::DEVIATIONS).
#[must_use]
pub fn check_request(generation: &str, operation: &str, body: &Value) -> Vec<String> {
    known_apart(generation, operation, Part::Request, body)
}

fn known_apart(generation: &str, operation: &str, part: Part, body: &Value) -> Vec<String> {
    let mut found = violations(generation, operation, part, body);
    found.retain(|violation| !is_known(operation, part, violation));
    found
}

/// Returns every difference, each as `GENERATION OPERATION PART POINTER: what is wrong`.
///
/// # Panics
///
/// When the generation is neither a release line nor `latest`.
#[must_use]
pub fn violations(generation: &str, path: &str, part: Part, body: &Value) -> Vec<String> {
    let release = Release::parse(generation).unwrap_or_else(|| panic!("`{generation}` is no release line"));
    let Some(description) = operation(path) else { return Vec::new() };
    let place = format!("{generation} {path} {}", if part == Part::Request { "request" } else { "answer" });
    if matches!(part, Part::Answer(status) if !(200..300).contains(&status)) {
        return Vec::new();
    }
    if !release.may_have(description) {
        return vec![format!("{place}: the operation is not one of this generation")];
    }
    let content = match part {
        Part::Request if body.is_null() && description["requestBody"]["required"] != true => return Vec::new(),
        Part::Request => &description["requestBody"],
        Part::Answer(status) => &description["responses"][status.to_string()],
    };
    let schema = &content["content"]["application/json"]["schema"];
    // The same lists come again and again.
    if schema.is_null() || was_sound((release, path, part), body) {
        return Vec::new();
    }
    let validator = validator(release, path, part, schema);
    let found: Vec<String> = validator
        .iter_errors(body)
        .map(|error| {
            let what: String = error.to_string().chars().take(400).collect();
            format!("{place} {}: {what}", error.instance_path())
        })
        .collect();
    if found.is_empty() {
        remember((release, path, part), body);
    }
    found
}

fn validator(release: Release, path: &str, part: Part, schema: &Value) -> Arc<Validator> {
    type Compiled = Mutex<HashMap<(Release, String, Part), Arc<Validator>>>;
    static COMPILED: LazyLock<Compiled> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(compiled.entry((release, path.to_owned(), part)).or_insert_with(|| {
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        Arc::new(options.build(&schema::complete(schema, release)).expect("the description's schemas can be compiled"))
    }))
}

type Place<'a> = (Release, &'a str, Part);

static SOUND: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);
static HASHER: LazyLock<std::hash::RandomState> = LazyLock::new(Default::default);

fn fingerprint(place: Place<'_>, body: &Value) -> u64 {
    let mut hasher = HASHER.build_hasher();
    std::hash::Hash::hash(&place, &mut hasher);
    hasher.write(body.to_string().as_bytes());
    hasher.finish()
}

fn was_sound(place: Place<'_>, body: &Value) -> bool {
    SOUND.lock().unwrap_or_else(PoisonError::into_inner).contains(&fingerprint(place, body))
}

fn remember(place: Place<'_>, body: &Value) {
    SOUND.lock().unwrap_or_else(PoisonError::into_inner).insert(fingerprint(place, body));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_answer_is_noticed() {
        for body in [json!({}), json!({"connections": 7}), json!({"connections": [], "colour": "blue"})] {
            assert_eq!(check_answer("2.0", "connections/list", 200, &body).len(), 1, "{body}");
        }
        assert_eq!(check_answer("2.0", "connections/list", 200, &json!({"connections": []})), [""; 0]);
        assert_eq!(check_answer("2.0", "connections/list", 500, &json!({})), [""; 0]);
    }

    #[test]
    fn members_values_and_operations_of_another_generation_are_noticed() {
        let body = json!({"workspaceId": "w", "pageSize": 20});
        assert_eq!(check_request("1.8", "sources/list", &body), [""; 0]);
        let found = violations("1.7", "sources/list", Part::Request, &body);
        assert!(found[0].starts_with("1.7 sources/list request : ") && found[0].contains("pageSize"), "{found:?}");
        assert_eq!(check_request("1.7", "workspaces/list", &json!({})).len(), 1);
        let job = |status: &str| {
            json!({"job": {"id": 1, "configType": "sync", "configId": "c", "createdAt": 1,
            "updatedAt": 1, "status": status}})
        };
        assert_eq!(check_answer("latest", "jobs/get_light", 200, &job("queued")), [""; 0]);
        assert_eq!(check_answer("2.0", "jobs/get_light", 200, &job("queued")).len(), 1);
    }
}
