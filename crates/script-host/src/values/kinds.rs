//! What a value is, in words for people.

use rhai::{Array, Dynamic, FnPtr, ImmutableString, Map};

use crate::registry::{Index, Ty};

/// Returns what a value is: `string`, `integer`, `map`, `Source` …
pub(crate) fn kind_of(value: &Dynamic) -> &'static str {
    if value.is_unit() {
        "nothing"
    } else if value.is::<ImmutableString>() {
        "string"
    } else if value.is::<i64>() {
        "integer"
    } else if value.is::<f64>() {
        "number"
    } else if value.is::<bool>() {
        "boolean"
    } else if value.is::<char>() {
        "character"
    } else if value.is::<Array>() {
        "array"
    } else if value.is::<Map>() {
        "map"
    } else if value.is::<FnPtr>() {
        "function"
    } else {
        handle_name(value.type_name())
    }
}

/// Returns the type of a value; `Any` for what the host does not know.
pub(crate) fn ty_of(value: &Dynamic, index: &Index) -> Ty {
    match kind_of(value) {
        "integer" => Ty::Int,
        "number" => Ty::Number,
        "boolean" => Ty::Bool,
        "function" => Ty::Function,
        "nothing" => Ty::Nothing,
        other => index.type_named(other),
    }
}

/// Returns the name of a handle in scripts: the last part of its Rust type, and `Source` for `Actor<SourceKind>`.
pub(crate) fn handle_name(type_name: &'static str) -> &'static str {
    let last = |path: &'static str| path.rsplit("::").next().unwrap_or(path);
    match type_name.trim_end_matches('>').split_once('<').map(|(outer, inner)| (last(outer), last(inner))) {
        Some(("Actor", "SourceKind")) => "Source",
        Some(("Actor", "DestinationKind")) => "Destination",
        Some(("Definition", "SourceKind")) => "SourceDefinition",
        Some(("Definition", "DestinationKind")) => "DestinationDefinition",
        Some((outer, _)) => outer,
        None if last(type_name) == "Fault" => "Error",
        None => last(type_name),
    }
}

/// Returns "a string", "an integer", "nothing".
pub(crate) fn with_article(kind: &str) -> String {
    let already = ["nothing", "any ", "a ", "an ", "one of "].iter().any(|start| kind.starts_with(start));
    match kind.chars().next() {
        _ if already => kind.to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'A' | 'E' | 'I' | 'O' | 'U') => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
