//! `params(#{…})`: what a script wants to be told when it is started.

mod spec;

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, Map};

use crate::diagnostics::nearest;
use crate::registry::{Call, Handle, Raise, Registry};
use crate::runtime::Environment;
use crate::values::{Fault, FaultKind};

pub(crate) use spec::ParamSpec;

/// The parameters that were given on the command line, by name.
pub(crate) type Given = BTreeMap<String, String>;

/// The parameters of a run with their values: `p.database`.
#[derive(Clone)]
pub(crate) struct Params(Arc<BTreeMap<String, Dynamic>>);

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
        .doc("Declares the parameters of the script and returns their values: from `-p name=value`, from an environment variable, or the default. One without a default must be given.")
        .param("parameters", "a map from name to `#{ default, help, type, env, choices }`, or to the default itself")
        .example("let p = params(#{ hours: #{ default: 6, help: \"hours between syncs\" }, stage: \"test\" });\nprint(p.hours);")
        .native(|call: &Call<'_>, parameters: Map| declare(call, &parameters));
    api.index()
        .doc("The value of a parameter; an error when there is none of that name.")
        .param("name", "the name of the parameter")
        .example("let p = params(#{ stage: \"test\" });\nprint(p[\"stage\"]);")
        .native(|_: &Call<'_>, params: Params, name: String| {
            let names = || params.0.keys().map(String::as_str);
            params.0.get(&name).cloned().ok_or_else(|| unknown(FaultKind::Argument, &name, names()))
        });
}

fn declare(call: &Call<'_>, parameters: &Map) -> Result<Params, Raise> {
    let host = call.host();
    let specs = ParamSpec::read_all(parameters)
        .map_err(|error| Fault::new(FaultKind::Argument, error.message("params")).hint(error.hint()))?;
    let values = specs.iter().map(|spec| Ok((spec.name.clone(), spec.value(&host.given, &host.environment)?)));
    Ok(Params(Arc::new(values.collect::<Result<_, Fault>>()?)))
}

fn unknown<'a>(kind: FaultKind, name: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    Fault::new(kind, format!("the script has no parameter `{name}`")).hint(hint)
}

/// Returns everything that is wrong with what was given for a script with these parameters, and others when it is `open`.
pub(crate) fn problems_of(specs: &[ParamSpec], open: bool, given: &Given, environment: &Environment) -> Vec<Fault> {
    let names = || specs.iter().map(|spec| spec.name.as_str());
    let strange = given.keys().filter(|given| !open && !names().any(|name| name == given.as_str()));
    let values = specs.iter().filter_map(|spec| spec.value(given, environment).err());
    strange.map(|name| unknown(FaultKind::Parameter, name, names())).chain(values).collect()
}

/// A text that gives no parameter.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not of the form `name=value`")]
pub(crate) struct NotGiven;

/// Reads `name=value`.
///
/// # Errors
///
/// When there is no `=`, or no name before it.
pub(crate) fn parse_given(text: &str) -> Result<(String, String), NotGiven> {
    let (name, value) = text.split_once('=').ok_or(NotGiven)?;
    let name = name.trim();
    if name.is_empty() { Err(NotGiven) } else { Ok((name.to_owned(), value.to_owned())) }
}
