//! `params(#{…})`: what a script wants to be told when it is started.

mod given;
mod kind;
mod spec;

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Array, Dynamic, Map};

use crate::diagnostics::nearest;
use crate::registry::{Call, Handle, Raise, Registry};
use crate::values::{Fault, FaultKind};

pub(crate) use given::{Given, parse_given};
pub(crate) use spec::ParamSpec;

/// The parameters of a run with their values: `p.database`.
#[derive(Clone)]
pub(crate) struct Params(Arc<BTreeMap<String, Dynamic>>);

impl Params {
    /// Returns the names with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Dynamic)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Handle for Params {
    const NAME: &'static str = "Params";
    const DOC: &'static str = "The parameters of this run, each a property.";

    fn show(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Params>();
    api.function("params")
        .doc("Declares the parameters of the script and returns their values: from `-p name=value`, else from a file of `--params`, else from the environment variable in `env`, else from `AIRWAY_PARAM_NAME`, else the default. One without a default must be given. `airway run SCRIPT --help` lists them.")
        .param("parameters", "a map from name to `#{ default, help, type, env, choices }`, or to the default itself")
        .example("let p = params(#{ hours: #{ default: 6, help: \"hours between syncs\" }, stage: \"test\" });\nprint(p.hours);")
        .native(|call: &Call<'_>, parameters: Map| declare(call, &parameters));
    api.method("keys")
        .doc("The names of the parameters.")
        .example("let p = params(#{ stage: \"test\" });\nexpect_eq(p.keys(), [\"stage\"]);")
        .pure()
        .native(|_: &Call<'_>, params: Params| params.0.keys().cloned().map(Dynamic::from).collect::<Array>());
    api.method("contains")
        .doc("Says whether there is a parameter of that name; also `\"stage\" in p`.")
        .param("name", "the name of the parameter")
        .example("let p = params(#{ stage: \"test\" });\nexpect(\"stage\" in p);")
        .pure()
        .native(|_: &Call<'_>, params: Params, name: String| params.0.contains_key(&name));
    // Every value of Rhai's has a property of this name.
    api.property("tag")
        .doc("The parameter `tag`, as any other.")
        .example("let p = params(#{ tag: \"daily\" });\nexpect_eq(p.tag, \"daily\");")
        .native(|_: &Call<'_>, params: Params| parameter(&params, "tag"));
    api.index()
        .doc("The value of a parameter; an error when there is none of that name.")
        .param("name", "the name of the parameter")
        .example("let p = params(#{ stage: \"test\" });\nprint(p[\"stage\"]);")
        .native(|_: &Call<'_>, params: Params, name: String| parameter(&params, &name));
}

fn parameter(params: &Params, name: &str) -> Result<Dynamic, Fault> {
    let names = params.0.keys().map(String::as_str);
    params.0.get(name).cloned().ok_or_else(|| unknown(FaultKind::Argument, name, names))
}

fn declare(call: &Call<'_>, parameters: &Map) -> Result<Params, Raise> {
    let host = call.host();
    let mut values = BTreeMap::new();
    for (name, described) in parameters {
        let spec = ParamSpec::read(name, described.clone())
            .map_err(|error| Fault::new(FaultKind::Argument, error.message("params")).hint(error.hint()))?;
        if let Some(variable) = spec.env().filter(|variable| !host.variables.may_read(variable)) {
            return Err(super::environment::undeclared(variable).into());
        }
        values.insert(name.to_string(), spec.value(&host.given, &host.environment)?);
    }
    Ok(Params(Arc::new(values)))
}

fn unknown<'a>(kind: FaultKind, name: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let known: Vec<&str> = known.collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => {
            let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("its parameters are {}", all.join(", ")))
        }
    };
    Fault::new(kind, format!("the script has no parameter `{name}`")).hint(hint)
}

/// Returns an error for every given name that is none of `known`.
pub(crate) fn strange(known: &[&str], given: &Given) -> Vec<Fault> {
    let strange = given.names().filter(|name| !known.contains(name));
    strange.map(|name| unknown(FaultKind::Parameter, name, known.iter().copied())).collect()
}
