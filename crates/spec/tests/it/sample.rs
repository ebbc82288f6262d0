//! A part of the project's own document, small enough to change it often.

use std::{collections::BTreeSet, sync::OnceLock};

use airway_spec::Document;
use serde_json::Value;

const PATHS: [&str; 3] = ["/v1/sources/", "/v1/state/", "/v1/user_invitations/"];

/// Returns the part, with the schemas it needs.
pub(crate) fn document() -> &'static Value {
    static SAMPLE: OnceLock<Value> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let whole = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/airbyte-config.yaml");
        let mut value = Document::load(whole).unwrap().value().clone();
        let paths = value["paths"].as_object_mut().unwrap();
        paths.retain(|path, _| PATHS.iter().any(|start| path.starts_with(start)));
        let mut open = BTreeSet::new();
        references(&value["paths"], &mut open);
        let mut seen = BTreeSet::new();
        while let Some(target) = open.pop_first() {
            if let Some(found) = value.pointer(&target).filter(|_| seen.insert(target.clone())) {
                references(found, &mut open);
            }
        }
        for kind in ["schemas", "responses"] {
            let shared = value["components"][kind].as_object_mut().unwrap();
            shared.retain(|name, _| seen.contains(&format!("/components/{kind}/{name}")));
        }
        value
    })
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(|target| target.as_str()?.strip_prefix('#')).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Returns a short document as text, with most of what YAML has.
pub(crate) fn text() -> &'static str {
    r##"openapi: 3.0.3 # comment
info: { title: Sample, version: "1" }
paths:
  /v1/sources/{id}:
    parameters: &shared
      - { in: path, name: id, required: true, schema: { type: string, format: uuid } }
    post:
      operationId: createSource
      description: >
        folded
        text
      requestBody:
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Source" }
      responses:
        200: { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Source' } } } }
        404: { description: lost }
    get: { parameters: *shared, responses: { default: { description: none, content: {} } } }
components:
  schemas:
    Source:
      type: object
      required: [name, id]
      properties:
        name: { type: string, enum: [no, yes, ~, 1.5] }
        id: { allOf: [ { $ref: "#/components/schemas/Id" } ], nullable: true }
        children: { type: array, items: { $ref: "#/components/schemas/Source" } }
    Id: !!map { type: string }
"##
}
