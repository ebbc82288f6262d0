//! The generator takes what the normaliser hands it.
//!
//! Each document in `fixtures/documents` says in its first lines what its
//! bindings have (`# has: …`, white space aside), what they do not have
//! (`# not: …`), and what is left out of them (`# out: …`, all of it).

use std::{fs, path::Path};

use airway_spec::{Document, isolate::isolate, normalise};
use serde_json::{Value, json};

use crate::{bindings, foreign, sound};

/// Returns the bindings of a document, and what they lack.
fn generate(document: &Document) -> (String, Vec<String>) {
    let normalised = normalise::for_generator(document).unwrap();
    let (rust, refused) = isolate(&normalised.document, &mut bindings::generate);
    let left_out = normalised.left_out.iter().chain(&refused).map(ToString::to_string).collect();
    (rust.unwrap(), left_out)
}

/// Takes the white space out, and the commas that come and go with line breaks.
fn dense(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    text.replace(",)", ")").replace(",>", ">")
}

#[test]
fn every_document_becomes_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let said = |mark: &str| -> Vec<&str> { text.lines().filter_map(|line| line.strip_prefix(mark)).collect() };
        let (rust, left_out) = generate(&Document::parse(&text, &name).unwrap());
        assert_eq!(left_out, said("# out: "), "{name}");
        let all = dense(&rust);
        let missing: Vec<_> = said("# has: ").into_iter().filter(|expected| !all.contains(&dense(expected))).collect();
        assert_eq!(missing, [""; 0], "{name}\n{rust}");
        for unwanted in said("# not: ") {
            assert!(!all.contains(&dense(unwanted)), "{name} has {unwanted}\n{rust}");
        }
        assert_eq!(sound::faults(&rust), [""; 0], "{name}");
        seen += 1;
    }
    assert_eq!(seen, 12);
}

#[test]
fn documents_of_other_people_are_generated_without_a_refusal() {
    for seed in 1..=4 {
        let value = foreign::document(seed, 60, 90);
        // Once as a value and once as the text it would be read from.
        let document = Document::parse(&foreign::text(&value), "foreign.yaml").unwrap();
        let (rust, left_out) = generate(&document);
        let refused: Vec<_> = left_out.iter().filter(|line| line.contains("generator refuses")).collect();
        assert_eq!(refused, Vec::<&String>::new(), "seed {seed}");
        assert_eq!(sound::faults(&rust), [""; 0], "seed {seed}");
        let calls = rust.matches("pub async fn").count();
        let lost = left_out.iter().filter(|line| line.contains("is left out")).count();
        assert_eq!(calls + lost, operations(&value), "seed {seed}");
    }
}

/// Counts operations; one path is a reference to another one.
fn operations(document: &Value) -> usize {
    let items = document["paths"].as_object().unwrap().values();
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    1 + items.map(|item| methods.iter().filter(|method| item.get(**method).is_some()).count()).sum::<usize>()
}

#[test]
fn a_panic_of_the_generator_is_a_message_in_one_line() {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/Nope"}}}}},
        "components": {},
    });
    assert_eq!(bindings::generate(&document).unwrap_err(), "key Nope is missing");
    let message = bindings::generate(&json!({"openapi": 3})).unwrap_err();
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn an_operation_that_the_generator_refuses_goes_alone() {
    let fine = json!({"operationId": "fine", "responses": {"200": {"description": "ok"}}});
    let bad = json!({"operationId": "bad", "responses": {"200": {"$ref": "#/components/responses/Nope"}}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": bad}, "/b": {"get": fine}},
        "components": {"schemas": {}},
    });
    let (rust, left_out) = isolate(&document, &mut bindings::generate);
    assert!(rust.unwrap().contains("pub async fn fine<'a>"));
    let lines: Vec<_> = left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["operation `bad` is left out: the generator refuses it: key Nope is missing (at `/paths/~1a/get`)"]
    );
}
