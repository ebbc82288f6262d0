//! Everything that a script can call: the functions of this host and Rhai's own.

use std::collections::{HashMap, HashSet};

use rhai::{Engine, FuncMetadata};

use super::foreign::{FOREIGN, FOREIGN_FUNCTIONS};
use super::{Effect, Function, Refusal, Registry, Shape, Ty};
use crate::diagnostics::nearest;

/// All callable names with their signatures.
pub(crate) struct Index {
    functions: HashMap<String, Vec<Signature>>,
    /// By the name of the property.
    properties: HashMap<String, Vec<(Ty, Ty)>>,
    /// The result of `value[…]`, by the type of the value.
    indexers: Vec<(Ty, Ty)>,
    types: Vec<&'static str>,
    /// The handles that a `for` loop can go through.
    iterable: Vec<&'static str>,
    /// Operators that were given to handles, by the name of the handle.
    operators: HashSet<(String, &'static str)>,
}

/// A way to call a function. The receiver of a method is its first parameter.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Ty>,
    pub(crate) fewest: usize,
    pub(crate) returns: Ty,
    /// As a person reads it; empty for Rhai's own functions.
    pub(crate) text: String,
    pub(crate) is_method: bool,
    pub(crate) effect: Effect,
    /// The names of the parameters, and why a literal does not fit; empty for Rhai's own functions.
    pub(crate) literals: Vec<(&'static str, Refusal)>,
}

impl Signature {
    fn of_rhai(name: &str, params: Vec<Ty>, returns: Ty) -> Self {
        let (fewest, effect) = (params.len(), Effect::of_rhai(name, &params));
        Self { params, fewest, returns, text: String::new(), is_method: false, effect, literals: Vec::new() }
    }

    /// Says whether a call with these arguments, the receiver of a method first, may be meant for it.
    pub(crate) fn accepts(&self, given: &[Ty]) -> bool {
        let fits = |(at, (wanted, given)): (usize, (&Ty, &Ty))| {
            let is_receiver = at == 0 && self.is_method;
            if is_receiver || self.text.is_empty() { wanted.accepts(*given) } else { wanted.takes(*given) }
        };
        self.takes(given.len()) && self.params.iter().zip(given).enumerate().all(fits)
    }

    /// Says whether it takes so many arguments.
    pub(crate) fn takes(&self, count: usize) -> bool {
        (self.fewest..=self.params.len()).contains(&count)
    }
}

impl Index {
    /// Collects the functions of the registry and of the engine.
    pub(crate) fn new(registry: &Registry, engine: &Engine) -> Self {
        let types: Vec<&str> = registry.types().iter().map(|handle| handle.name).collect();
        let mut index = Self {
            functions: HashMap::new(),
            properties: HashMap::new(),
            indexers: Vec::new(),
            types: types.clone(),
            iterable: registry.types().iter().filter(|it| it.items.is_some()).map(|it| it.name).collect(),
            operators: HashSet::new(),
        };
        for function in registry.functions() {
            index.add(function);
        }
        let plain: Vec<&str> = registry.of(None).map(|function| function.name).collect();
        let found = engine.collect_fn_metadata(
            None,
            |info| {
                let metadata = info.metadata;
                let handles = handles_of_operator(metadata, &types);
                // Methods of this host are known with better types; other types may have one of that name too.
                let is_known = metadata.params_info.first().is_some_and(|first| first.starts_with("this: "));
                if is_known && handles.is_empty() {
                    return None;
                }
                let count = metadata.num_params;
                let mut params: Vec<Ty> = metadata.params_info.iter().map(|param| rhai_type(param)).collect();
                params.resize(count, Ty::Any);
                Some((metadata.name.to_string(), params, rhai_type(&metadata.return_type), handles, is_known))
            },
            true,
        );
        for (name, params, returns, handles, is_known) in found {
            index.operators.extend(handles.into_iter().map(|handle| (name.clone(), handle)));
            if !is_known {
                index.add_rhai(name, params, returns, &plain);
            }
        }
        index
    }

    fn add(&mut self, function: &Function) {
        let params: Vec<Ty> = function.receiver().into_iter().chain(function.params.iter().map(|p| p.ty)).collect();
        match function.shape {
            Shape::Property(receiver) => {
                self.properties.entry(function.name.to_owned()).or_default().push((receiver, function.returns));
            }
            Shape::Index(receiver) => self.indexers.push((receiver, function.returns)),
            Shape::Function | Shape::Method(_) => {
                self.functions.entry(function.name.to_owned()).or_default().push(Signature {
                    fewest: function.fewest() + usize::from(function.receiver().is_some()),
                    params,
                    returns: function.returns,
                    text: function.to_string(),
                    is_method: function.receiver().is_some(),
                    effect: if function.pure { Effect::None } else { Effect::Unknown },
                    literals: function.params.iter().map(|param| (param.name, param.refusal)).collect(),
                });
            }
        }
    }

    fn add_rhai(&mut self, name: String, params: Vec<Ty>, returns: Ty, plain: &[&str]) {
        if let Some(property) = name.strip_prefix("get$") {
            let receiver = params.first().copied().unwrap_or(Ty::Any);
            self.properties.entry(property.to_owned()).or_default().push((receiver, returns));
        } else if !name.contains('$') && !plain.contains(&name.as_str()) {
            let signature = Signature::of_rhai(&name, params, returns);
            self.functions.entry(name).or_default().push(signature);
        }
    }

    /// Returns the ways to call a function of this name; empty when there is none.
    pub(crate) fn signatures(&self, name: &str) -> &[Signature] {
        self.functions.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns what a property of a value gives; `None` when values of that type have no such property.
    pub(crate) fn property(&self, receiver: Ty, name: &str) -> Option<Ty> {
        let getters = self.properties.get(name).map_or(&[][..], Vec::as_slice);
        // Every value has a tag; what else is had by types that scripts do not name is not had by those that they do.
        let is_for =
            |wanted: Ty| wanted.accepts(receiver) && (wanted != Ty::Any || receiver == Ty::Any || name == "tag");
        let getter = getters.iter().find(|(wanted, _)| is_for(*wanted));
        getter.map(|(_, returns)| *returns).or_else(|| self.indexed(receiver))
    }

    /// Returns what `value[…]` gives; `None` when values of that type cannot be indexed.
    pub(crate) fn indexed(&self, receiver: Ty) -> Option<Ty> {
        self.indexers.iter().find(|(wanted, _)| *wanted == receiver).map(|(_, returns)| *returns)
    }

    /// Says whether a `for` loop can go through a handle.
    pub(crate) fn is_iterable(&self, handle: &str) -> bool {
        self.iterable.contains(&handle)
    }

    /// Says whether an operator was made to work on a handle.
    pub(crate) fn has_operator(&self, name: &str, handle: &'static str) -> bool {
        self.operators.contains(&(name.to_owned(), handle))
    }

    /// Returns the functions that are called without a receiver: those of the reference.
    pub(crate) fn free_functions(&self) -> impl Iterator<Item = &str> {
        let is_free = |signature: &Signature| !signature.text.is_empty() && !signature.is_method;
        let named = self.functions.iter().filter(move |(_, signatures)| signatures.iter().any(is_free));
        named.map(|(name, _)| name.as_str())
    }

    /// Returns the names of everything that the reference describes.
    pub(crate) fn documented(&self) -> impl Iterator<Item = &str> {
        let described = |signatures: &[Signature]| signatures.iter().any(|signature| !signature.text.is_empty());
        let named = self.functions.iter().filter(move |(_, signatures)| described(signatures));
        let is_handle = |getters: &[(Ty, Ty)]| getters.iter().any(|(receiver, _)| matches!(receiver, Ty::Handle(_)));
        let properties = self.properties.iter().filter(move |(_, getters)| is_handle(getters));
        named.map(|(name, _)| name.as_str()).chain(properties.map(|(name, _)| name.as_str()))
    }

    /// Returns the keys of the option map that functions of this name take behind so many arguments.
    pub(crate) fn option_keys(
        &self,
        function: &str,
        before: usize,
        is_method: bool,
    ) -> impl Iterator<Item = &'static str> {
        let at = before + usize::from(is_method);
        let options = self.signatures(function).iter().filter_map(move |signature| signature.params.get(at));
        let options = options.filter_map(|ty| match ty {
            Ty::Options(keys) => Some(*keys),
            _ => None,
        });
        options.flatten().map(|key| key.name)
    }

    /// Returns the methods and the properties that values of a type have; for an unknown one, those of all handles.
    pub(crate) fn members(&self, receiver: Ty) -> (Vec<&str>, Vec<&str>) {
        let is_it = |wanted: &Ty| match receiver {
            Ty::Any | Ty::Either(_) => matches!(wanted, Ty::Handle(_)),
            Ty::List(_) => matches!(wanted, Ty::List(_)),
            receiver => *wanted == receiver,
        };
        // A function of this host that is none of a type is no method, whatever its first parameter.
        let has = |signatures: &[Signature]| {
            let mut methods = signatures.iter().filter(|known| known.is_method || known.text.is_empty());
            methods.any(|known| known.params.first().is_some_and(is_it))
        };
        let methods = self.functions.iter().filter(|(_, signatures)| has(signatures)).map(|(name, _)| name.as_str());
        let methods = methods.filter(|name| name.starts_with(|c: char| c.is_alphabetic()));
        let properties = self.properties.iter().filter(|(_, getters)| getters.iter().any(|(wanted, _)| is_it(wanted)));
        (methods.collect(), properties.map(|(name, _)| name.as_str()).collect())
    }

    /// Returns the properties that values of a type have, sorted.
    pub(crate) fn properties_of(&self, receiver: Ty) -> Vec<&str> {
        let has = |getters: &[(Ty, Ty)]| getters.iter().any(|(wanted, _)| *wanted == receiver);
        let fitting = self.properties.iter().filter(|(_, getters)| has(getters));
        let mut names: Vec<&str> = fitting.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Returns the function that was probably meant, among those that `receiver` has.
    pub(crate) fn nearest_function<'a>(
        &'a self,
        name: &str,
        receiver: Option<Ty>,
        scripts: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let foreign = FOREIGN_FUNCTIONS.iter().find(|(theirs, _)| receiver.is_none() && *theirs == name);
        if let Some((_, ours)) = foreign.filter(|(_, ours)| !self.signatures(ours).is_empty()) {
            return Some(ours);
        }
        let fits = |signatures: &[Signature]| {
            receiver.is_none_or(|receiver| {
                signatures.iter().any(|signature| signature.params.first().is_some_and(|first| first.accepts(receiver)))
            })
        };
        let all = self.functions.iter().filter(|(_, signatures)| fits(signatures)).map(|(name, _)| name.as_str());
        nearest(name, all.filter(|name| name.starts_with(|c: char| c.is_alphabetic())).chain(scripts))
    }

    /// Returns the method or property of strings, arrays and numbers that was probably meant; `own` finds one by its spelling.
    pub(crate) fn meant<'a>(&self, receiver: Ty, name: &str, own: impl FnOnce() -> Option<&'a str>) -> Option<&'a str> {
        let near = || nearest(name, FOREIGN.iter().map(|(theirs, _)| *theirs));
        self.foreign(receiver, name).or_else(own).or_else(|| self.foreign(receiver, near()?))
    }

    /// Returns what values of a type have for a name that other languages know.
    fn foreign(&self, receiver: Ty, name: &str) -> Option<&'static str> {
        let is_of_it = |first: &Ty| *first != Ty::Any && first.accepts(receiver);
        let takes = |known: &Signature| known.params.first().is_some_and(is_of_it);
        let (_, ours) = FOREIGN.iter().find(|(theirs, _)| *theirs == name)?;
        self.signatures(ours).iter().any(takes).then_some(*ours)
    }

    /// Returns the property that was probably meant.
    pub(crate) fn nearest_property(&self, receiver: Ty, name: &str) -> Option<&str> {
        let fitting = self.properties.iter();
        let fitting = fitting.filter(|(_, getters)| getters.iter().any(|(wanted, _)| *wanted == receiver));
        nearest(name, fitting.map(|(name, _)| name.as_str()))
    }

    /// Returns the type that Rhai prints as `name`; `Any` for what the host does not know.
    pub(crate) fn type_named(&self, name: &str) -> Ty {
        match rhai_type(name) {
            Ty::Any => self.types.iter().find(|known| **known == name).map_or(Ty::Any, |known| Ty::Handle(known)),
            ty => ty,
        }
    }
}

/// Returns the handles among the operands of an operator; none for what is no operator.
fn handles_of_operator(function: &FuncMetadata, handles: &[&'static str]) -> Vec<&'static str> {
    if function.name.contains(|c: char| c.is_alphanumeric() || c == '$') {
        return Vec::new();
    }
    let names = function.params_info.iter().map(|param| param.rsplit([':', ' ']).next().unwrap_or(param));
    names.filter_map(|name| handles.iter().copied().find(|handle| *handle == name)).collect()
}

/// Reads a type as Rhai writes it in signatures and messages.
pub(crate) fn rhai_type(text: &str) -> Ty {
    let text = text.rsplit_once(": ").map_or(text, |(_, ty)| ty).trim();
    let text = text.strip_prefix("&mut ").unwrap_or(text);
    let text = text.strip_prefix("RhaiResultOf<").and_then(|inner| inner.strip_suffix('>')).unwrap_or(text);
    match text.rsplit("::").next().unwrap_or(text) {
        "()" => Ty::Nothing,
        "bool" => Ty::Bool,
        "i64" | "INT" => Ty::Int,
        "f64" | "FLOAT" => Ty::Number,
        // Functions of strings take characters as well, and their methods exist for both.
        "&str" | "String" | "ImmutableString" | "string" | "&str | ImmutableString | String" | "char" => Ty::Text,
        "Array" | "array" => Ty::List(&Ty::Any),
        "Map" | "map" => Ty::Map,
        "FnPtr" | "Fn" => Ty::Function,
        _ => Ty::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        Index::new(&registry, &Engine::new())
    }

    #[test]
    fn functions_of_the_host_and_of_rhai_are_known() {
        let index = index();
        assert_eq!(index.signatures("expect").len(), 1);
        assert_eq!(index.signatures("expect")[0].text, "expect(condition: boolean, message?: string)");
        assert!(!index.signatures("to_upper").is_empty());
        assert!(!index.signatures("print").is_empty());
        assert!(index.signatures("nothing_like_that").is_empty());
    }

    #[test]
    fn suggestions_fit_the_receiver() {
        let index = index();
        assert_eq!(index.nearest_function("to_uper", Some(Ty::Text), []), Some("to_upper"));
        assert_eq!(index.nearest_function("to_uper", Some(Ty::Handle("Secret")), []), None);
        assert_eq!(index.nearest_function("excpect", None, []), Some("expect"));
        assert_eq!(index.nearest_function("assert", None, []), Some("expect"));
    }

    #[test]
    fn names_of_other_languages_are_known() {
        let index = index();
        let meant = |receiver, name| index.meant(receiver, name, || index.nearest_function(name, Some(receiver), []));
        assert_eq!(meant(Ty::Text, "length"), Some("len"));
        assert_eq!(meant(Ty::Text, "lenght"), Some("len"));
        assert_eq!(meant(Ty::Text, "to_uper"), Some("to_upper"));
        assert_eq!(meant(Ty::List(&Ty::Any), "slice"), Some("extract"));
        assert_eq!(meant(Ty::Bool, "length"), None);
    }

    #[test]
    fn operators_of_handles_are_known() {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        let mut engine = Engine::new();
        engine.register_fn("+", |a: crate::prelude::Duration, _: crate::prelude::Duration| a);
        let index = Index::new(&registry, &engine);
        assert!(index.has_operator("+", "Duration"));
        assert!(!index.has_operator("-", "Duration") && !index.has_operator("+", "Secret"));
    }

    #[test]
    fn properties_belong_to_types() {
        let index = index();
        assert_eq!(index.property(Ty::Handle("Duration"), "seconds"), Some(Ty::Number));
        assert_eq!(index.property(Ty::Handle("Duration"), "second"), None);
        assert_eq!(index.nearest_property(Ty::Handle("Duration"), "second"), Some("seconds"));
        assert_eq!(index.property(Ty::Handle("Params"), "anything"), Some(Ty::Any));
        assert_eq!(index.property(Ty::Text, "len"), Some(Ty::Int));
    }

    #[test]
    fn types_of_messages_are_understood() {
        let index = index();
        assert_eq!(index.type_named("&str | ImmutableString | String"), Ty::Text);
        assert_eq!(index.type_named("Secret"), Ty::Handle("Secret"));
        assert_eq!(index.type_named("range"), Ty::Any);
    }
}
