//! `secret` and `env`.

use crate::registry::{Call, Handle, Raise, Registry};
use crate::runtime::Host;
use crate::values::{Fault, FaultKind, Secret};

impl Handle for Secret {
    const NAME: &'static str = "Secret";
    const DOC: &'static str = "A value that can be used everywhere and read nowhere: it prints as `***`.";

    /// Interpolation goes through here: the placeholder survives in the longer string.
    fn show(&self) -> String {
        self.0.placeholder().to_owned()
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Secret>();
    api.function("secret")
        .doc("Returns the secret of that name from the environment. On the sandbox an unset one gets a made-up value.")
        .param("name", "the environment variable that holds the secret")
        .example(r#"let config = #{ password: secret("POSTGRES_PASSWORD") };"#)
        .native(|call: &Call<'_>, name: String| resolve(call.host(), &name));
    api.function("env")
        .doc("Returns an environment variable; nothing, or the default, when it is not set.")
        .param("name", "the variable")
        .param("default", "what to return when it is not set")
        .example(r#"let stage = env("STAGE", "test");"#)
        .pure()
        .native(|call: &Call<'_>, name: String, default: Option<String>| {
            call.host().environment.get(&name).or(default)
        });
}

fn resolve(host: &Host, name: &str) -> Result<Secret, Raise> {
    match host.environment.get(name).filter(|value| !value.is_empty()) {
        Some(value) => Ok(Secret(host.vault.conceal(value))),
        None if host.settings.is_sandbox() => Ok(Secret(host.vault.conceal(format!("made-up-{name}")))),
        None => Err(unset(name).into()),
    }
}

/// The error for a secret that the environment does not have.
pub(crate) fn unset(name: &str) -> Fault {
    Fault::new(FaultKind::Environment, format!("secret `{name}` is not set"))
        .hint(Some(format!("set the environment variable `{name}`")))
        .property("name", name.to_owned())
}
