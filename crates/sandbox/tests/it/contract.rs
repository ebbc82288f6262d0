//! Every answer of every test is held against `openapi/airbyte-config.yaml`, and so are the sandbox's own tables.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/airbyte-config.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// Fails when a successful answer is not what the document says of this generation.
#[track_caller]
pub(crate) fn check_answer(generation: &str, path: &str, status: u16, body: &Value) {
    let found = airway_contract::check_answer(generation, path.trim_end_matches('/'), status, body);
    assert!(found.is_empty(), "{}\n{body}", found.join("\n"));
}

#[test]
fn operations_and_their_generations_are_those_of_the_document() {
    let table = include_str!("../../data/operations.tsv");
    let mine: HashMap<&str, Vec<&str>> =
        table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).map(|cells| (cells[1], cells)).collect();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/v1/") else { continue };
        let cells = mine.get(path).unwrap_or_else(|| panic!("{path} is not in operations.tsv"));
        let (method, operation) = methods.as_object().unwrap().iter().next().unwrap();
        assert_eq!((cells[0], cells[2]), (method.to_uppercase().as_str(), operation["operationId"].as_str().unwrap()));
        assert_eq!(cells[4], operation["x-airbyte-since"].as_str().unwrap_or("0.50"), "{path} since");
        // The document names the last generation, the table the first one without.
        let last = operation["x-airbyte-until"].as_str();
        let until = last.map_or_else(|| "-".to_owned(), next_minor);
        assert_eq!(cells[5], until, "{path} until");
    }
}

fn next_minor(version: &str) -> String {
    let (major, minor) = version.split_once('.').unwrap();
    format!("{major}.{}", minor.parse::<u16>().unwrap() + 1)
}

#[test]
fn fields_come_with_the_generation_that_the_document_names() {
    for line in include_str!("../../data/fields.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let property = &DOCUMENT["components"]["schemas"][cells[0]]["properties"][cells[1]];
        if property.is_null() {
            // The document leaves out what only old servers have and nobody needs.
            assert_ne!(cells[3], "-", "{line}");
            continue;
        }
        assert_eq!(cells[2], property["x-airbyte-since"].as_str().unwrap_or("0.50"), "{line}");
    }
}

#[test]
fn members_of_requests_come_and_go_with_the_generation_that_the_document_names() {
    for line in include_str!("../../data/requests.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let body = &DOCUMENT["paths"][format!("/v1/{}", cells[0])]["post"]["requestBody"];
        let reference = body["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
        let schema = reference.rsplit('/').next().unwrap();
        let property = &DOCUMENT["components"]["schemas"][schema]["properties"][cells[1]];
        assert!(!property.is_null(), "{line}");
        assert_eq!(cells[2], property["x-airbyte-since"].as_str().unwrap_or("0.50"), "{line}");
        // After 0.50 comes 1.0.
        let last = property["x-airbyte-until"].as_str();
        let until = last.map_or_else(|| "-".to_owned(), next_minor).replace("0.51", "1.0");
        assert_eq!(cells[3], until, "{line}");
    }
}

/// Real answers that are not what the document says, each under its name in the table of deviations.
#[test]
fn every_answer_that_may_deviate_does() {
    use airway_contract::{DEVIATIONS, Part, violations};
    for deviation in DEVIATIONS.iter().filter(|deviation| !deviation.in_request) {
        let deviates = |generation: &str| {
            let airbyte = crate::support::Airbyte::emulating(generation);
            let method = if deviation.operation == "instance_configuration" { "GET" } else { "POST" };
            let answer = airbyte.send(method, deviation.operation, "{}");
            let found = violations(generation, deviation.operation, Part::Answer(answer.status), &answer.body);
            found.iter().any(|found| found.contains(deviation.member))
        };
        assert!(["0.50", "2.0"].into_iter().any(deviates), "{deviation:?} is in use no more");
    }
}

#[test]
fn values_come_with_the_generation_that_the_document_names() {
    for line in include_str!("../../data/enums.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let schema = &DOCUMENT["components"]["schemas"][cells[0]];
        // What only the oldest servers had is not in the document.
        if cells[3] == "-" {
            let since = schema["x-airbyte-enum-since"][cells[1]].as_str().map(|it| it.replace("2.1", "latest"));
            assert_eq!(since.as_deref(), Some(cells[2]), "{line}");
        }
    }
}
