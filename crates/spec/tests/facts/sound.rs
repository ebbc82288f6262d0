//! What holds for the description whatever the tables say.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{document, specification};

#[test]
fn operation_ids_are_unique() {
    let specification = specification();
    let mut seen = BTreeSet::new();
    let operations = document::each_operation(specification.value());
    let repeated: Vec<_> = operations
        .map(|(_, _, operation)| &operation["operationId"])
        .filter(|id| !seen.insert(id.to_string()))
        .collect();
    assert_eq!(repeated, Vec::<&Value>::new());
    assert_eq!(seen.len(), 253);
}

#[test]
fn every_schema_and_response_is_reached_from_an_operation() {
    let specification = specification();
    let root = specification.value();
    let mut reached = BTreeSet::new();
    let mut open = vec![&root["paths"]];
    while let Some(value) = open.pop() {
        if let Some(target) = value["$ref"].as_str()
            && reached.insert(target.to_owned())
        {
            open.push(
                target.strip_prefix('#').and_then(|pointer| root.pointer(pointer)).expect("references lead somewhere"),
            );
        }
        open.extend(value.as_object().into_iter().flat_map(|members| members.values()));
        open.extend(value.as_array().into_iter().flatten());
    }
    let present = ["schemas", "responses"].into_iter().flat_map(|kind| {
        let names = root["components"][kind].as_object().expect("the component kind is there").keys();
        names.map(move |name| format!("#/components/{kind}/{name}"))
    });
    assert_eq!(present.filter(|target| !reached.contains(target)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_required_name_is_a_property() {
    let specification = specification();
    let schemas = specification.value()["components"]["schemas"].as_object().expect("there are schemas");
    let phantoms = schemas.iter().flat_map(|(name, schema)| {
        let required = schema["required"].as_array().into_iter().flatten();
        required
            .filter(|member| schema["properties"].get(member.as_str().unwrap_or_default()).is_none())
            .map(move |member| format!("{name}.{member}"))
    });
    assert_eq!(phantoms.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn paging_points_at_what_the_answer_has() {
    let specification = specification();
    let root = specification.value();
    for (_, path, operation) in
        document::each_operation(root).filter(|(_, _, operation)| operation["x-airway-paging"].is_object())
    {
        let paging = &operation["x-airway-paging"];
        let pointer = |member: &str| paging[member].as_str();
        let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let items = member(root, answer, pointer("items").expect("items are named"));
        assert_eq!(items.map(|schema| &schema["type"]), Some(&Value::from("array")), "{path}: items");
        let item = items.map(|schema| &schema["items"]).expect("checked above");
        for (name, schema) in [("key", item), ("total", answer)] {
            assert!(pointer(name).is_none_or(|pointer| member(root, schema, pointer).is_some()), "{path}: {name}");
        }
        let request = &operation["requestBody"]["content"]["application/json"]["schema"];
        let needed = match pointer("style") {
            Some("none") => &[][..],
            Some("keyset") => &["/cursor", "/pageSize"],
            Some("offset") => &["/pagination/pageSize", "/pagination/rowOffset"],
            Some("token") => &["/pageToken"],
            other => panic!("{path}: style {other:?}"),
        };
        for pointer in needed {
            assert!(member(root, request, pointer).is_some(), "{path}: {pointer}");
        }
    }
}

/// The schema of a member, found by the JSON pointer that finds the member.
fn member<'a>(root: &'a Value, schema: &'a Value, pointer: &str) -> Option<&'a Value> {
    let resolve = |schema: &'a Value| {
        let target = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
        target.map_or(Some(schema), |target| root.pointer(target.strip_prefix('#')?))
    };
    let mut found = resolve(schema)?;
    for name in pointer.split('/').skip(1) {
        found = resolve(found["properties"].get(name)?)?;
    }
    Some(found)
}
