//! Keeps the README's list of operations true.

use std::fmt::Write;
use std::path::Path;

use super::route;
use crate::operations::{Operation, operations};

const BEGIN: &str = "<!-- operations: begin -->\n";
const END: &str = "<!-- operations: end -->";

/// Returns the list as the README has it.
fn list() -> String {
    let mut text = String::from("| operation | for | emulated |\n|---|---|---|\n");
    let listed = |operation: &&Operation| !matches!(operation.class, "internal" | "cloud");
    for operation in operations().iter().filter(listed) {
        let emulated = match route(operation) {
            Some(route) => route.lacks.map_or_else(|| "yes".to_owned(), |lacks| format!("partly: {lacks}")),
            None => "no".to_owned(),
        };
        writeln!(text, "| `{}` | {} | {emulated} |", operation.path, operation.class).unwrap();
    }
    let others: Vec<String> = operations()
        .iter()
        .filter(|operation| !listed(operation) && route(operation).is_some())
        .map(|operation| format!("`{}`", operation.path))
        .collect();
    let rest = operations().iter().filter(|operation| !listed(operation)).count() - others.len();
    let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
    writeln!(text, "\nOf the operations that are not for automation: {others}. The other {rest} answer 501.").unwrap();
    text
}

#[test]
fn the_readme_lists_what_is_emulated_partly_and_not() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = readme.split_once(BEGIN).expect("the list begins");
    let (found, tail) = rest.split_once(END).expect("the list ends");
    if std::env::var_os("AIRWAY_BLESS").is_some() {
        std::fs::write(&path, format!("{head}{BEGIN}{}{END}{tail}", list())).unwrap();
        return;
    }
    assert_eq!(found, list(), "the list is out of date: run this test once with AIRWAY_BLESS=1");
}
