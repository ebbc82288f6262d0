//! Whether a stored configuration is the wanted one, and what to send when it is not.

use serde_json::{Map, Number, Value};

use super::masks::{is_mask, outside_lists};
use crate::change::{Difference, SecretState};
use crate::configuration::join;
use crate::secret::holds_placeholder;

/// A stored configuration against a wanted one.
///
/// No difference are: the order of members, absent against `null`, empty or the specification's default, and a secret that the
/// server shows only as its mask, unless it is known to be another one.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The places at which they differ, in the wanted one's order.
    pub(super) differences: Vec<Difference>,
    /// What turns the stored one into the wanted one when it is merged into it: what differs, and every secret that is not known
    /// to be stored already. `None` when merging cannot do it.
    pub(super) members: Option<Value>,
    /// The places of secrets of which nothing is known.
    pub(super) unknown: Vec<String>,
    /// The places of masks where nothing is stored that they could stand for.
    pub(super) unbacked: Vec<String>,
    is_mergeable: bool,
}

/// One place of the wanted configuration: with its secrets, and as it is shown and sent.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    revealed: &'a Value,
    shown: &'a Value,
}

/// What is known of the secret at a path.
pub(super) type States<'a> = &'a dyn Fn(&str) -> SecretState;

impl Comparison {
    /// `revealed` is the wanted configuration with its secrets, `shown` the same with placeholders.
    pub(super) fn of(schema: &Value, shown: &Value, revealed: &Value, stored: &Value, states: States<'_>) -> Self {
        let mut comparison = Self { is_mergeable: true, ..Self::default() };
        let members = comparison.compare(schema, Wanted { revealed, shown }, stored, "", states);
        comparison.members = members.filter(|_| comparison.is_mergeable);
        comparison
    }

    /// Returns what is to be merged in at this place.
    fn compare(
        &mut self,
        schema: &Value,
        wanted: Wanted<'_>,
        stored: &Value,
        path: &str,
        states: States<'_>,
    ) -> Option<Value> {
        let is_secret = schema.get("airbyte_secret") == Some(&Value::Bool(true));
        if is_secret || is_mask(stored) || is_mask(wanted.revealed) {
            return self.compare_secret(wanted, stored, path, states);
        }
        match (wanted.revealed, stored) {
            (Value::Object(_), Value::Object(stored)) => self.compare_members(schema, wanted, stored, path, states),
            // An object that is not there holds nothing.
            (Value::Object(_), stored) if is_nothing(stored) => {
                self.compare_members(schema, wanted, &Map::new(), path, states)
            }
            (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
                let schema = schema.get("items").unwrap_or(&Value::Null);
                let mut differs = false;
                for (index, (revealed, kept)) in items.iter().zip(kept).enumerate() {
                    let shown = wanted.shown.get(index).unwrap_or(revealed);
                    let place = format!("{path}[{index}]");
                    differs |= self.compare(schema, Wanted { revealed, shown }, kept, &place, states).is_some();
                }
                // Servers merge no lists: they are replaced.
                differs.then(|| wanted.shown.clone())
            }
            (Value::Number(wanted), Value::Number(stored)) if is_same_number(wanted, stored) => None,
            (revealed, stored) if revealed == stored || (is_nothing(revealed) && is_nothing(stored)) => None,
            (revealed, stored) if is_nothing(revealed) && is_default(schema, stored) => None,
            (revealed, stored) => {
                self.is_mergeable &= !is_nothing(revealed);
                self.unbacked.extend(outside_lists(revealed, path));
                self.differences.push(if shows_no_secret(schema, wanted.shown, stored) {
                    Difference::between(named(path), stored, revealed)
                } else {
                    Difference::of_secret(named(path), SecretState::Replaced)
                });
                Some(wanted.shown.clone())
            }
        }
    }

    fn compare_secret(&mut self, wanted: Wanted<'_>, stored: &Value, path: &str, states: States<'_>) -> Option<Value> {
        let state = match (wanted.revealed, stored) {
            // The mask asks the server to keep what it has.
            (wanted, stored) if is_mask(wanted) => {
                self.unbacked.extend(is_nothing(stored).then(|| named(path)));
                return None;
            }
            (wanted, stored) if is_nothing(wanted) && is_nothing(stored) => return None,
            // What is behind the mask is unknown, which is no difference.
            (wanted, stored) if is_mask(stored) && !is_nothing(wanted) => states(path),
            (wanted, stored) if wanted == stored => return None,
            _ => SecretState::Replaced,
        };
        self.is_mergeable &= !is_nothing(wanted.revealed);
        match state {
            SecretState::Unchanged => return None,
            SecretState::Unknown => self.unknown.push(named(path)),
            SecretState::Rotated | SecretState::Replaced => {
                self.differences.push(Difference::of_secret(named(path), state));
            }
        }
        Some(wanted.shown.clone())
    }

    fn compare_members(
        &mut self,
        schema: &Value,
        wanted: Wanted<'_>,
        stored: &Map<String, Value>,
        path: &str,
        states: States<'_>,
    ) -> Option<Value> {
        let none = Map::new();
        let revealed = wanted.revealed.as_object().unwrap_or(&none);
        // The members of another variant would stay behind.
        let variant = |object| variants(schema).position(|variant| is_variant(variant, object));
        self.is_mergeable &= stored.is_empty() || variant(revealed) == variant(stored);
        let mut members = Map::new();
        for key in revealed.keys().chain(stored.keys().filter(|key| !revealed.contains_key(*key))) {
            let schema = member(schema, key, revealed).or_else(|| member(schema, key, stored)).unwrap_or(&Value::Null);
            let or_default = |value: Option<&Value>| match value {
                Some(value) if !value.is_null() => value.clone(),
                _ => schema.get("default").cloned().unwrap_or_default(),
            };
            let (revealed, stored) = (or_default(revealed.get(key)), or_default(stored.get(key)));
            let shown = wanted.shown.get(key).filter(|shown| !shown.is_null()).unwrap_or(&revealed);
            let wanted = Wanted { revealed: &revealed, shown };
            if let Some(merged) = self.compare(schema, wanted, &stored, &join(path, key), states) {
                members.insert(key.clone(), merged);
            }
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }
}

/// Returns the secrets of a configuration, each with its path: what the specification marks, nested and in variants.
pub(crate) fn secrets<'v>(schema: &Value, configuration: &'v Value) -> Vec<(String, &'v Value)> {
    let mut found = Vec::new();
    collect(schema, configuration, "", &mut found);
    found
}

fn collect<'v>(schema: &Value, value: &'v Value, path: &str, found: &mut Vec<(String, &'v Value)>) {
    if schema.get("airbyte_secret") == Some(&Value::Bool(true)) {
        if !is_nothing(value) {
            found.push((named(path), value));
        }
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                collect(member(schema, key, members).unwrap_or(&Value::Null), value, &join(path, key), found);
            }
        }
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            for (index, item) in items.iter().enumerate() {
                collect(schema, item, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn named(path: &str) -> String {
    if path.is_empty() { "configuration".to_owned() } else { path.to_owned() }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        _ => false,
    }
}

/// Whether two numbers are the same: `5432` is `5432.0`, while integers are held against each other digit by digit.
fn is_same_number(one: &Number, other: &Number) -> bool {
    if one.is_f64() || other.is_f64() { one.as_f64() == other.as_f64() } else { one == other }
}

/// Whether an object says nothing but what holds without it.
fn is_default(schema: &Value, stored: &Value) -> bool {
    let none = Value::Object(Map::new());
    let compared = || Comparison::of(schema, &none, &none, stored, &|_| SecretState::Unknown);
    stored.is_object() && compared().differences.is_empty()
}

/// Whether the values at a place may be shown: no placeholder is in them, and the specification marks nothing below.
fn shows_no_secret(schema: &Value, shown: &Value, stored: &Value) -> bool {
    let texts = [shown.to_string(), stored.to_string()];
    !texts.iter().any(|text| holds_placeholder(text)) && !marks_secrets(schema)
}

fn marks_secrets(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            members.get("airbyte_secret") == Some(&Value::Bool(true)) || members.values().any(marks_secrets)
        }
        Value::Array(items) => items.iter().any(marks_secrets),
        _ => false,
    }
}

/// The schema of a member: from the object's own properties, or from the variant that the object is of.
fn member<'s>(schema: &'s Value, key: &str, object: &Map<String, Value>) -> Option<&'s Value> {
    let own = |schema: &'s Value| schema.get("properties").and_then(|properties| properties.get(key));
    let common = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let fitting = variants(schema).filter(|variant| is_variant(variant, object));
    own(schema).or_else(|| common.chain(fitting).find_map(own))
}

fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten()
}

fn is_variant(variant: &Value, object: &Map<String, Value>) -> bool {
    let properties = variant.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().all(|(key, schema)| {
        let Some(value) = object.get(key) else { return true };
        let constant = schema.get("const").is_none_or(|wanted| wanted == value);
        let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|choices| choices.contains(value));
        constant && listed
    })
}

#[cfg(test)]
mod tests;
