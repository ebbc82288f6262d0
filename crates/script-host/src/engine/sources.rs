//! Every script text of a run, and which file a closure was written in.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rhai::AST;

use crate::diagnostics::Place;

/// The texts under the names they were compiled as. Clones share one content.
#[derive(Clone, Default)]
pub(crate) struct Sources(Arc<RwLock<Inner>>);

#[derive(Default)]
struct Inner {
    texts: HashMap<String, Source>,
    closures: HashMap<String, Vec<Arc<str>>>,
}

struct Source {
    text: Arc<str>,
    shown: String,
}

impl Sources {
    /// Keeps a text; `shown` is the path to print for it.
    pub(crate) fn add(&self, name: &str, shown: impl Into<String>, text: &str) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.texts.insert(name.to_owned(), Source { text: text.into(), shown: shown.into() });
    }

    /// Keeps which closures the text holds.
    ///
    /// Rhai blames the caller's file for an error inside a closure. A closure's name is a hash of what and where it
    /// is, so the name tells its file.
    pub(crate) fn add_closures(&self, name: &str, ast: &AST) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let home: Arc<str> = name.into();
        for function in ast.iter_functions().filter(|function| is_closure(function.name)) {
            let homes = inner.closures.entry(function.name.to_owned()).or_default();
            if !homes.contains(&home) {
                homes.push(Arc::clone(&home));
            }
        }
    }

    /// Returns the text that was compiled under this name.
    pub(crate) fn text(&self, name: &str) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.get(name).map(|source| Arc::clone(&source.text))
    }

    /// Returns the path to print for a name.
    pub(crate) fn shown_as(&self, name: &str) -> String {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.get(name).map_or_else(|| name.to_owned(), |source| source.shown.clone())
    }

    /// Returns where the call of a native function stands, given where Rhai says it does.
    ///
    /// Rhai knows the position, but inside of a closure it names the file of the closure's caller: when that text has
    /// no `name` there, the only text that has one is the right one.
    pub(crate) fn place_of_call(&self, place: Place, name: &str) -> Place {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let names = |text: &str| place.span(text).is_some_and(|span| text[span].trim_start_matches(['?', '.']) == name);
        if inner.texts.get(&*place.source).is_none_or(|source| names(&source.text)) {
            return place;
        }
        let mut others = inner.texts.iter().filter(|(_, source)| names(&source.text));
        match (others.next(), others.next()) {
            (Some((home, _)), None) => Place { source: home.as_str().into(), ..place },
            _ => place,
        }
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
