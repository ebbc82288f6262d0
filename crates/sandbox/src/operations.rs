//! Every operation that some Airbyte has: since when, until when, and what it wants. Data, not code.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::generation::Span;

/// One line of `data/operations.tsv`.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// The path below `/api/v1/`.
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    /// What kind of work it is for: `setup`, `operate`, `monitor`, `admin`, `optional`, `internal`, or
    /// `cloud` for what an open-source server answers 501 to as well.
    pub(crate) class: &'static str,
    pub(crate) span: Span,
    pub(crate) body: BodyRule,
    pub(crate) effect: Effect,
}

/// What an operation does to what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    /// Starts or cancels work.
    Run,
    Write,
}

/// What an operation does with the body of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyRule {
    Required,
    Optional,
    /// It never looks at it.
    Ignored,
}

/// Returns the operations in the order of their paths.
pub(crate) fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let lines = include_str!("../data/operations.tsv").lines().skip(1);
        lines.map(|line| parse(line).expect("operations.tsv is tested")).collect()
    })
}

/// Returns the operations by path.
pub(crate) fn by_path() -> &'static HashMap<&'static str, &'static Operation> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Operation>> = OnceLock::new();
    INDEX.get_or_init(|| operations().iter().map(|operation| (operation.path, operation)).collect())
}

fn parse(line: &'static str) -> Option<Operation> {
    let mut cells = line.split('\t');
    Some(Operation {
        method: cells.next()?,
        path: cells.next()?,
        id: cells.next()?,
        class: cells.next()?,
        span: Span::parse(cells.next()?, cells.next()?)?,
        body: match cells.next()? {
            "required" => BodyRule::Required,
            "optional" => BodyRule::Optional,
            _ => BodyRule::Ignored,
        },
        effect: match cells.next()? {
            "read" => Effect::Read,
            "run" => Effect::Run,
            _ => Effect::Write,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_path_stands_once() {
        let paths: Vec<&str> = operations().iter().map(|operation| operation.path).collect();
        let mut sorted = paths.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(paths, sorted);
    }

    #[test]
    fn workspaces_list_is_gone_from_1_7_on() {
        let operation = by_path()["workspaces/list"];
        let answers = |version: &str| operation.span.contains(version.parse().unwrap());
        assert_eq!(["0.50", "1.5", "1.6", "1.7", "2.0"].map(answers), [true, true, true, false, false]);
    }
}
