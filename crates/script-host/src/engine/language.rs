//! What Rhai brings along, described in its own words: functions of strings, arrays, maps and numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

use rhai::{Engine, FuncMetadata};

use crate::registry::{IN_PLACE, Registry, Ty, rhai_type};

const HEAD: &str = "
# The language

What strings, arrays, maps and numbers have besides. `airway doc NAME` shows more of each. What stands before the dot can be
the first argument as well: `len(list)`.
";

/// What Rhai brings along and `registry` does not describe.
pub(crate) struct Language {
    /// By the type that they belong to and the way they are written.
    functions: BTreeMap<(String, String), Builtin>,
}

struct Builtin {
    name: String,
    /// Sentences, and code between fences.
    doc: String,
}

impl Language {
    /// Collects the functions.
    pub(crate) fn beside(registry: &Registry) -> Self {
        let known = |name: &str| registry.of(None).any(|function| function.name == name);
        let functions = Engine::new().collect_fn_metadata(None, |info| described(info.metadata), true);
        Self { functions: functions.into_iter().filter(|(_, builtin)| !known(&builtin.name)).rev().collect() }
    }

    /// Returns the reference: a line for each function, by the type that it belongs to. Of several ways to call it, one is
    /// shown.
    pub(crate) fn reference(&self) -> String {
        let (mut out, mut section, mut last) = (HEAD.to_owned(), "", "");
        for ((owner, head), builtin) in &self.functions {
            if (owner.as_str(), builtin.name.as_str()) == (section, last) {
                continue;
            }
            last = &builtin.name;
            // Writing to a string does not fail.
            if owner != section {
                let _ = writeln!(out, "\n## {owner}\n");
                section = owner;
            }
            let sentence = builtin.doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
            let colon = if sentence.is_empty() { "" } else { ": " };
            let _ = writeln!(out, "- `{head}`{colon}{sentence}");
        }
        out
    }

    /// Returns the part of the reference about a name, also as `string.split`; `None` when there is none.
    pub(crate) fn reference_of(&self, name: &str) -> Option<String> {
        let (owner, name) = name.split_once('.').map_or((None, name), |(owner, name)| (Some(owner), name));
        let fits = |found: &str, builtin: &Builtin| builtin.name == name && owner.is_none_or(|owner| owner == found);
        let fitting = self.functions.iter().filter(|((owner, _), builtin)| fits(owner, builtin));
        let texts: Vec<String> =
            fitting.map(|((_, head), builtin)| format!("\n## `{head}`\n\n{}\n", builtin.doc)).collect();
        (!texts.is_empty()).then(|| texts.concat())
    }

    /// Returns the part of the reference about a type: a line for each function that belongs to it.
    pub(crate) fn reference_of_type(&self, name: &str) -> Option<String> {
        let all = self.reference();
        let head = format!("\n## {name}\n");
        let part = &all[all.find(&head)?..];
        let end = part[head.len()..].find("\n## ").map_or(part.len(), |end| head.len() + end);
        Some(part[..end].to_owned())
    }

    /// Returns the names of the functions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.values().map(|builtin| builtin.name.as_str())
    }
}

/// Describes a function, with the type that it belongs to and how it is written; `None` for operators and for types that no
/// script has.
fn described(function: &FuncMetadata) -> Option<((String, String), Builtin)> {
    let property = function.name.strip_prefix("get$");
    let name = property.unwrap_or(&function.name).to_owned();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.contains('$') {
        return None;
    }
    let mut params: Vec<(String, String)> = function.params_info.iter().map(|param| parameter(param)).collect();
    params.resize(function.num_params, ("value".to_owned(), Ty::Any.to_string()));
    if params.iter().any(|(_, ty)| ty == "f32") {
        return None;
    }
    let owner = if params.is_empty() { None } else { Some(params.remove(0).1) };
    let written: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    let written = if property.is_some() { name.clone() } else { format!("{name}({})", written.join(", ")) };
    let written = owner.as_ref().map_or(written.clone(), |owner| format!("{owner}.{written}"));
    let returns = match (&owner, rhai_type(&function.return_type)) {
        // They return what they made, other than in stock Rhai.
        (Some(owner), _) if IN_PLACE.contains(&name.as_str()) => format!(" -> {owner}"),
        (_, Ty::Nothing) => String::new(),
        _ => format!(" -> {}", shown(&function.return_type)),
    };
    let builtin = Builtin { name, doc: text(&function.comments) };
    // A function is passed as such.
    if builtin.doc.contains("a function named by") {
        return None;
    }
    Some(((owner.unwrap_or_else(|| "by themselves".to_owned()), format!("{written}{returns}")), builtin))
}

/// Reads `name: type`.
fn parameter(info: &str) -> (String, String) {
    let (name, ty) = info.split_once(": ").unwrap_or(("value", info));
    (name.trim_start_matches("mut ").trim_start_matches('_').to_owned(), shown(ty))
}

/// A type as the reference shows it.
fn shown(ty: &str) -> String {
    match (rhai_type(ty), ty.rsplit([':', '<', ' ']).next().unwrap_or_default().trim_end_matches('>')) {
        (Ty::Any, "Dynamic" | "RhaiResult" | "?" | "_" | "") => Ty::Any.to_string(),
        (Ty::Any, "Instant") => "timestamp".to_owned(),
        (Ty::Any, "ExclusiveRange" | "InclusiveRange" | "Range" | "RangeInclusive") => "range".to_owned(),
        (Ty::Any, other) => other.to_lowercase(),
        (known, _) => known.to_string(),
    }
}

/// The lines of a comment without their marks.
fn text(comments: &[impl AsRef<str>]) -> String {
    let lines = comments.iter().flat_map(|comment| comment.as_ref().lines());
    let lines = lines.map(|line| line.trim_start().trim_start_matches('/'));
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).filter(|line| !line.starts_with("# Example"));
    let (mut text, mut is_code) = (String::new(), false);
    for line in lines {
        is_code ^= line.starts_with("```");
        let goes_on = !is_code && line.starts_with(|c: char| c.is_alphanumeric() || "`_(".contains(c));
        // A paragraph is one line: what shows it breaks lines as wide as it likes.
        let joint = if goes_on && !line.starts_with("```") && !text.ends_with('\n') { " " } else { "\n" };
        text.push_str(if text.is_empty() { "" } else { joint });
        text.push_str(&line.replacen("* ", "- ", usize::from(line.starts_with("* ") && !is_code)));
        if line.is_empty() || line.starts_with("```") {
            text.push('\n');
        }
    }
    let blank = ["\n\n\n\n", "\n\n\n"].iter().fold(text, |text, many| text.replace(many, "\n\n"));
    blank.replace("```rhai\n\n", "```rhai\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Root;
    use crate::session::{Request, Workbench};

    #[test]
    fn everything_that_a_script_can_call_is_in_the_reference() {
        let registry = Registry::complete();
        let language = Language::beside(&registry);
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("main.rhai");
        std::fs::write(&script, "").unwrap();
        let root = Root::of_script(&script).unwrap();
        let bench = Workbench::new(root, Request::default()).unwrap();
        let callable = bench.engine.collect_fn_metadata(None, |info| Some(info.metadata.name.to_string()), true);
        let callable = callable.iter().map(|name| name.strip_prefix("get$").unwrap_or(name));
        let callable =
            callable.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('$'));
        let of_the_language =
            ["print", "debug", "type_of", "is_def_var", "is_def_fn", "is_shared", "Fn", "call", "curry"];
        let is_missing = |name: &&str| registry.reference_of(name).or_else(|| language.reference_of(name)).is_none();
        let mut missing: Vec<&str> = callable.chain(of_the_language).filter(is_missing).collect();
        missing.sort_unstable();
        missing.dedup();
        assert!(missing.is_empty(), "the reference lacks {missing:?}");
    }

    #[test]
    fn a_function_of_the_language_is_described_in_the_words_of_the_reference() {
        let language = Language::beside(&Registry::complete());
        let split = language.reference_of("string.split").unwrap();
        assert!(split.contains("## `string.split(delimiter: string) -> array`\n\n"), "{split}");
        assert!(split.contains("```rhai\n"), "{split}");
        let strings = language.reference_of_type("string").unwrap();
        assert!(strings.starts_with("\n## string\n\n- `string."), "{strings}");
        assert!(strings.contains("\n- `string.trim() -> string`") && !strings.contains("\n## timestamp"), "{strings}");
        assert!(language.reference_of_type("array").is_some() && language.reference_of_type("integer").is_some());
        let trim = language.reference_of("trim").unwrap();
        assert!(trim.starts_with("\n## `string.trim() -> string`\n\nRemove whitespace"), "{trim}");
        assert!(language.reference().contains("\n- `string.split() -> array`: Split"));
    }
}
