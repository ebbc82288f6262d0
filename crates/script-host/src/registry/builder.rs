//! Describing functions in a few lines each.

use std::any::TypeId;
use std::sync::Arc;

use rhai::Dynamic;

use super::function::{Function, Param, Shape};
use super::native::Native;
use super::{Call, Handle, Ty, TypeInfo, refusal};

/// All types and functions of the API.
#[derive(Default)]
pub(crate) struct Registry {
    types: Vec<TypeInfo>,
    functions: Vec<Function>,
}

/// A function that is being described; `native` completes it.
#[must_use]
pub(crate) struct Draft<'r> {
    registry: &'r mut Registry,
    kind: Kind,
    name: &'static str,
    names: Vec<(&'static str, &'static str)>,
    doc: &'static str,
    example: &'static str,
    pure: bool,
    replaced: &'static [fn() -> TypeId],
}

enum Kind {
    Function,
    Method,
    Property,
    Index,
}

impl Registry {
    /// Describes everything that scripts can call.
    pub(crate) fn complete() -> Self {
        let mut registry = Self::default();
        crate::prelude::describe(&mut registry);
        crate::api::describe(&mut registry);
        registry
    }

    /// Adds a type.
    pub(crate) fn handle<T: Handle>(&mut self) {
        self.types.push(TypeInfo::of::<T>());
    }

    /// Begins a function that is called as `name(…)`.
    pub(crate) fn function(&mut self, name: &'static str) -> Draft<'_> {
        Draft::new(self, Kind::Function, name)
    }

    /// Begins a function that is called as `receiver.name(…)`; the first parameter of its closure is the receiver.
    pub(crate) fn method(&mut self, name: &'static str) -> Draft<'_> {
        Draft::new(self, Kind::Method, name)
    }

    /// Begins a property that is read as `receiver.name`.
    pub(crate) fn property(&mut self, name: &'static str) -> Draft<'_> {
        Draft::new(self, Kind::Property, name)
    }

    /// Begins what `receiver[…]` does.
    pub(crate) fn index(&mut self) -> Draft<'_> {
        Draft::new(self, Kind::Index, "[]")
    }

    /// Returns the types in the order in which they were added.
    pub(crate) fn types(&self) -> &[TypeInfo] {
        &self.types
    }

    /// Returns the functions of a type of values, or those that are called without one, in the order in which they were
    /// added.
    pub(crate) fn of(&self, receiver: Option<Ty>) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(move |function| function.receiver() == receiver)
    }

    /// Returns the functions in the order in which they were added.
    pub(crate) fn functions(&self) -> &[Function] {
        &self.functions
    }
}

impl<'r> Draft<'r> {
    fn new(registry: &'r mut Registry, kind: Kind, name: &'static str) -> Self {
        Self { registry, kind, name, names: Vec::new(), doc: "", example: "", pure: false, replaced: &[] }
    }

    /// Says what the function does.
    pub(crate) fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Names the next parameter; its type comes from the closure.
    pub(crate) fn param(mut self, name: &'static str, doc: &'static str) -> Self {
        self.names.push((name, doc));
        self
    }

    /// Shows the function in use.
    pub(crate) fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Says that a call does nothing but return something: a script that does not use it is told so.
    pub(crate) fn pure(mut self) -> Self {
        self.pure = true;
        self
    }

    /// Names the types of the first argument for which Rhai has a function of this name, which this one replaces.
    pub(crate) fn replacing_builtin(mut self, types: &'static [fn() -> TypeId]) -> Self {
        self.replaced = types;
        self
    }

    /// Completes a function, or a method of `receiver`, that is part of the language. Parameters from number `fewest` on
    /// can be left out.
    pub(crate) fn of_the_language(self, receiver: Option<Ty>, types: &[Ty], fewest: usize, returns: Ty) {
        let params = self.names.iter().zip(types).enumerate();
        let params = params.map(|(at, (&(name, doc), &ty))| Param {
            name,
            ty,
            optional: at >= fewest,
            doc,
            refusal: refusal::<Dynamic>,
        });
        let function = Function {
            name: self.name,
            shape: receiver.map_or(Shape::Function, Shape::Method),
            params: params.collect(),
            returns,
            doc: self.doc,
            example: self.example,
            pure: self.pure,
            ids: Vec::new(),
            replaced: &[],
            native: None,
        };
        self.registry.functions.push(function);
    }

    /// Completes the function with the closure that does the work.
    ///
    /// # Panics
    ///
    /// When not every parameter of the closure has a name: each test that builds the registry finds that.
    pub(crate) fn native<Args, Fun: Native<Args>>(self, function: Fun) {
        let (receiver, types) = match self.kind {
            Kind::Function => (None, Fun::PARAMS),
            _ => (Some(Fun::PARAMS[0].0), &Fun::PARAMS[1..]),
        };
        assert!(types.len() == self.names.len(), "`{}`: every parameter has a name", self.name);
        // Only what stands at the end can be left out.
        let needed = types.iter().rposition(|(_, optional, _)| !optional).map_or(0, |last| last + 1);
        let params = self.names.iter().zip(types).enumerate();
        let params = params
            .map(|(at, (&(name, doc), &(ty, _, refusal)))| Param { name, ty, optional: at >= needed, doc, refusal })
            .collect();
        let receiver = receiver.unwrap_or(Ty::Any);
        let shape = match self.kind {
            Kind::Function => Shape::Function,
            Kind::Method => Shape::Method(receiver),
            Kind::Property => Shape::Property(receiver),
            Kind::Index => Shape::Index(receiver),
        };
        self.registry.functions.push(Function {
            name: self.name,
            shape,
            params,
            returns: Fun::RETURNS,
            doc: self.doc,
            example: self.example,
            pure: self.pure || matches!(self.kind, Kind::Property | Kind::Index),
            ids: Fun::ids(),
            replaced: self.replaced,
            native: Some(Arc::new(move |call: &Call<'_>, values: Vec<Dynamic>| function.invoke(call, values))),
        });
    }
}
