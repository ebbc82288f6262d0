//! JSON in strings.

use std::any::TypeId;

use rhai::{Dynamic, Map};
use serde_json::Value;

use crate::registry::{Arg, Call, Json, Mismatch, Raise, Registry, Ty};
use crate::values::FaultKind;

pub(super) fn describe(api: &mut Registry) {
    api.method("to_json")
        .doc("Returns a map as JSON.")
        .example(r#"expect_eq(#{ a: [1, ()] }.to_json(), `{"a":[1,null]}`);"#)
        .pure()
        .native(|_: &Call<'_>, value: MapJson| value.0.0.to_string());
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

/// A map on its way into a JSON text: Rhai's own `to_json` writes Rust type names for secrets and handles.
struct MapJson(Json);

impl Arg for MapJson {
    const TY: Ty = Ty::Map;

    fn id() -> TypeId {
        TypeId::of::<Map>()
    }

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        Json::take(value).map(Self)
    }
}
