//! JSON in strings.

use std::any::TypeId;

use rhai::{Dynamic, Map};
use serde_json::Value;

use crate::registry::{Arg, Call, Json, Mismatch, Raise, Registry, Ty};
use crate::values::{FaultKind, to_json, unfolded};

pub(super) fn describe(api: &mut Registry) {
    api.method("to_json")
        .doc("Returns a map as JSON.")
        .example(r#"expect_eq(#{ a: [1, ()] }.to_json(), `{"a":[1,null]}`);"#)
        .pure()
        .native(|call: &Call<'_>, value: MapOfAny| -> Result<String, Raise> {
            let value = Dynamic::from(value.0);
            Ok(json_of(call, "to_json", "", &value)?.to_string())
        });
    api.function("parse_json")
        .doc("Returns the value that a JSON text stands for.")
        .param("text", "JSON")
        .example(r#"expect_eq(parse_json("[1, 2]"), [1, 2]);"#)
        .replacing_builtin(&[TypeId::of::<rhai::ImmutableString>])
        .native(|_: &Call<'_>, text: String| {
            serde_json::from_str::<Value>(&text)
                .map(Json)
                .map_err(|error| Raise::new(FaultKind::Argument, format!("`parse_json`: {error}")))
        });
}

/// Returns a value as JSON, handles as their properties.
///
/// # Errors
///
/// When it holds something without a JSON form, such as a function.
pub(super) fn json_of(call: &Call<'_>, function: &str, param: &str, value: &Dynamic) -> Result<Value, Raise> {
    to_json(&unfolded(call.context().engine(), value)).map_err(|error| {
        let mismatch = Mismatch::value(error.reason).within(error.path.trim_start_matches('.'));
        let mismatch = if param.is_empty() { mismatch } else { mismatch.within(param) };
        Raise::new(FaultKind::Argument, mismatch.message(function))
    })
}

/// A map on its way into a JSON text: Rhai's own `to_json` writes Rust type names for secrets and handles.
struct MapOfAny(Map);

impl Arg for MapOfAny {
    const TY: Ty = Ty::Map;

    fn id() -> TypeId {
        TypeId::of::<Map>()
    }

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        Map::take(value).map(Self)
    }
}
