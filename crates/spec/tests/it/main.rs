//! Documents that somebody broke: each is refused with an error or read, and
//! nothing panics.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mutation;
mod sample;

use airway_spec::{Document, OperationIndex, check_request, normalise};
use mutation::Mutation;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// Does with a document all that can be done with one.
fn use_up(document: &Document) -> Value {
    let normalised = normalise::for_generator(document).unwrap();
    for left_out in &normalised.left_out {
        assert!(!left_out.to_string().is_empty());
    }
    let index = OperationIndex::of(document);
    let bodies = [Value::Null, json!({"name": 1, "status": null, "x": []}), json!([{}])];
    for operation in &index {
        assert_eq!(index.get(&operation.id), Some(operation));
        for body in &bodies {
            let _ = check_request(&index, operation, body);
        }
    }
    normalised.document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_with_any_part_changed_is_read_or_refused(mutations in vec(any::<Mutation>(), 1..12)) {
        let mut value = sample::document().clone();
        for mutation in &mutations {
            mutation.apply(&mut value);
        }
        match Document::from_value(value, "mutated.yaml") {
            Ok(document) => {
                // What comes out is sound whatever went in: it is read without
                // complaint, and normalising it again changes nothing.
                let normalised = use_up(&document);
                if normalised["paths"] != json!({}) {
                    let again = Document::from_value(normalised.clone(), "again.yaml").unwrap();
                    prop_assert_eq!(use_up(&again)["paths"].as_object().map(serde_json::Map::len), normalised["paths"].as_object().map(serde_json::Map::len));
                }
            }
            Err(error) => {
                prop_assert!(!error.hint().is_empty());
                prop_assert!(error.to_string().starts_with("`mutated.yaml`"));
            }
        }
    }

    #[test]
    fn text_with_any_part_changed_is_read_or_refused(at in any::<prop::sample::Index>(), gone in 0_usize..40, put in "[ -~\n\t]{0,12}") {
        let mut text: Vec<char> = sample::text().chars().collect();
        let start = at.index(text.len());
        let end = text.len().min(start + gone);
        text.splice(start..end, put.chars());
        let text: String = text.into_iter().collect();
        if let Ok(document) = Document::parse(&text, "mutated.yaml") {
            use_up(&document);
        }
    }
}

#[test]
fn the_sample_itself_is_sound() {
    let document = Document::from_value(sample::document().clone(), "sample.yaml").unwrap();
    assert_eq!(normalise::for_generator(&document).unwrap().left_out, []);
    assert!(OperationIndex::of(&document).iter().count() > 20);
    assert!(Document::parse(sample::text(), "sample.yaml").is_ok());
}
