//! The operations there are.

use std::collections::BTreeSet;
use std::fmt::Write;

use airway_client::{Operation, operations};

use crate::diagnostics::{Diagnostic, Kind, nearest};

/// Returns a line per operation; `tag` is a kind of operation, or what their paths begin with.
pub(super) fn list(tag: Option<&str>) -> Result<String, Diagnostic> {
    let shown: Vec<&Operation> =
        operations().iter().filter(|operation| tag.is_none_or(|tag| kinds(operation).contains(&tag))).collect();
    if let (Some(tag), true) = (tag, shown.is_empty()) {
        let known: BTreeSet<&str> = operations().iter().flat_map(kinds).collect();
        let near = nearest(tag, known).map(|near| format!("did you mean `{near}`?"));
        return Err(Diagnostic::error(Kind::Usage, format!("there are no operations of the kind `{tag}`"))
            .hint(near.unwrap_or_else(|| "`airway api --list` shows all there are".to_owned())));
    }
    let width = shown.iter().map(|operation| operation.name().len()).max().unwrap_or_default();
    let mut out = String::new();
    for operation in shown {
        let versions = match (&operation.since, &operation.absent, &operation.until) {
            (_, _, Some(until)) => format!(" (up to {until})"),
            (Some(since), Some(absent), None) => format!(" (seen in {since}, not in {absent})"),
            (Some(since), None, None) => format!(" (from {since} on)"),
            (None, ..) => String::new(),
        };
        let line = format!("{:<width$}  {}{versions}", operation.name(), operation.summary.trim_end_matches('.'));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    Ok(out)
}

fn kinds(operation: &Operation) -> [&str; 2] {
    [&operation.tag, operation.name().split('/').next().unwrap_or_default()]
}
