//! `secret`: values that scripts use without seeing them.

mod sources;

use crate::registry::{Call, Handle, Raise, Registry};
use crate::runtime::Host;
use crate::values::{Fault, FaultKind, Secret};

pub(crate) use sources::{SecretCommand, SecretSources};

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
        .doc("Returns the secret of that name: from the environment, else from a file of `--env-file`, else from `--secrets-dir`, else from `--secret-command`. On the sandbox an unset one gets a made-up value.")
        .param("name", "the environment variable, or the file, that holds the secret")
        .example(r#"let config = #{ password: secret("POSTGRES_PASSWORD") };"#)
        .native(|call: &Call<'_>, name: String| call.run(resolve(call.host(), &name)));
}

async fn resolve(host: &Host, name: &str) -> Result<Secret, Raise> {
    match host.secrets.find(name, host).await? {
        Some(secret) => Ok(Secret(secret)),
        None if host.settings.is_sandbox() => Ok(Secret(host.vault.conceal(format!("made-up-{name}")))),
        None => Err(unset(name, host).into()),
    }
}

/// The error for a secret that no source has.
pub(crate) fn unset(name: &str, host: &Host) -> Fault {
    let elsewhere = host.secrets.described();
    let fault =
        Fault::new(FaultKind::Environment, format!("secret `{name}` is not set")).property("name", name.to_owned());
    if elsewhere.is_empty() {
        fault.hint(Some(format!(
            "set the environment variable `{name}`, or use `--env-file`, `--secrets-dir` or `--secret-command`"
        )))
    } else {
        fault.note(format!("it was looked for in the environment, {}", elsewhere.join(", ")))
    }
}
