//! Script values to JSON and back.

use rhai::{Array, Dynamic, ImmutableString, Map};
use serde_json::{Number, Value};

use super::{Secret, kind_of, with_article};

/// Why a value cannot be JSON, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotJson {
    /// Such as `.streams[2].cursor`; empty for the value itself.
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Returns the value as JSON. Integers stay integers, secrets stay secrets.
///
/// # Errors
///
/// When the value holds something without a JSON form: a function, a handle, an infinite number.
pub(crate) fn to_json(value: &Dynamic) -> Result<Value, NotJson> {
    let mut path = Vec::new();
    convert(value, &mut path).map_err(|reason| NotJson { path: path.concat(), reason })
}

/// As deep as parsers of JSON go.
const DEEPEST: usize = 127;

fn convert(value: &Dynamic, path: &mut Vec<String>) -> Result<Value, String> {
    if path.len() > DEEPEST {
        path.clear();
        return Err("it is nested too deeply for JSON".to_owned());
    }
    if value.is_shared() {
        return convert(&value.clone().flatten(), path);
    }
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(number) = value.as_int() {
        return Ok(number.into());
    }
    if let Ok(truth) = value.as_bool() {
        return Ok(truth.into());
    }
    if let Ok(number) = value.as_float() {
        return Number::from_f64(number).map(Value::Number).ok_or_else(|| format!("{number} is not a JSON number"));
    }
    if let Ok(character) = value.as_char() {
        return Ok(character.to_string().into());
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(text.as_str().into());
    }
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().enumerate().map(|(at, item)| inside(path, format!("[{at}]"), item)).collect();
    }
    if let Some(members) = value.read_lock::<Map>() {
        let members = members.iter().map(|(key, item)| Ok((key.to_string(), inside(path, format!(".{key}"), item)?)));
        return members.collect::<Result<serde_json::Map<_, _>, String>>().map(Value::Object);
    }
    if let Some(secret) = value.read_lock::<Secret>() {
        return Ok(secret.0.placeholder().into());
    }
    let kind = kind_of(value);
    Err(format!("{} cannot be sent as JSON", with_article(kind)))
}

/// Leaves the step on the path when the item fails.
fn inside(path: &mut Vec<String>, step: String, item: &Dynamic) -> Result<Value, String> {
    path.push(step);
    let value = convert(item, path)?;
    path.pop();
    Ok(value)
}

/// Returns JSON as a script value. Whole numbers beyond 64 bits become floating-point numbers.
pub(crate) fn from_json(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Value::String(text) => text.into(),
        Value::Array(items) => items.iter().map(from_json).collect::<Array>().into(),
        Value::Object(members) => {
            members.iter().map(|(key, item)| (key.into(), from_json(item))).collect::<Map>().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Engine;
    use serde_json::json;

    #[test]
    fn integers_stay_integers_on_a_round_trip() {
        let value = json!({"a": [1, 1.5, true, null, "x"], "b": {"c": -3}});
        assert_eq!(to_json(&from_json(&value)).unwrap(), value);
        assert_eq!(to_json(&2_i64.into()).unwrap().to_string(), "2");
    }

    #[test]
    fn what_has_no_json_form_is_named_with_its_path() {
        let value = Engine::new().eval::<Dynamic>("#{a: [1, #{f: |x| x}]}").unwrap();
        let expected = NotJson { path: ".a[1].f".into(), reason: "a function cannot be sent as JSON".into() };
        assert_eq!(to_json(&value), Err(expected));
        let expected = NotJson { path: String::new(), reason: "inf is not a JSON number".into() };
        assert_eq!(to_json(&f64::INFINITY.into()), Err(expected));
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused() {
        let script = |depth: usize| format!("let a = []; for i in 1..{depth} {{ a = [a] }} a");
        let value = |depth| Engine::new().eval::<Dynamic>(&script(depth)).unwrap();
        assert!(to_json(&value(127)).is_ok());
        let expected = NotJson { path: String::new(), reason: "it is nested too deeply for JSON".into() };
        assert_eq!(to_json(&value(200)), Err(expected));
    }

    #[test]
    fn a_secret_is_its_placeholder_and_never_its_value() {
        let secret = airway_client::Vault::new().conceal("hunter2");
        let value = to_json(&Dynamic::from(Secret(secret.clone()))).unwrap();
        assert_eq!(value, json!(secret.placeholder()));
    }

    #[test]
    fn captured_variables_are_looked_through() {
        let value = Engine::new().eval::<Dynamic>("let x = 1; let f = || x; [x]").unwrap();
        assert_eq!(to_json(&value), Ok(json!([1])));
    }
}
