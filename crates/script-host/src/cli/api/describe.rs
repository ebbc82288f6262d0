//! An operation in words: what it does, where it exists, what goes in, what comes out.

use std::fmt::Write;

use airway_client::{Effect, Operation, Paging, PagingStyle};

use super::tree::{Direction, tree};

/// Returns the description of an operation.
pub(super) fn describe(operation: &Operation) -> String {
    let mut out = format!("{} ({})\n", operation.name(), operation.id);
    for text in [&operation.summary, &operation.description] {
        if !text.is_empty() {
            let _ = writeln!(out, "{}", text.trim_end());
        }
    }
    out.push('\n');
    for (name, text) in facts(operation) {
        let _ = writeln!(out, "{name:<8}  {text}");
    }
    parameters(operation, &mut out);
    for (title, direction, body) in
        [("request", Direction::In, &operation.request), ("answer", Direction::Out, &operation.response)]
    {
        let _ = match body {
            Some(body) => {
                let optional = if direction == Direction::In && !body.required { ", may be left out" } else { "" };
                let media = if body.media_type.contains("json") { "" } else { body.media_type.as_str() };
                let space = if media.is_empty() { "" } else { " " };
                write!(out, "\n{title}{space}{media}{optional}: {}", tree(&body.schema, direction))
            }
            None => writeln!(out, "\n{title}: nothing"),
        };
    }
    if !operation.failures.is_empty() {
        out.push_str("\nfailures:\n");
        for failure in &operation.failures {
            let _ = writeln!(out, "{}", format!("  {}  {}", failure.status, failure.description).trim_end());
        }
    }
    out
}

fn facts(operation: &Operation) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("call", format!("{} /api{}", operation.method, operation.path)),
        ("effect", effect(operation.effect).to_owned()),
        ("servers", servers(operation)),
    ];
    facts.extend(operation.paging.as_ref().map(|paging| ("paging", in_words(paging))));
    if operation.long_running {
        facts.push(("time", "the server works for seconds or minutes before it answers".to_owned()));
    }
    facts.extend(operation.alias.as_ref().map(|alias| ("also at", format!("/api{alias}"))));
    if operation.deprecated {
        facts.push(("advice", "better not used any more".to_owned()));
    }
    facts
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "changes nothing",
        Effect::Idempotent => "changes something; doing it twice is doing it once",
        Effect::Create => "makes one more thing each time",
        Effect::Run => "sets something going or stops it",
        _ => "not known here",
    }
}

fn servers(operation: &Operation) -> String {
    let absent = operation.absent.as_ref().map(|absent| format!("; not in {absent}")).unwrap_or_default();
    match (&operation.since, &operation.until) {
        (Some(since), Some(until)) => format!("{since} to {until}"),
        (None, Some(until)) => format!("up to {until}"),
        (Some(since), None) if absent.is_empty() => format!("{since} and later"),
        (Some(since), None) => format!("first seen in {since}{absent}; between them nobody looked"),
        (None, None) => format!("all that are known, 0.50 and later{absent}"),
    }
}

fn in_words(paging: &Paging) -> String {
    let items = paging.items.trim_start_matches('/');
    let items = if items.is_empty() { "the answer is the list".to_owned() } else { format!("items in `{items}`") };
    let style = match paging.style {
        PagingStyle::None => return format!("none: everything at once; {items}"),
        PagingStyle::Offset => "by `pagination.rowOffset`",
        PagingStyle::Keyset => "by `cursor`, the last item seen",
        PagingStyle::Token => "by `pageToken`, which comes with each page",
        _ => "not known here",
    };
    let size = paging.default_size.map(|size| format!(", {size} a page unless told")).unwrap_or_default();
    let most = paging.max_size.map(|most| format!(", {most} at most")).unwrap_or_default();
    let since = paging.since.as_ref().map(|since| format!(", from {since} on")).unwrap_or_default();
    format!("{style}{size}{most}{since}; {items}")
}

fn parameters(operation: &Operation, out: &mut String) {
    if operation.parameters.is_empty() {
        return;
    }
    out.push_str("\nparameters:\n");
    for parameter in &operation.parameters {
        let place = serde_json::json!(parameter.place);
        let required = if parameter.required { ", required" } else { "" };
        let comment =
            if parameter.description.is_empty() { String::new() } else { format!("  # {}", parameter.description) };
        let _ = writeln!(out, "  {}: in the {}{required}{comment}", parameter.name, place.as_str().unwrap_or_default());
    }
}
