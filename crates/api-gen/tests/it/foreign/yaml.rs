//! YAML the way people write it, with numbers for keys.

use std::fmt::Write;

use serde_json::Value;

/// Returns a document as YAML text.
pub(crate) fn text(document: &Value) -> String {
    let mut text = String::new();
    block(document, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('\n');
            for (name, member) in members {
                let plain = name.parse::<u16>().is_ok();
                let name = if plain { name.clone() } else { Value::from(name.as_str()).to_string() };
                write!(text, "{indent}{name}:").expect("a string takes all");
                block(member, depth + 1, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            for item in items {
                write!(text, "{indent}-").expect("a string takes all");
                block(item, depth + 1, text);
            }
        }
        scalar => writeln!(text, " {scalar}").expect("a string takes all"),
    }
}
