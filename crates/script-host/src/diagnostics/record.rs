//! A diagnostic as other programs read it: `--format json`.

use serde::Serialize;

use super::{Diagnostic, Label, Place, Severity};
use crate::engine::Sources;

/// A diagnostic with its places worked out. Lines and columns count from 1, columns in characters; the end is behind
/// the last character. Secrets are *not* yet taken out.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(crate) struct Record {
    severity: &'static str,
    /// What it is, in a word or a few that never change.
    code: &'static str,
    message: String,
    /// Absent when it belongs to no place in a script.
    #[serde(flatten)]
    place: Option<Spot>,
    notes: Vec<String>,
    hints: Vec<String>,
    /// How the script came there, innermost call first.
    stack: Vec<Frame>,
}

/// A stretch of a script.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Spot {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// A call that led to it.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Frame {
    message: String,
    #[serde(flatten)]
    place: Spot,
}

impl Record {
    /// Works out the places of a diagnostic in the texts of a run.
    pub(crate) fn of(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let frame = |label: &Label| Frame { message: label.text.clone(), place: Spot::of(&label.place, sources) };
        Self {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: diagnostic.code,
            message: diagnostic.title.clone(),
            place: diagnostic.primary.as_ref().map(|label| Spot::of(&label.place, sources)),
            notes: diagnostic.notes.clone(),
            hints: diagnostic.hints.clone(),
            stack: diagnostic.stack.iter().map(frame).collect(),
        }
    }
}

impl Spot {
    fn of(place: &Place, sources: &Sources) -> Self {
        let text = sources.text(&place.source);
        let covered = text.as_deref().and_then(|text| Some((text, place.span(text)?)));
        let ((line, column), (end_line, end_column)) = covered.map_or_else(
            || ((place.line, place.column), (place.line, place.column)),
            |(text, span)| (position(text, span.start), position(text, span.end)),
        );
        Self { file: place.source.to_string(), line, column, end_line, end_column }
    }
}

/// Returns line and column of a byte.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Kind;
    use serde_json::json;

    #[test]
    fn a_record_says_where_it_begins_and_ends_in_characters() {
        let sources = Sources::default();
        sources.add("a.rhai", "let ü = 1;\n\tprint(wörld);");
        let place = |line, column| Place { source: "a.rhai".into(), line, column };
        let mut diagnostic = Diagnostic::error(Kind::Check, "unknown variable `wörld`")
            .code("unknown-variable")
            .at(Some(place(2, 8)), "")
            .hint("declare it");
        diagnostic.stack.push(Label { place: place(1, 5), text: "in this call of `f`".into() });
        assert_eq!(
            serde_json::to_value(Record::of(&diagnostic, &sources)).unwrap(),
            json!({
                "severity": "error", "code": "unknown-variable", "message": "unknown variable `wörld`",
                "file": "a.rhai", "line": 2, "column": 8, "end_line": 2, "end_column": 13,
                "notes": [], "hints": ["declare it"],
                "stack": [{
                    "message": "in this call of `f`",
                    "file": "a.rhai", "line": 1, "column": 5, "end_line": 1, "end_column": 6,
                }],
            })
        );
    }

    #[test]
    fn without_a_place_there_is_none() {
        let record = Record::of(&Diagnostic::error(Kind::Usage, "no script").warning(), &Sources::default());
        assert_eq!(
            serde_json::to_value(record).unwrap(),
            json!({"severity": "warning", "code": "usage", "message": "no script", "notes": [], "hints": [], "stack": []})
        );
    }
}
