//! The specification says what the tables of facts in `openapi/facts` say:
//! nothing is missing, nothing differs and nothing came in unseen.

mod document;
mod sound;
mod table;

use std::path::{Path, PathBuf};

use airway_spec::Document;
use table::Table;

fn openapi(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi").join(file)
}

fn specification() -> Document {
    Document::load(openapi("airbyte-config.yaml")).expect("the specification loads")
}

/// Compares a table with what the document yields and shows every difference.
fn agree(file: &str, keys: usize, rows: Vec<Vec<String>>) {
    let text = std::fs::read_to_string(openapi("facts").join(file)).expect("the table is there");
    let findings = Table::parse(file, keys, &text).compare(rows);
    assert!(findings.is_empty(), "{} differences\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn operations_are_those_of_the_table() {
    agree("operations.tsv", 2, document::operations(specification().value()));
}

#[test]
fn schemas_and_fields_are_those_of_the_table() {
    agree("fields.tsv", 2, document::fields(specification().value()));
}

#[test]
fn enum_values_are_those_of_the_table() {
    agree("enums.tsv", 1, document::enums(specification().value()));
}

#[test]
fn every_operation_and_schema_is_described() {
    let specification = specification();
    let said = |thing: &serde_json::Value, member: &str| thing[member].as_str().is_some_and(|text| text.len() > 3);
    let operations =
        document::each_operation(specification.value()).filter(|(_, _, operation)| !said(operation, "summary"));
    let mut silent: Vec<_> = operations.map(|(method, path, _)| format!("{method} {path}")).collect();
    let schemas = specification.value()["components"]["schemas"].as_object().expect("there are schemas");
    silent.extend(schemas.iter().filter(|(_, schema)| !said(schema, "description")).map(|(name, _)| name.clone()));
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn every_kind_of_difference_is_named_with_its_line() {
    let table = Table::parse("t.tsv", 1, "id\tanswer\terrors\nkept\t200\t404\nlost\t200\t-\nother\t200\t404 409\n");
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let findings = table.compare(vec![
        row(["kept", "200", "400 404"]),
        row(["other", "204", "400 404"]),
        row(["new", "200", "400"]),
    ]);
    assert_eq!(
        findings,
        [
            "t.tsv:3: `lost` is not in the specification",
            "t.tsv:4: `other` has answer `204` in the specification and `200` in the table",
            "t.tsv:4: `other` has errors `400 404` in the specification and `404 409` in the table",
            "t.tsv: `new` is in the specification and not in the table",
        ]
    );
}

#[test]
fn a_changed_document_yields_changed_rows() {
    let before = serde_json::json!({
        "paths": {"/v1/a": {"post": {
            "operationId": "a", "tags": ["t"], "x-airway-effect": "run",
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}}}, "404": {}}
        }}},
        "components": {"schemas": {"A": {
            "type": "object", "x-airbyte-since": "1.0", "required": ["b"],
            "properties": {
                "b": {"allOf": [{"$ref": "#/components/schemas/A"}], "description": "d"},
                "c": {"type": "array", "items": {"type": "object", "properties": {
                    "d": {"type": "string", "enum": ["x", "y"], "nullable": true}
                }}},
                "e": {"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}, "x-airbyte-until": "1.5"},
                "f": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]},
                "g": {"type": "integer", "default": 5, "minimum": 1, "maximum": 9}
            }
        }}}
    });
    let lines = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>();
    assert_eq!(lines(document::operations(&before)), ["POST /v1/a a t @A y 200:[@A] 404 - - run -"]);
    assert_eq!(
        lines(document::fields(&before)),
        [
            "A . object - - - - 1.0 -",
            "A b @A y - - - - -",
            "A c [object] - - - - - -",
            "A c[].d enum - y - - - -",
            "A e {integer:int64} - - - - - 1.5",
            "A f oneOf(@A string) - - - - - -",
            "A g integer - - 5 minimum=1;maximum=9 - -",
        ]
    );
    assert_eq!(lines(document::enums(&before)), ["A.c[].d x|y -"]);
}
