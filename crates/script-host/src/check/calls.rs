//! Calls: does the function exist, how many arguments does it take, of which types.

use rhai::{Expr, FnCallExpr, Position};

use super::walk::Walk;
use crate::diagnostics::called_property;
use crate::registry::{Mismatch, OptionKey, Problem, Signature, Ty};
use crate::values::with_article;

/// Functions that Rhai's parser knows by their names.
const KEYWORDS: [&str; 9] =
    ["Fn", "call", "curry", "debug", "is_def_fn", "is_def_var", "is_shared", "print", "type_of"];

impl Walk<'_> {
    /// Looks at `name(…)` or `module::name(…)`.
    pub(super) fn function_call(&mut self, call: &FnCallExpr, position: Position) {
        if call.op_token.is_some() {
            return self.operator(call, position);
        }
        if matches!(call.name.as_str(), "call" | "curry" | "eval") {
            return;
        }
        let module = call.namespace.to_string();
        let module = module.trim_end_matches("::");
        if !module.is_empty() {
            return self.module_call(module, call, position);
        }
        if self.unit.arities(&call.name).any(|arity| arity == call.args.len()) || self.unit.may_have_had(&call.name) {
            return;
        }
        if self.index.signatures(&call.name).is_empty() {
            return self.unknown_function(call, position);
        }
        if let ("Fn", [Expr::StringConstant(name, at)]) = (call.name.as_str(), call.args.as_slice()) {
            self.named_function(name, *at);
        }
        let given = self.types_of(None, call);
        self.known_call(call, &given, &call.args, position);
        self.literal_arguments(None, call, position);
        self.callbacks(None, call);
    }

    /// Looks at `receiver.name(…)`.
    pub(super) fn method_call(&mut self, receiver: Ty, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        let is_script = self.unit.arities(name).any(|arity| arity == call.args.len());
        if is_script {
            return self.hidden_method(receiver, call, position);
        }
        if matches!(name, "call" | "curry") || self.unit.may_have_had(name) || self.files.has_typed(name) {
            return;
        }
        // A map may hold a closure of that name, which wins.
        let is_key = self.files.may_hold(name);
        if is_key && matches!(receiver, Ty::Any | Ty::Map) {
            return;
        }
        let known = self.index.signatures(name);
        let fits = |signature: &Signature| signature.params.first().is_some_and(|first| first.accepts(receiver));
        if known.iter().any(fits) {
            let given = self.types_of(Some(receiver), call);
            self.known_call(call, &given, &call.args, position);
            self.literal_arguments(Some(receiver), call, position);
            return self.callbacks(Some(receiver), call);
        }
        match receiver {
            Ty::Handle(receiver_name) => {
                let near = self.index.nearest_function(name, Some(receiver), []);
                let near = near.map(|near| format!("did you mean `{near}`?"));
                let hint = called_property(receiver, name, self.index).or(near);
                self.report("unknown-method", position, format!("{receiver_name} has no method `{name}`"), hint);
            }
            Ty::Bool | Ty::Int | Ty::Number | Ty::Text | Ty::List(_) => {
                let own = || self.index.nearest_function(name, Some(receiver), self.script_functions());
                let near = self.index.meant(receiver, name, own);
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let title = format!("{} has no method `{name}`", with_article(&receiver.to_string()));
                self.fails("unknown-method", position, title, hint);
            }
            _ if known.is_empty() && !is_key => {
                // Whoever calls this may give it a map with a closure of that name.
                let near = self.index.nearest_function(name, None, self.script_functions());
                let Some(near) = near.map(str::to_owned) else { return };
                let (title, hint) = (format!("unknown method `{name}`"), Some(format!("did you mean `{near}`?")));
                if receiver == Ty::Any && is_slip(name, &near) {
                    self.report("unknown-method", position, title, hint);
                } else {
                    self.warn("unknown-method", position, title, hint);
                }
            }
            _ => {}
        }
    }

    /// Looks at `Fn("name")`.
    fn named_function(&mut self, name: &str, position: Position) {
        if KEYWORDS.contains(&name) {
            let title = format!("`{name}` is a word of the language: no value stands for it");
            return self.fails("unknown-function", position, title, Some(format!("write `|x| {name}(x)`")));
        }
        let is_known = self.unit.has_function(name) || !self.index.signatures(name).is_empty();
        if !is_known && !name.contains("::") && !self.unit.may_have_had(name) {
            let near = self.index.nearest_function(name, None, self.script_functions());
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            self.fails("unknown-function", position, format!("unknown function `{name}`"), hint);
        }
    }

    fn module_call(&mut self, module: &str, call: &FnCallExpr, position: Position) {
        let Some(import) = self.unit.imports.get(module) else {
            if !module.contains("::") && !self.unit.may_have_had(module) {
                let hint = format!("import it first: `import \"…\" as {module};`");
                self.report("unknown-module", position, format!("unknown module `{module}`"), Some(hint));
            }
            return;
        };
        let unit = import.as_ref().and_then(|path| self.files.unit(path));
        let Some(unit) = unit.filter(|unit| !unit.may_have_had(&call.name)) else { return };
        let public = unit.functions.iter().filter(|(_, _, public)| *public);
        let counts: Vec<usize> =
            public.clone().filter(|(name, ..)| *name == call.name.as_str()).map(|(_, count, _)| *count).collect();
        let qualified = format!("{module}::{}", call.name);
        if counts.is_empty() {
            let near = crate::diagnostics::nearest(&call.name, public.map(|(name, ..)| name.as_str()));
            let hint = near.map(|near| format!("did you mean `{module}::{near}`?"));
            self.report("unknown-function", position, format!("unknown function `{qualified}`"), hint);
        } else if !counts.contains(&call.args.len()) {
            self.wrong_count(&qualified, call.args.len(), &counts, None, position);
        }
    }

    fn unknown_function(&mut self, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        let own: Vec<usize> = self.unit.arities(name).collect();
        if !own.is_empty() {
            return self.wrong_count(name, call.args.len(), &own, None, position);
        }
        let hint = if self.declared.names.contains(name) {
            Some(format!("a closure in a variable is called as `{name}.call(…)`"))
        } else {
            let near = self.index.nearest_function(name, None, self.script_functions());
            near.map(|near| format!("did you mean `{near}`?"))
        };
        self.report("unknown-function", position, format!("unknown function `{name}`"), hint);
    }

    /// A function of the script wins over a method without a word, also inside of itself.
    fn hidden_method(&mut self, receiver: Ty, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        let is_own = self.unit.methods.contains(name) || matches!(receiver, Ty::Map | Ty::Options(_));
        let is_hidden = |known: &Signature| {
            let first = known.params.first().is_some_and(|first| first.accepts(receiver));
            known.is_method && first && known.takes(call.args.len() + 1)
        };
        if !is_own && self.index.signatures(name).iter().any(is_hidden) {
            let title = format!("this calls the function `{name}` of this script, not the method");
            self.warn("hidden-function", position, title, Some("give the function another name".to_owned()));
        }
    }

    /// A call of a function that exists; `given` starts with the receiver of a method.
    fn known_call(&mut self, call: &FnCallExpr, given: &[Ty], arguments: &[Expr], position: Position) {
        let receivers = given.len() - arguments.len();
        let known = self.index.signatures(&call.name);
        let counted: Vec<&Signature> = known.iter().filter(|signature| signature.takes(given.len())).collect();
        if counted.is_empty() {
            let counts: Vec<usize> = known
                .iter()
                .flat_map(|signature| signature.fewest..=signature.params.len())
                .filter_map(|count| count.checked_sub(receivers))
                .collect();
            let text = known.iter().map(|signature| signature.text.clone()).find(|text| !text.is_empty());
            if receivers == 1 && !known.iter().any(|signature| signature.is_method) {
                let hint = text.map(|text| format!("it is `{text}`"));
                return self.report("unknown-method", position, format!("`{}` is no method", call.name), hint);
            }
            return self.wrong_count(&call.name, arguments.len(), &counts, text, position);
        }
        let fitting: Vec<&Signature> = counted.iter().copied().filter(|signature| signature.accepts(given)).collect();
        match fitting.as_slice() {
            [] => {
                let words: Vec<String> = given[receivers..].iter().map(|ty| with_article(&ty.to_string())).collect();
                let words = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
                let text = counted.iter().map(|signature| &signature.text).find(|text| !text.is_empty());
                let hint = text.map(|text| format!("it is `{text}`"));
                self.report("wrong-type", position, format!("`{}` cannot be called with {words}", call.name), hint);
            }
            [only] => {
                let wanted: Vec<Ty> = only.params[receivers..].to_vec();
                let literals = only.literals.clone();
                // A method that is called as a function has its receiver among the arguments.
                let skipped = usize::from(only.is_method && receivers == 0);
                for (at, (wanted, argument)) in wanted.into_iter().zip(arguments).enumerate() {
                    match (wanted, argument, at.checked_sub(skipped).and_then(|at| literals.get(at))) {
                        (Ty::Options(keys), Expr::Map(map, at), _) => self.options(&call.name, keys, &map.0, *at),
                        (Ty::Options(keys), Expr::Variable(variable, ..), _) if variable.2.is_empty() => {
                            if let Some(map) = self.maps.get(variable.1.as_str()).cloned() {
                                self.options(&call.name, keys, &map.entries, map.at);
                            }
                        }
                        (_, literal, Some((name, refusal))) => {
                            self.exposed_argument(name, literal);
                            let refused = literal.get_literal_value(None).and_then(refusal);
                            if let Some(mismatch) = refused.map(|mismatch| mismatch.within(name)) {
                                let message = mismatch.message(&call.name);
                                self.fails("wrong-value", literal.start_position(), message, mismatch.hint());
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if !fitting.is_empty() {
            self.rhai_call(call, given, position);
        }
    }

    /// A literal option map.
    fn options(
        &mut self,
        function: &str,
        keys: &'static [OptionKey],
        entries: &[(rhai::Ident, Expr)],
        position: Position,
    ) {
        for (entry, value) in entries {
            let problem = match keys.iter().find(|key| key.name == entry.name.as_str()) {
                None => {
                    Some(("unknown-option", Mismatch::new(Problem::UnknownKey { key: entry.name.to_string(), keys })))
                }
                Some(key) => {
                    let found = self.known().infer(value);
                    let fits = key.ty.takes(found) || found == Ty::Nothing;
                    let literal = value.get_literal_value(None).filter(|value| fits && !value.is_unit());
                    let refused = literal.and_then(key.refusal).map(|mismatch| ("wrong-value", mismatch));
                    let wrong = || ("wrong-type", Mismatch::wrong_type(key.ty, &found.to_string()));
                    let problem = refused.or_else(|| (!fits).then(wrong));
                    problem.map(|(code, mismatch)| (code, mismatch.within(key.name)))
                }
            };
            if let Some((code, mismatch)) = problem {
                self.report(code, entry.pos, mismatch.message(function), mismatch.hint());
            }
        }
        let given = |key: &OptionKey| entries.iter().any(|(entry, _)| entry.name.as_str() == key.name);
        if let Some(missing) = keys.iter().find(|key| key.required && !given(key)) {
            let mismatch = Mismatch::new(Problem::MissingKey { key: missing.name });
            self.report("missing-option", position, mismatch.message(function), None);
        }
    }

    fn wrong_count(
        &mut self,
        name: &str,
        given: usize,
        takes: &[usize],
        signature: Option<String>,
        position: Position,
    ) {
        let (least, most) = (takes.iter().min().copied().unwrap_or(0), takes.iter().max().copied().unwrap_or(0));
        let takes = match most - least {
            0 => format!("{most} argument{}", if most == 1 { "" } else { "s" }),
            1 => format!("{least} or {most} arguments"),
            _ => format!("{least} to {most} arguments"),
        };
        let hint = signature.map(|signature| format!("it is `{signature}`"));
        self.report("wrong-count", position, format!("`{name}` takes {takes}, not {given}"), hint);
    }

    fn types_of(&self, receiver: Option<Ty>, call: &FnCallExpr) -> Vec<Ty> {
        receiver.into_iter().chain(call.args.iter().map(|argument| self.known().infer(argument))).collect()
    }

    fn script_functions(&self) -> impl Iterator<Item = &str> {
        self.unit.functions.iter().map(|(name, ..)| name.as_str())
    }
}

/// Says whether two names are so near that one is the other with a slip of the finger.
fn is_slip(name: &str, near: &str) -> bool {
    let length = name.chars().count();
    length >= 4 && strsim::damerau_levenshtein(name, near) <= ((length - 1) / 4).max(1)
}
