//! A value of a script as JSON for other programs.

use rhai::{Array, Dynamic, Engine, ImmutableString, Map, Scope};
use serde_json::{Number, Value};

use super::of_rhai::INDEX;
use super::{Secret, from_json, kind_of};
use crate::prelude::Params;
use crate::registry::{Index, Ty};

/// Handles in handles beyond this are only named.
const DEPTH: usize = 3;

/// Returns the value as JSON. A handle is an object of its properties; what has no JSON form is what `print` would show,
/// and a secret its placeholder.
pub(crate) fn visible(engine: &Engine, index: &Index, value: &Dynamic) -> Value {
    Eye { engine, index }.look(value, DEPTH)
}

/// Returns the value with maps of their properties in the place of handles.
pub(crate) fn unfolded(engine: &Engine, value: &Dynamic) -> Dynamic {
    if value.is_shared() {
        return unfolded(engine, &value.clone().flatten());
    }
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(|item| unfolded(engine, item)).collect::<Array>().into();
    }
    if let Some(members) = value.read_lock::<Map>() {
        return members.iter().map(|(key, item)| (key.clone(), unfolded(engine, item))).collect::<Map>().into();
    }
    let is_handle = matches!(INDEX.type_named(kind_of(value)), Ty::Handle(_)) && !value.is::<Secret>();
    if is_handle { from_json(&visible(engine, &INDEX, value)) } else { value.clone() }
}

struct Eye<'e> {
    engine: &'e Engine,
    index: &'e Index,
}

impl Eye<'_> {
    fn look(&self, value: &Dynamic, depth: usize) -> Value {
        if value.is_shared() {
            return self.look(&value.clone().flatten(), depth);
        }
        if value.is_unit() {
            return Value::Null;
        }
        if let Ok(number) = value.as_int() {
            return number.into();
        }
        if let Ok(truth) = value.as_bool() {
            return truth.into();
        }
        if let Ok(number) = value.as_float() {
            return Number::from_f64(number).map_or(Value::Null, Value::Number);
        }
        if let Some(text) = value.read_lock::<ImmutableString>() {
            return text.as_str().into();
        }
        if let Some(items) = value.read_lock::<Array>() {
            return items.iter().map(|item| self.look(item, depth)).collect();
        }
        if let Some(members) = value.read_lock::<Map>() {
            return members.iter().map(|(key, item)| (key.to_string(), self.look(item, depth))).collect();
        }
        if let Some(secret) = value.read_lock::<Secret>() {
            return secret.0.placeholder().into();
        }
        if let Some(params) = value.read_lock::<Params>() {
            return params.iter().map(|(name, value)| (name.to_owned(), self.look(value, depth))).collect();
        }
        if value.is_fnptr() {
            return "function".into();
        }
        self.handle(value, depth)
    }

    fn handle(&self, value: &Dynamic, depth: usize) -> Value {
        let properties = self.index.properties_of(Ty::Handle(kind_of(value)));
        let Some(depth) = depth.checked_sub(1).filter(|_| !properties.is_empty()) else {
            return self.ask(value, "value.to_string()").into_string().unwrap_or_default().into();
        };
        let seen = |name: &str| (name.to_owned(), self.look(&self.ask(value, &format!("value.{name}")), depth));
        properties.into_iter().map(seen).collect()
    }

    /// A property that cannot be read now is nothing.
    fn ask(&self, value: &Dynamic, expression: &str) -> Dynamic {
        let mut scope = Scope::new();
        scope.push_dynamic("value", value.clone());
        self.engine.eval_expression_with_scope(&mut scope, expression).unwrap_or(Dynamic::UNIT)
    }
}
