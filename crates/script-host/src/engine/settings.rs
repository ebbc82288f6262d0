//! How the engine is set up, each choice with its reason.

use rhai::{Engine, OptimizationLevel};

use super::resolver::Resolver;
use super::{Library, in_place, nesting, sizes, words};
use crate::registry::Registry;
use crate::runtime::{Exceeded, Host, stopped};

/// Open calls at a time. An unoptimised build needs most of the script thread's 64 MiB for as many.
const CALL_LEVELS: usize = 200;

/// Nesting of expressions. A configuration literal costs three levels per brace; Rhai's default for functions is 32.
const EXPRESSION_DEPTH: usize = 256;

/// Makes the names of closures the same in every run. To be called before the first engine is made.
pub(crate) fn seed_hashing() {
    // A second call finds the seed set: it is the same one.
    let _ = rhai::config::hashing::set_hashing_seed(Some([0x0061_6972, 0x7761_7900, 0x7363_7269, 0x7074_7300]));
}

/// Builds the engine for the scripts of a library, served by a host.
pub(crate) fn build(registry: &Registry, host: &Host, library: Library) -> Engine {
    let mut engine = Engine::new();
    // The table is one for all threads of `parallel_map`, behind a lock, and gone through whole whenever it is full.
    engine.set_max_strings_interned(0);
    // `Full` runs native functions while compiling, and `Simple` panics on an assignment to a constant map.
    engine.set_optimization_level(OptimizationLevel::None);
    // Rhai's own defaults differ between debug and release builds. Sizes stay unlimited: with a limit every
    // `push` would measure the whole array.
    engine.set_max_call_levels(CALL_LEVELS).set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH);
    engine.set_max_modules(CALL_LEVELS);
    engine.disable_symbol("eval");
    words::unreserve(&mut engine);
    in_place::register(&mut engine);
    sizes::register(&mut engine);
    nesting::register(&mut engine);
    let (ending, variables) = (host.ending.clone(), library.sources().variables().clone());
    #[expect(deprecated, reason = "marked volatile upstream; the version is pinned")]
    engine.on_var(move |name, _, context| {
        nesting::watch(name, context.scope(), &ending);
        Ok(variables.meant(name, context.scope()))
    });
    let (ending, most) = (host.ending.clone(), host.limits.operations.unwrap_or(u64::MAX));
    engine.on_progress(move |steps| {
        if steps > most {
            ending.exceed(Exceeded::Operations(most));
        }
        stopped().then(|| "interrupted".into())
    });
    let screen = host.screen.clone();
    engine.on_print(move |line| screen.print(line));
    let screen = host.screen.clone();
    engine.on_debug(move |text, source, position| {
        let place = source.map(|source| format!("{source}:{position:?}: "));
        screen.debug(&format!("{}{text}", place.unwrap_or_default()));
    });
    engine.set_module_resolver(Resolver::new(library));
    registry.install(&mut engine, host);
    engine
}
