//! The functions as Rhai definitions, which editors read.

use std::fmt::Write;

use super::function::Param;
use super::{Function, Registry, Shape, Ty};

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
    let typed = params.iter().map(|param| format!("{}: {}", param.name, rhai(param.ty)));
    let typed: Vec<String> = receiver.into_iter().chain(typed).collect();
    let (name, typed) = (function.name, typed.join(", "));
    let head = match function.shape {
        Shape::Function | Shape::Method(_) => format!("fn {name}({typed})"),
        Shape::Property(_) => format!("fn get {name}({typed})"),
        // There is no way to write an indexer.
        Shape::Index(_) => return,
    };
    // Writing to a string does not fail.
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

/// Returns the name of a type in definitions; `?` is any.
fn rhai(ty: Ty) -> &'static str {
    match ty {
        Ty::Any | Ty::Either(_) => "?",
        Ty::Nothing => "()",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Number => "float",
        Ty::Text | Ty::Choice(_) => "String",
        Ty::List(_) => "Array",
        Ty::Map | Ty::Options(_) => "Map",
        Ty::Function => "FnPtr",
        Ty::Handle(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_defined_once_for_each_number_of_arguments() {
        let text = Registry::complete().definitions();
        let expected = "\n/// Fails unless the condition holds; uncaught, the run ends with exit code 4.\n\
            ///\n/// - `condition`: what must be true\n\
            fn expect(condition: bool) -> ();\n\n\
            /// Fails unless the condition holds; uncaught, the run ends with exit code 4.\n\
            ///\n/// - `condition`: what must be true\n\
            ///\n/// - `message`: what to say otherwise\n\
            fn expect(condition: bool, message: String) -> ();\n";
        assert!(text.starts_with("module static;\n"));
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("fn get seconds(this: Duration) -> float;\n"));
    }
}
