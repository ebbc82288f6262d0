//! Finds the operations that a generator refuses, so that the others stay.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    normalise::{LeftOut, Reason, operations, prune},
    walk,
};

/// An operation by its path and method.
type Key = (String, &'static str);

/// Runs `attempt` on a normalised document. If it fails, leaves out the
/// operations without which it works, as few as single steps can find, and
/// reports each with the message of `attempt`.
///
/// Returns nothing if `attempt` fails on a document without operations.
pub fn isolate<T>(document: &Value, attempt: &mut dyn FnMut(&Value) -> Result<T, String>) -> (Option<T>, Vec<LeftOut>) {
    if let Ok(done) = attempt(document) {
        return (Some(done), Vec::new());
    }
    let all: Vec<Key> = walk::operations(document).map(|(path, method, _)| (path.to_owned(), method)).collect();
    let mut search = Search { document, attempt, kept: BTreeSet::new(), done: None, left_out: Vec::new() };
    search.add(&all);
    if search.done.is_none() {
        search.done = (search.attempt)(&subset(document, &search.kept)).ok();
    }
    (search.done, search.left_out)
}

struct Search<'a, T> {
    document: &'a Value,
    attempt: &'a mut dyn FnMut(&Value) -> Result<T, String>,
    kept: BTreeSet<Key>,
    done: Option<T>,
    left_out: Vec<LeftOut>,
}

impl<T> Search<'_, T> {
    /// Adds operations to those that work together, halving what does not.
    fn add(&mut self, operations: &[Key]) {
        let mut candidate = self.kept.clone();
        candidate.extend(operations.iter().cloned());
        match (self.attempt)(&subset(self.document, &candidate)) {
            Ok(done) => {
                self.kept = candidate;
                self.done = Some(done);
            }
            Err(message) => match operations {
                [] => {}
                [(path, method)] => self.leave_out(path, method, message),
                _ => {
                    let (left, right) = operations.split_at(operations.len() / 2);
                    self.add(left);
                    self.add(right);
                }
            },
        }
    }

    fn leave_out(&mut self, path: &str, method: &str, message: String) {
        let operation = self.document["paths"][path][method].as_object();
        self.left_out.push(LeftOut {
            operation: operation.map(operations::id).unwrap_or_default(),
            pointer: operations::pointer(path, method),
            reason: Reason::Generator(message),
        });
    }
}

fn subset(document: &Value, keys: &BTreeSet<Key>) -> Value {
    let mut subset = document.clone();
    walk::retain_operations(&mut subset, |path, method, _| keys.contains(&(path.to_owned(), method)));
    prune::unreachable(&mut subset);
    subset
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(ids: &[&str]) -> Value {
        let path = |id: &&str| (format!("/{id}"), json!({"get": {"operationId": id}}));
        let paths: serde_json::Map<_, _> = ids.iter().map(path).collect();
        json!({"paths": paths, "components": {"schemas": {}}})
    }

    fn ids(document: &Value) -> Vec<String> {
        walk::operations(document).map(|(_, _, o)| operations::id(o)).collect()
    }

    /// Fails on `bad`, and on `this` beside `that`.
    fn picky(document: &Value) -> Result<Vec<String>, String> {
        let ids = ids(document);
        let has = |id: &str| ids.iter().any(|other| other == id);
        if has("bad") {
            Err("too bad".to_owned())
        } else if has("that") && has("this") {
            Err("not both".to_owned())
        } else {
            Ok(ids)
        }
    }

    #[test]
    fn what_works_is_tried_once() {
        let mut tries = 0;
        let (done, left_out) = isolate(&document(&["a", "b"]), &mut |document| {
            tries += 1;
            picky(document)
        });
        assert_eq!((done.unwrap(), left_out, tries), (vec!["a".to_owned(), "b".to_owned()], vec![], 1));
    }

    #[test]
    fn only_what_fails_is_left_out_and_says_why() {
        let all = ["a", "b", "bad", "c", "d", "that", "this", "z"];
        let (done, left_out) = isolate(&document(&all), &mut picky);
        assert_eq!(done.unwrap(), ["a", "b", "c", "d", "that", "z"]);
        let lines: Vec<_> = left_out.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "operation `bad` is left out: the generator refuses it: too bad (at `/paths/~1bad/get`)",
                "operation `this` is left out: the generator refuses it: not both (at `/paths/~1this/get`)",
            ]
        );
    }

    #[test]
    fn a_generator_that_takes_nothing_ends() {
        let (done, left_out) = isolate::<()>(&document(&["a", "b"]), &mut |_| Err("no".to_owned()));
        assert_eq!((done, left_out.len()), (None, 2));
    }
}
