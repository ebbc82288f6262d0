//! Types of this host that scripts hold on to.

use std::any::TypeId;

use rhai::{Dynamic, Engine};

/// A value with methods: a workspace, a source, a job.
///
/// Clones are cheap: scripts copy values whenever they pass them on.
pub(crate) trait Handle: Clone + Send + Sync + 'static {
    /// The name in scripts and messages: the last part of the Rust type's name.
    const NAME: &'static str;
    /// What it is, in a sentence.
    const DOC: &'static str;

    /// Returns what `print` shows.
    fn show(&self) -> String;

    /// Says whether both stand for the same thing.
    fn same(&self, other: &Self) -> bool;

    /// Registers the operators that it has besides `==` and `!=`.
    fn operators(_: &mut Engine) {}

    /// Whether a `for` loop can go through it.
    const ITERABLE: bool = false;

    /// Returns what a `for` loop goes through.
    fn items(&self) -> Vec<Dynamic> {
        Vec::new()
    }
}

/// A handle type as the registry keeps it.
#[derive(Clone, Copy)]
pub(crate) struct TypeInfo {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(super) id: TypeId,
    pub(super) register: fn(&mut Engine),
    /// What a `for` loop goes through.
    pub(super) items: Option<fn(Dynamic) -> Vec<Dynamic>>,
}

impl TypeInfo {
    pub(super) fn of<T: Handle>() -> Self {
        let items = |value: Dynamic| value.try_cast::<T>().map_or_else(Vec::new, |value| value.items());
        Self {
            name: T::NAME,
            doc: T::DOC,
            id: TypeId::of::<T>(),
            register: register::<T>,
            items: T::ITERABLE.then_some(items),
        }
    }
}

fn register<T: Handle>(engine: &mut Engine) {
    engine
        .register_type_with_name::<T>(T::NAME)
        .register_fn("to_string", |value: &mut T| value.show())
        .register_fn("to_debug", |value: &mut T| format!("{}({})", T::NAME, value.show()))
        .register_fn("==", |a: T, b: T| a.same(&b))
        .register_fn("!=", |a: T, b: T| !a.same(&b));
    T::operators(engine);
}
