//! Rules for the source code that no compiler knows.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{none, root};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Returns what is untidy about a file.
fn problems(text: &str) -> Vec<&'static str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    [
        (!text.starts_with("//!"), "does not open with what it is for"),
        (code.lines().count() > 400, "has more than 400 lines"),
        (text.contains(concat!("TO", "DO")), "leaves something to do"),
        (text.contains(concat!("#[al", "low(")), "allows a lint instead of expecting it"),
    ]
    .into_iter()
    .filter_map(|(wrong, what)| wrong.then_some(what))
    .collect()
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut files);
    }
    sources(&root().join("tests"), &mut files);
    assert!(files.len() > 100, "only {} files", files.len());
    let untidy = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        problems(&text).into_iter().map(|what| format!("{} {what}", file.display())).collect::<Vec<_>>()
    });
    none(untidy);
}

#[test]
fn an_untidy_file_is_found() {
    assert_eq!(problems("//! What it is for.\n"), Vec::<&str>::new());
    assert_eq!(problems("fn f() {}\n"), ["does not open with what it is for"]);
    assert_eq!(problems(&format!("//!\n{}", "\n".repeat(400))), ["has more than 400 lines"]);
}
