//! The helpers of the older Python reference, under their names.

use crate::support::{Serving, root};

#[test]
fn the_helpers_keep_their_names() {
    let script = std::fs::read_to_string(root().join("tests/fixtures/reference/helpers.rhai")).unwrap();
    let said = crate::support::on_sandbox(&script);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
    assert_eq!(said.stdout, std::fs::read_to_string(root().join("tests/fixtures/reference/helpers.stdout")).unwrap());
}

#[test]
fn the_sandbox_says_where_it_is() {
    let serving = Serving::start(&[]);
    assert!(serving.url.starts_with("http://127.0.0.1:") && serving.url.ends_with("/api/v1"), "{}", serving.url);
}
