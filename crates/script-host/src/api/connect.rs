//! What `connect` leads to.

use airway_client::{Airbyte, ServerAddress};

use super::server::finish;
use crate::diagnostics::Diagnostic;
use crate::profile::merge_profile;
use crate::registry::{Call, JsonMap, Raise};
use crate::runtime::{Host, Login, Settings, Target};
use crate::values::{Fault, FaultKind};

options! {
    /// Options of `connect`.
    pub(super) struct ConnectOptions {
        /// address of the server; the login of the run is not shown to another one than its own
        server: Option<String>,
        /// take everything from this profile of `./airway.toml` and `~/.config/airway/config.toml`; on the sandbox, every profile is the sandbox
        profile: Option<String>,
        /// the client id of an application to log in as
        client_id: Option<String>,
        /// the application's client secret
        client_secret: Option<String>,
        /// a token to log in with
        token: Option<String>,
        /// a user to log in as
        user: Option<String>,
        /// the user's password
        password: Option<String>,
        /// more headers, by name
        headers: Option<JsonMap>,
    }
}

/// Returns the Airbyte of the run, or another one.
pub(super) fn connect(call: &Call<'_>, options: ConnectOptions) -> Result<Airbyte, Raise> {
    let host = call.host();
    let ConnectOptions { server, profile, client_id, client_secret, token, user, password, headers } = options;
    let login = match (token, client_id, user) {
        (Some(token), ..) => Some(Login::Token(token)),
        (None, Some(id), _) => {
            let secret = client_secret.ok_or_else(|| argument("`connect`: `client_id` needs a `client_secret`"))?;
            Some(Login::Client { id, secret })
        }
        (None, None, Some(user)) => Some(Login::Password { user, password: password.unwrap_or_default() }),
        (None, None, None) => None,
    };
    if server.is_none() && profile.is_none() && login.is_none() && headers.is_none() {
        return call.run(host.server.airbyte(host));
    }
    let mut settings = match profile.filter(|_| !host.settings.is_sandbox()) {
        Some(name) => of_profile(&name, host)?,
        None => host.settings.clone(),
    };
    let own = match &settings.target {
        Target::Default => None,
        Target::Server(address) => Some(address.clone()),
        Target::Sandbox(_) => Some(call.run(host.server.airbyte(host))?.address().to_string()),
    };
    if let Some(server) = &server
        && !is_same_origin(server, own.as_deref().unwrap_or(airway_client::DEFAULT_SERVER))
    {
        settings.login = Login::Nobody;
        settings.access.headers.clear();
    }
    if let Some(login) = login {
        settings.login = login;
    }
    for (name, value) in headers.into_iter().flat_map(|headers| headers.0) {
        let value = value.as_str().ok_or_else(|| argument(format!("`connect`: header `{name}` must be a string")))?;
        settings.access.headers.push((name, value.to_owned()));
    }
    let builder = match server.or(own) {
        Some(address) => Airbyte::builder().server(address),
        None => Airbyte::builder(),
    };
    Ok(finish(builder, &settings, host)?)
}

fn of_profile(name: &str, host: &Host) -> Result<Settings, Raise> {
    let mut settings = merge_profile(name, &host.environment).map_err(fault)?;
    settings.warnings().for_each(|line| host.screen.say(line));
    // What bounds the run bounds all of it.
    let run = &host.settings.access;
    settings.access.budget = run.budget.clone();
    settings.access.deadline = [run.deadline, settings.access.deadline].into_iter().flatten().min();
    Ok(settings)
}

fn is_same_origin(one: &str, other: &str) -> bool {
    let parsed = |text: &str| text.parse::<ServerAddress>().ok();
    parsed(one).zip(parsed(other)).is_some_and(|(one, other)| one.is_same_origin(&other))
}

fn argument(message: impl Into<String>) -> Raise {
    Raise::new(FaultKind::Argument, message)
}

/// A mistake in a file of profiles, as scripts see it.
fn fault(diagnostic: Diagnostic) -> Raise {
    let fault = diagnostic.notes.into_iter().fold(Fault::new(FaultKind::Environment, diagnostic.title), Fault::note);
    Raise::Fault(diagnostic.hints.into_iter().fold(fault, |fault, hint| fault.hint(Some(hint))))
}
