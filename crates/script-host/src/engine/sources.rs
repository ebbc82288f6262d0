//! Every script text of a run, and which file a closure was written in.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rhai::AST;

use super::variables::Variables;
use crate::diagnostics::Place;

/// The texts under the names they were compiled as. Clones share one content.
#[derive(Clone, Default)]
pub(crate) struct Sources(Arc<RwLock<Inner>>, Variables);

#[derive(Default)]
struct Inner {
    texts: HashMap<String, Arc<str>>,
    closures: HashMap<String, Vec<Arc<str>>>,
    /// How many parameters closures have, with those that Rhai adds for captured variables.
    parameters: HashMap<String, usize>,
}

impl Sources {
    /// Keeps a text under the path that is shown for it.
    pub(crate) fn add(&self, name: &str, text: &str) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.texts.insert(name.to_owned(), text.into());
    }

    /// Puts stars in the place of what a string literal says. Everything keeps its line and column.
    pub(crate) fn mask(&self, place: &Place) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(text) = inner.texts.get_mut(&*place.source) else { return };
        let Some(span) = place.span(text).filter(|span| span.len() > 2) else { return };
        let inside = span.start + 1..span.end - 1;
        let stars: String = text[inside.clone()].chars().map(|c| if c == '\n' { c } else { '*' }).collect();
        *text = format!("{}{stars}{}", &text[..inside.start], &text[inside.end..]).into();
    }

    /// Keeps which closures the text holds, and what its variables mean.
    ///
    /// Rhai blames the caller's file for an error inside a closure. A closure's name is a hash of what and where it
    /// is, so the name tells its file.
    pub(crate) fn add_closures(&self, name: &str, ast: &AST) {
        self.1.add(ast);
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let home: Arc<str> = name.into();
        for function in ast.iter_functions().filter(|function| is_closure(function.name)) {
            inner.parameters.insert(function.name.to_owned(), function.params.len());
            let homes = inner.closures.entry(function.name.to_owned()).or_default();
            if !homes.contains(&home) {
                homes.push(Arc::clone(&home));
            }
        }
    }

    /// Keeps where functions of a session are defined, the last definition of each.
    pub(crate) fn add_functions(&self, name: &str, ast: &AST) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for function in ast.iter_functions().filter(|function| !is_closure(function.name)) {
            inner.closures.insert(function.name.to_owned(), vec![name.into()]);
        }
    }

    /// Returns the names of variables that mean more than what Rhai holds.
    pub(super) fn variables(&self) -> &Variables {
        &self.1
    }

    /// Returns the text that was compiled under this name.
    pub(crate) fn text(&self, name: &str) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.get(name).map(Arc::clone)
    }

    /// Returns where the call of a native function stands, given where Rhai says it does.
    ///
    /// Rhai knows the position, but inside of a closure it names the file of the closure's caller: when that text has
    /// no `name` there, the only text that has one is the right one.
    pub(crate) fn place_of_call(&self, place: Place, name: &str) -> Place {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let names = |text: &str| place.span(text).is_some_and(|span| text[span].trim_start_matches(['?', '.']) == name);
        if inner.texts.get(&*place.source).is_none_or(|source| names(source)) {
            return place;
        }
        let mut others = inner.texts.iter().filter(|(_, source)| names(source));
        match (others.next(), others.next()) {
            (Some((home, _)), None) => Place { source: home.as_str().into(), ..place },
            _ => place,
        }
    }

    /// Says by how much a closure differs from its call, which Rhai did not find as `name (type, type)`.
    pub(crate) fn wrong_count(&self, call: &str) -> Option<String> {
        let (name, types) = call.split_once(" (").unwrap_or((call, ""));
        let given = types.split(',').filter(|ty| !ty.trim_end_matches(')').trim().is_empty()).count();
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = *inner.parameters.get(name)?;
        let (count, more) = if wanted > given { (wanted - given, "more") } else { (given - wanted, "fewer") };
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("the closure has {count} parameter{plural} {more} than it is called with"))
    }

    /// Returns the file a closure was written in; `None` when two files hold the very same one.
    pub(crate) fn home_of(&self, closure: &str) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match inner.closures.get(closure)?.as_slice() {
            [home] => Some(Arc::clone(home)),
            _ => None,
        }
    }
}

/// Says whether a function name is one that Rhai makes up for closures.
pub(crate) fn is_closure(name: &str) -> bool {
    name.starts_with("anon$")
}
