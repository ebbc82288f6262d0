//! `env`: environment variables that the script was allowed to read.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use crate::registry::{Call, Raise, Registry};
use crate::values::{Fault, FaultKind};

/// The environment variables that a script may read: those that it declares in the text of `params(…)`, where
/// everybody can see them, and those that the command line allows.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// Names; a `*` at the end stands for anything.
    allowed: Vec<String>,
    declared: RwLock<BTreeSet<String>>,
}

impl Variables {
    /// Allows names, and with a `*` at their end everything that begins so.
    pub(crate) fn allowing(allowed: Vec<String>) -> Self {
        Self { allowed, declared: RwLock::default() }
    }

    /// Adds names that a script declares.
    pub(crate) fn declare<'n>(&self, names: impl IntoIterator<Item = &'n str>) {
        let mut declared = self.declared.write().unwrap_or_else(PoisonError::into_inner);
        declared.extend(names.into_iter().map(str::to_owned));
    }

    /// Says whether scripts may read a variable.
    pub(crate) fn may_read(&self, name: &str) -> bool {
        let fits = |allowed: &String| match allowed.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => allowed == name,
        };
        self.allowed.iter().any(fits) || self.declared.read().unwrap_or_else(PoisonError::into_inner).contains(name)
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.function("env")
        .doc("Returns an environment variable; nothing, or the default, when it is not set. It must be the `env` of a parameter in `params(…)`, or be allowed with `--allow-env NAME`.")
        .param("name", "the variable")
        .param("default", "what to return when it is not set")
        .example("params(#{ stage: #{ default: \"test\", env: \"STAGE\" } });\nprint(env(\"STAGE\", \"test\"));")
        .pure()
        .native(|call: &Call<'_>, name: String, default: Option<String>| -> Result<Option<String>, Raise> {
            let host = call.host();
            if !host.variables.may_read(&name) {
                return Err(undeclared(&name).into());
            }
            Ok(host.environment.get(&name).or(default))
        });
}

/// The error for a variable that the script may not read.
pub(crate) fn undeclared(name: &str) -> Fault {
    let hint = format!("allow it with `--allow-env {name}`, or write it as the `env` of a parameter into `params(…)`");
    Fault::new(FaultKind::Environment, format!("the script may not read the environment variable `{name}`"))
        .hint(Some(hint))
        .property("name", name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_declared_or_allowed_is_read() {
        let variables = Variables::allowing(vec!["STAGE".into(), "CI_*".into()]);
        variables.declare(["HOURS"]);
        let read = ["STAGE", "STAGE2", "CI_JOB", "CI", "HOURS", "HOME"].map(|name| variables.may_read(name));
        assert_eq!(read, [true, false, true, false, true, false]);
    }
}
