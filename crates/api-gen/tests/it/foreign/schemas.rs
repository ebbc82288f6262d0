//! Schemas of every kind, sound and unsound.

use serde_json::{Map, Value, json};

use super::{Random, reference};

/// Names that are special in Rust, in generated code, or in a reference.
const NAMES: [&str; 28] = [
    "Ok",
    "Err",
    "Some",
    "None",
    "Self",
    "String",
    "Vec",
    "Option",
    "Box",
    "Result",
    "Error",
    "Default",
    "Client",
    "Value",
    "From",
    "ToString",
    "type",
    "error",
    "job-status",
    "job_status",
    "JobStatus",
    "1st",
    "+1",
    "a/b",
    "c d",
    "ünï",
    "_",
    "Open",
];

const PROPERTIES: [&str; 30] = [
    "id",
    "name",
    "createdAt",
    "created_at",
    "Created-At",
    "type",
    "self",
    "extra",
    "Extra",
    "@id",
    "1st",
    "+1",
    "-1",
    "a b",
    "ünï",
    "_",
    "x",
    "$ref",
    "default",
    "example",
    "enum",
    "properties",
    "items",
    "fn",
    "crate",
    "value",
    "f",
    "deserializer",
    "Self",
    "",
];

const DESCRIPTIONS: [&str; 6] = [
    "Plain.",
    "Ends a comment */ early, and starts one /* too",
    "```\nlet code = 1;\n```\n    indented",
    "<b>html</b> [link] `tick \\ \"quote\" {brace}",
    "",
    "/",
];

/// The name of the schema of this number.
pub(super) fn name(index: usize) -> String {
    match NAMES.get(index) {
        Some(name) => (*name).to_owned(),
        None if index.is_multiple_of(50) => format!("schema_{}", index - 1),
        None => format!("Schema{index}"),
    }
}

/// Returns a named schema; it may refer to any other.
pub(super) fn named(random: &mut Random, names: &[String], index: usize) -> Value {
    match random.below(14) {
        0 => enumeration(random),
        1 => scalar(random),
        2 => json!({"type": "array", "items": any(random, names, 2), "nullable": true}),
        3 => json!({"type": "object", "additionalProperties": any(random, names, 2)}),
        4 => combined(random, names, 3),
        // Only to an earlier one: a circle of names is an error, rightly.
        5 if index > 0 => reference(&names[random.below(index)]),
        6 => {
            json!({"type": "object", "required": ["me"], "properties": {"me": reference(&names[index]), "all": {"items": reference(&names[index])}}})
        }
        7 => json!({"description": "free", "nullable": true}),
        _ => object(random, names, 3),
    }
}

/// Returns a schema of any kind, nested no deeper than `depth`.
pub(super) fn any(random: &mut Random, names: &[String], depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else {
        return if random.one_in(2) { scalar(random) } else { reference(&names[random.below(names.len())]) };
    };
    match random.below(12) {
        0 => {
            json!({"type": "array", "format": "set", "uniqueItems": true, "minItems": 1, "items": any(random, names, below)})
        }
        1 => json!({"type": "object", "additionalProperties": any(random, names, below), "default": []}),
        2 => enumeration(random),
        3 => combined(random, names, below),
        4 => object(random, names, below),
        5 => json!({"type": "object", "additionalProperties": random.one_in(2)}),
        6 | 7 => scalar(random),
        8 => json!({}),
        _ => reference(&names[random.below(names.len())]),
    }
}

fn object(random: &mut Random, names: &[String], depth: usize) -> Value {
    let mut properties = Map::new();
    for number in 0..=random.below(9) {
        let name = match random.below(3) {
            0 => random.pick(&PROPERTIES.each_ref().map(|name| *name)).to_owned(),
            1 => format!("field{number}"),
            _ => format!("Field_{number}"),
        };
        properties.insert(name, any(random, names, depth));
    }
    let mut required: Vec<&str> =
        properties.keys().filter(|name| name.len().is_multiple_of(2)).map(String::as_str).collect();
    required.push(random.pick(&["phantom", "created_at", "field_1", "Name"]));
    let mut schema = json!({"required": required, "properties": properties});
    schema["description"] = random.pick(&DESCRIPTIONS.each_ref().map(|text| *text)).into();
    if random.one_in(2) {
        schema["type"] = "object".into();
    }
    match random.below(6) {
        0 => schema["additionalProperties"] = json!(false),
        1 => schema["additionalProperties"] = json!(true),
        2 => schema["additionalProperties"] = any(random, names, 0),
        _ => {}
    }
    if random.one_in(5) {
        schema["default"] = json!("not an object");
        schema["example"] = json!({"$ref": "#/not/a/reference"});
        schema["maxProperties"] = json!(3);
        schema["xml"] = json!({"name": "x"});
    }
    schema
}

fn combined(random: &mut Random, names: &[String], depth: usize) -> Value {
    let branches: Vec<Value> = (0..=random.below(3)).map(|_| any(random, names, depth)).collect();
    match random.below(6) {
        0 => json!({"oneOf": branches, "discriminator": {"propertyName": "type", "mapping": {"a": "#/nowhere"}}}),
        1 => json!({"anyOf": branches, "properties": {"own": {"type": "string"}}}),
        2 => json!({"not": {"type": "string"}}),
        3 => json!({"allOf": branches, "required": ["own"], "properties": {"own": scalar(random)}}),
        4 => json!({"allOf": [branches[0], {"description": "said"}], "nullable": true}),
        _ => json!({"allOf": branches}),
    }
}

fn enumeration(random: &mut Random) -> Value {
    let choices = [
        json!({"type": "string", "enum": ["foo", "FOO", "Foo", "a-b", "a_b", "=", ">", "", "foo"]}),
        json!({"enum": ["type", "self", "Self", "1", "+1", "é"]}),
        json!({"type": "string", "enum": ["a", null], "nullable": true, "default": "z"}),
        json!({"type": "string", "enum": [true, 1, 1.5]}),
        json!({"type": "integer", "enum": [1, 2]}),
        json!({"type": "boolean", "enum": [true]}),
        json!({"enum": [1, "a", {}]}),
        json!({"type": "string", "enum": []}),
    ];
    choices[random.below(choices.len())].clone()
}

fn scalar(random: &mut Random) -> Value {
    let choices = [
        json!({"type": "string", "format": "uuid", "default": 3}),
        json!({"type": "string", "format": "date-time", "nullable": true}),
        json!({"type": "string", "pattern": "^a*+$", "minLength": 2}),
        json!({"type": "string", "format": "binary", "example": 1}),
        json!({"type": "integer", "format": "int", "minimum": 1, "exclusiveMinimum": true}),
        json!({"type": "integer", "format": "int32", "default": "many"}),
        json!({"type": "number", "format": "decimal", "multipleOf": 0.01}),
        json!({"type": "boolean", "format": "yes", "default": "no"}),
        json!({"type": "string", "maxLength": -1}),
        json!({"type": "file"}),
        json!({"type": ["string", "null"]}),
        json!({"type": "string", "description": DESCRIPTIONS[random.below(DESCRIPTIONS.len())]}),
    ];
    choices[random.below(choices.len())].clone()
}
