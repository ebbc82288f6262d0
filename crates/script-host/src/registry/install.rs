//! From descriptions to functions that Rhai finds.

use std::any::TypeId;
use std::sync::Arc;

use rhai::{Dynamic, Engine, FuncRegistration, Module, NativeCallContext, RhaiFunc, Shared};

use super::native::Thunk;
use super::{Call, Function, Registry, Shape};
use crate::diagnostics::Place;
use crate::runtime::Host;

impl Registry {
    /// Registers every type and function into the engine; they will be served by `host`.
    pub(crate) fn install(&self, engine: &mut Engine, host: &Host) {
        for handle in self.types() {
            (handle.register)(engine);
        }
        let mut module = Module::new();
        for (id, items) in self.types().iter().filter_map(|handle| Some((handle.id, handle.items?))) {
            module.set_iter(id, move |value| Box::new(items(value).into_iter()));
        }
        for function in self.functions() {
            if let Some(native) = &function.native {
                install(&mut module, &Arc::new(function.clone()), native, host);
            }
        }
        engine.register_global_module(module.into());
    }
}

fn install(module: &mut Module, function: &Arc<Function>, native: &Arc<Thunk>, host: &Host) {
    let receivers = usize::from(function.receiver().is_some());
    for count in function.fewest()..=function.params.len() {
        let mut ids: Vec<TypeId> = function.ids[..receivers].to_vec();
        let exact = matches!(function.shape, Shape::Index(_));
        ids.extend(function.ids[receivers..receivers + count].iter().map(|id| {
            // Everything is taken and looked at by the host itself: its messages say what is wrong.
            if exact { *id } else { TypeId::of::<Dynamic>() }
        }));
        set(module, function, native, &ids, host);
        for replaced in function.replaced.iter().filter(|_| count > 0) {
            ids[receivers] = replaced();
            set(module, function, native, &ids, host);
        }
    }
}

fn set(module: &mut Module, function: &Arc<Function>, native: &Arc<Thunk>, ids: &[TypeId], host: &Host) {
    let registration = match function.shape {
        Shape::Function | Shape::Method(_) => FuncRegistration::new(function.name).in_global_namespace(),
        Shape::Property(_) => FuncRegistration::new_getter(function.name),
        Shape::Index(_) => FuncRegistration::new_index_getter(),
    };
    let (function, native, host) = (Arc::clone(function), Arc::clone(native), host.clone());
    let params = function.params.iter().map(|param| format!("{}: {}", param.name, param.ty));
    let receiver = function.receiver().map(|receiver| format!("this: {receiver}"));
    let info: Vec<String> = receiver.into_iter().chain(params).take(ids.len()).collect();
    let returns = function.returns.to_string();
    let comment = format!("/// {}", function.doc);
    let serve = move |context: Option<NativeCallContext<'_>>, arguments: &mut [&mut Dynamic]| {
        let context = context.expect("registered as a function with a context");
        let position = context.call_position();
        let place = Place::new(context.call_source().unwrap_or_default(), position);
        let mut values = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter_mut().enumerate() {
            // The receiver stays the script's; the other arguments were made for this call.
            values.push(if at == 0 { argument.clone() } else { std::mem::take(*argument) });
        }
        let call = Call { host: &host, function: &function, context };
        native(&call, values).map_err(|raise| {
            let place = place.map(|place| match function.shape {
                Shape::Index(_) => place,
                _ => host.sources.place_of_call(place, function.name),
            });
            raise.into_rhai(place, position)
        })
    };
    registration
        .with_params_info(info.iter().map(String::as_str).chain([returns.as_str()]))
        .with_comments([comment])
        .set_into_module_raw(
            module,
            ids,
            RhaiFunc::Method { func: Shared::new(serve), has_context: true, is_pure: true, is_volatile: true },
        );
}
