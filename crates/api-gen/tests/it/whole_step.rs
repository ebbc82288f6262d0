//! The build step as cargo runs it: a file in, two files or an error out.

use std::{fs, path::Path};

use airway_spec::OperationIndex;

use crate::{foreign, step};

const TAIL: &str = "paths:\n  /v1/a/get:\n    post: {operationId: getA, responses: {'200': {description: ok}}}\n";

/// Runs the step on a text and returns what it says of itself.
fn refused(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("api.yaml");
    fs::write(&file, text).unwrap();
    let error = step::run(&file, folder.path()).unwrap_err();
    assert!(!folder.path().join("bindings.rs").exists(), "{text}");
    let name = file.display().to_string();
    step::in_words(error.as_ref()).iter().map(|line| line.replace(&name, "api.yaml")).collect()
}

#[test]
fn a_document_that_cannot_be_used_is_refused_with_file_place_and_remedy() {
    let cases = [
        (
            "<html><body>404: Not found</body></html>".to_owned(),
            "`api.yaml` is not an OpenAPI document: it has no `openapi` member",
            "hint: give an OpenAPI 3.0 document with `openapi`, `info` and `paths`",
        ),
        (
            "openapi: 3.0.3\npaths: [".to_owned(),
            "`api.yaml` is not YAML: unclosed bracket '[' at line 2, column 8",
            "hint: correct the text at this line; a download that failed often leaves an HTML page",
        ),
        (
            format!("openapi: 3.1.0\n{TAIL}"),
            "`api.yaml` at `/openapi` is an OpenAPI `3.1.0` document, and only OpenAPI 3.0 is read",
            "hint: take the 3.0 edition of the document, or convert it, for example with `openapi-down-convert`",
        ),
        (
            format!("swagger: '2.0'\n{TAIL}"),
            "`api.yaml` at `/swagger` is a Swagger `2.0` document, and only OpenAPI 3.0 is read",
            "hint: convert it to OpenAPI 3.0 first, for example with `swagger2openapi`",
        ),
        (
            format!(
                "openapi: 3.0.3\n{TAIL}components: {{schemas: {{A: {{properties: {{b: {{$ref: '#/components/schemas/B'}}}}}}}}}}\n"
            ),
            "`api.yaml` at `/components/schemas/A/properties/b/$ref` refers to `#/components/schemas/B`, which is not in the file",
            "hint: add what is referred to, or correct the spelling of the `$ref`",
        ),
        (
            format!(
                "openapi: 3.0.3\n{TAIL}components: {{schemas: {{A: {{$ref: '#/components/schemas/B'}}, B: {{$ref: '#/components/schemas/A'}}}}}}\n"
            ),
            "`api.yaml` at `/components/schemas/A/$ref` is a circle of references: ",
            "hint: let one of these members be a schema of its own",
        ),
    ];
    for (text, message, remedy) in cases {
        let lines = refused(&text);
        let [line, hint] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line.starts_with(message), "{line}");
        assert_eq!(hint, remedy, "{line}");
    }
    let missing = step::run(Path::new("/nowhere/api.yaml"), Path::new("/nowhere")).unwrap_err();
    assert!(step::in_words(missing.as_ref())[0].starts_with("`/nowhere/api.yaml` cannot be read: "));
}

#[test]
fn a_large_document_of_other_people_loses_no_more_than_is_named() {
    let value = foreign::document(7, 560, 700);
    let text = foreign::text(&value);
    assert!(text.lines().count() >= 20_000, "{} lines", text.lines().count());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foreign.yaml");
    fs::write(&file, text).unwrap();
    let left_out = step::run(&file, folder.path()).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let calls = read("bindings.rs").matches("pub async fn").count();
    let index: OperationIndex = serde_json::from_str(&read("operations.json")).unwrap();
    let lost: Vec<&String> = left_out.iter().filter(|line| line.contains("is left out")).collect();
    assert!(calls >= 450, "{calls} calls");
    assert_eq!(calls + lost.len(), index.iter().len());
    for line in lost {
        let (name, reason) = line.split_once(" is left out: ").unwrap();
        assert!(name.starts_with("operation `") && reason.contains("(at `/paths/"), "{line}");
    }
}
