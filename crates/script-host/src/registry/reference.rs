//! The reference of all functions, as Markdown.

use std::fmt::Write;

use super::{Function, Registry, Shape, Ty, TypeInfo};

const HEAD: &str = "\
# Functions

The examples work on a workspace with a source `Shop`, a destination `Lake` and a connection `Shop → Lake` that ran once.
";

impl Registry {
    /// Returns the reference: functions first, then each type with its properties and methods.
    pub(crate) fn reference(&self) -> String {
        let mut out = String::from(HEAD);
        self.of(None).for_each(|function| describe(&mut out, function));
        self.types().iter().for_each(|handle| self.describe_type(&mut out, handle));
        for builtin in [Ty::List(&Ty::Any), Ty::Map, Ty::Function] {
            if self.of(Some(builtin)).next().is_some() {
                let _ = write!(out, "\n# {builtin}\n");
                self.of(Some(builtin)).for_each(|function| describe(&mut out, function));
            }
        }
        out
    }

    /// Returns the part of the reference about a name: the functions that have it, also as `Job.wait`, or a type with all
    /// that it has; `None` when there is none.
    pub(crate) fn reference_of(&self, name: &str) -> Option<String> {
        let mut out = String::new();
        let (receiver, name) = name.split_once('.').map_or((None, name), |(receiver, name)| (Some(receiver), name));
        let fits = |function: &&Function| {
            let owner = function.receiver().map(|receiver| receiver.to_string());
            function.name == name && receiver.is_none_or(|wanted| owner.as_deref() == Some(wanted))
        };
        self.functions().iter().filter(fits).for_each(|function| describe(&mut out, function));
        let types = self.types().iter().filter(|handle| receiver.is_none() && handle.name == name);
        types.for_each(|handle| self.describe_type(&mut out, handle));
        // Methods of what is no type of this host: strings, arrays, maps.
        let is_plain = |ty: Ty| !matches!(ty, Ty::Handle(_)) && ty.to_string() == name;
        let methods = self.functions().iter().filter(|method| method.receiver().is_some_and(is_plain));
        methods.filter(|_| receiver.is_none()).for_each(|method| describe(&mut out, method));
        (!out.is_empty()).then_some(out)
    }

    fn describe_type(&self, out: &mut String, handle: &TypeInfo) {
        // Writing to a string does not fail.
        let _ = write!(out, "\n# {}\n\n{}\n", handle.name, handle.doc);
        self.of(Some(Ty::Handle(handle.name))).for_each(|function| describe(out, function));
    }
}

fn describe(out: &mut String, function: &Function) {
    let heading = if matches!(function.shape, Shape::Property(_)) { "###" } else { "##" };
    let _ = write!(out, "\n{heading} `{function}`\n\n{}\n", function.doc);
    for param in &function.params {
        let _ = write!(out, "\n- `{}`: {}", param.name, param.doc);
        if let Ty::Options(keys) = param.ty {
            for key in keys {
                let required = if key.required { ", required" } else { "" };
                let _ = write!(out, "\n  - `{}` ({}{required}):{}", key.name, key.ty, key.doc);
            }
        }
    }
    if !function.params.is_empty() {
        out.push('\n');
    }
    if !function.example.is_empty() {
        let _ = write!(out, "\n```rhai\n{}\n```\n", function.example);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_described_with_its_options() {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        let expected = "\n## `retry(options: map, closure: function) -> any value`\n\n\
            Calls the closure until it does not fail, and returns what it returns. The last failure is the failure of `retry`.\n\n\
            - `options`: how often\n  \
            - `attempts` (integer): how often to try at most\n  \
            - `delay` (string or number or Duration): how long to wait between two attempts\n  \
            - `backoff` (number): by how much each wait is longer than the one before\n\
            - `closure`: with the number of the attempt, from 1, or without parameters\n";
        assert_eq!(registry.reference_of("retry").unwrap().split("\n```rhai").next(), Some(expected));
        assert_eq!(registry.reference_of("nothing"), None);
        let seconds = "### `Duration.seconds -> number`";
        assert!(registry.reference_of("Duration.seconds").unwrap().contains(seconds));
        assert!(registry.reference_of("Duration").unwrap().contains(seconds));
        assert_eq!(registry.reference_of("Secret.seconds"), None);
    }

    #[test]
    fn everything_is_described() {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        crate::api::describe(&mut registry);
        for function in registry.functions() {
            assert!(function.doc.ends_with('.'), "`{function}` has no sentence about it");
            assert!(!function.example.is_empty(), "`{function}` has no example");
            for param in &function.params {
                assert!(!param.doc.is_empty(), "`{}` of `{function}` has no word about it", param.name);
            }
            let options = function.params.iter().filter_map(|param| match param.ty {
                Ty::Options(keys) => Some(keys),
                _ => None,
            });
            for key in options.flatten() {
                assert!(!key.doc.trim().is_empty(), "option `{}` of `{function}` has no word about it", key.name);
            }
        }
    }
}
