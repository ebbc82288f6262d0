//! The functions as Rhai definitions, which editors read.

use std::fmt::Write;

use super::function::Param;
use super::{Function, Registry, Shape, Ty};

/// Words that the language server takes for keywords, so that nothing can be defined under them.
const RESERVED: [&str; 25] = [
    "async",
    "await",
    "case",
    "default",
    "exit",
    "go",
    "goto",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "protected",
    "public",
    "spawn",
    "static",
    "super",
    "sync",
    "thread",
    "use",
    "var",
    "void",
    "with",
    "yield",
];

impl Registry {
    /// Returns the content of a `.d.rhai` file: every function with its documentation, the types of its parameters, and
    /// once for each number of arguments that it takes.
    pub(crate) fn definitions(&self) -> String {
        let mut out = String::from("module static;\n");
        // Editors know the language itself.
        for function in self.functions().iter().filter(|function| function.native.is_some()) {
            for count in function.fewest()..=function.params.len() {
                define(&mut out, function, &function.params[..count]);
            }
        }
        out
    }
}

fn define(out: &mut String, function: &Function, params: &[Param]) {
    let receiver = function.receiver().map(|receiver| format!("this: {}", rhai(receiver)));
    let typed = params.iter().map(|param| {
        let mark = if RESERVED.contains(&param.name) { "_" } else { "" };
        format!("{}{mark}: {}", param.name, rhai(param.ty))
    });
    let typed: Vec<String> = receiver.into_iter().chain(typed).collect();
    let (name, typed) = (function.name, typed.join(", "));
    let head = match function.shape {
        Shape::Function | Shape::Method(_) => format!("fn {name}({typed})"),
        Shape::Property(_) => format!("fn get {name}({typed})"),
        // There is no way to write an indexer.
        Shape::Index(_) => return,
    };
    // Writing to a string does not fail.
    if RESERVED.contains(&name) {
        let _ = writeln!(out, "\n// The language server reserves `{name}`: {head} -> {};", rhai(function.returns));
        return;
    }
    let _ = writeln!(out, "\n/// {}", function.doc);
    for param in params {
        let _ = writeln!(out, "///\n/// - `{}`: {}", param.name, param.doc);
        if let Ty::Options(keys) = param.ty {
            for key in keys {
                let required = if key.required { ", required" } else { "" };
                let _ = writeln!(out, "///   - `{}` ({}{required}):{}", key.name, key.ty, key.doc);
            }
        }
    }
    let _ = writeln!(out, "{head} -> {};", rhai(function.returns));
}

/// Returns a type in definitions; `?` is any.
fn rhai(ty: Ty) -> String {
    let name = match ty {
        Ty::Either(types) => {
            let names: Vec<String> = types.iter().map(|ty| rhai(*ty)).collect();
            return if names.iter().any(|name| name == "?") { "?".to_owned() } else { names.join(" | ") };
        }
        Ty::Any => "?",
        Ty::Nothing => "void",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Number => "float",
        Ty::Text | Ty::Choice(_) => "String",
        Ty::List(_) => "Array",
        Ty::Map | Ty::Options(_) => "Map",
        Ty::Function => "FnPtr",
        Ty::Handle(name) => name,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_defined_once_for_each_number_of_arguments() {
        let text = Registry::complete().definitions();
        let expected = "\n/// Fails unless the condition holds; uncaught, the run ends with exit code 4.\n\
            ///\n/// - `condition`: what must be true\n\
            fn expect(condition: bool) -> void;\n\n\
            /// Fails unless the condition holds; uncaught, the run ends with exit code 4.\n\
            ///\n/// - `condition`: what must be true\n\
            ///\n/// - `message`: what to say otherwise\n\
            fn expect(condition: bool, message: String) -> void;\n";
        assert!(text.starts_with("module static;\n"));
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("fn get seconds(this: Duration) -> float;\n"));
        assert!(text.contains("fn find_source(this: Workspace, name: String) -> Source | void;\n"));
    }

    /// What the language server's grammar says of definitions: `fn [get] NAME(NAME: TYPE, …) -> TYPE;`
    #[test]
    fn definitions_are_what_the_language_server_reads() {
        let is_name = |text: &str| {
            !RESERVED.contains(&text) && !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let is_type = |text: &str| text.split(" | ").all(|ty| ty == "?" || ty == "void" || is_name(ty));
        let is_param = |text: &str| text.split_once(": ").is_some_and(|(name, ty)| is_name(name) && is_type(ty));
        let is_definition = |line: &str| {
            let head = line.strip_prefix("fn ").and_then(|rest| rest.strip_suffix(';'));
            let parts = head.and_then(|head| head.strip_prefix("get ").unwrap_or(head).split_once('('));
            let split = parts.and_then(|(name, rest)| Some((name, rest.split_once(") -> ")?)));
            let Some((name, (params, returns))) = split else { return false };
            is_name(name) && is_type(returns) && params.split(", ").all(|param| param.is_empty() || is_param(param))
        };
        let text = Registry::complete().definitions();
        let lines = text.lines().skip(1).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let strange: Vec<&str> = lines.filter(|line| !is_definition(line)).collect();
        assert!(strange.is_empty(), "{strange:#?}");
        assert!(text.contains("// The language server reserves `sync`: fn sync(this: Connection) -> Job;\n"));
    }
}
