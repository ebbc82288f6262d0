//! From what all places say to the settings of a run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use airway_client::{Retries, ServerAddress, Timeouts};

use super::PROFILE_VARIABLE;
use super::commands::printed;
use super::key::HEADERS;
use super::layer::{Entry, Given, Layer, Origin, holds_password, is_header, is_secret};
use super::profiles::{Profiles, expanded};
use crate::diagnostics::{Diagnostic, Kind};
use crate::prelude::length_of_time;
use crate::runtime::{Access, Environment, Proxy, Settings, Shown, Target};

/// Variables that are for Airbyte and Airway whoever asks.
const OWN_VARIABLES: [&str; 2] = ["AIRBYTE_", "AIRWAY_"];

/// What the command line says.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// The profile, if one is named.
    pub(crate) profile: Option<String>,
    /// Single settings.
    pub(crate) flags: Layer,
    /// An embedded Airbyte, if one is wanted: then neither files nor logins count.
    pub(crate) sandbox: Option<Target>,
}

/// Puts together what all places say, in their order.
///
/// # Errors
///
/// When a value does not fit, a secret cannot be had, or no file has the profile.
pub(crate) fn merge(wanted: Wanted, profiles: &Profiles, environment: &Environment) -> Result<Settings, Diagnostic> {
    let mut layers = vec![wanted.flags, Layer::of_environment(environment)];
    if let Some(target) = wanted.sandbox {
        let layers = layers.iter().map(Layer::without_login).collect();
        return Merging::new(layers, profiles, environment).settings_of_sandbox(target);
    }
    let named = wanted.profile.or_else(|| environment.get(PROFILE_VARIABLE).filter(|name| !name.is_empty()));
    if let Some(name) = named.as_deref().or(profiles.default_name()) {
        layers.extend(profiles.layers(name)?);
    }
    Merging::new(layers, profiles, environment).settings()
}

/// Puts together what the files say of a profile, and nothing else: for another server than that of the run.
///
/// # Errors
///
/// As [`merge`].
pub(crate) fn merge_profile(name: &str, environment: &Environment) -> Result<Settings, Diagnostic> {
    let profiles = Profiles::read(environment, Path::new("."))?;
    Merging::new(profiles.layers(name)?, &profiles, environment).settings()
}

/// Layers that are being put together, the first one that says something counts.
pub(super) struct Merging<'m> {
    layers: Vec<Layer>,
    profiles: &'m Profiles,
    environment: &'m Environment,
    notes: Vec<String>,
}

impl<'m> Merging<'m> {
    fn new(layers: Vec<Layer>, profiles: &'m Profiles, environment: &'m Environment) -> Self {
        Self { layers, profiles, environment, notes: Vec::new() }
    }

    fn settings(mut self) -> Result<Settings, Diagnostic> {
        let server = self.text("server")?;
        self.keep_logins_at_home(server.as_deref());
        let login = self.login()?;
        Ok(Settings {
            target: server.map_or(Target::Default, Target::Server),
            login,
            fingerprints: None,
            reads_once: false,
            workspace: self.text("workspace")?,
            access: self.access()?,
            shown: self.shown(),
            notes: self.notes,
        })
    }

    fn settings_of_sandbox(self, target: Target) -> Result<Settings, Diagnostic> {
        let mut access = self.access()?;
        // It is on this machine, and speaks plain HTTP.
        access.proxy = Proxy::Direct;
        (access.ca_file, access.accepts_any_certificate) = (None, false);
        Ok(Settings { target, workspace: self.text("workspace")?, access, ..Settings::default() })
    }

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    pub(super) fn find(&self, path: &str) -> Option<&Entry> {
        self.layers.iter().find_map(|layer| layer.get(path))
    }

    /// A file that names a server and a login means them for each other: the login is not shown to another server.
    fn keep_logins_at_home(&mut self, server: Option<&str>) {
        let server = server.and_then(|server| server.parse::<ServerAddress>().ok());
        let mut notes = Vec::new();
        for layer in &mut self.layers {
            let Some(Entry { value: Given::Text(own), origin: Origin::Profile { name, .. } }) = layer.get("server")
            else {
                continue;
            };
            let own: Option<ServerAddress> = own.parse().ok();
            let is_home =
                own.is_none() || own.as_ref().zip(server.as_ref()).is_some_and(|(own, it)| own.is_same_origin(it));
            let without = layer.without_login();
            if is_home || without.entries().count() == layer.entries().count() {
                continue;
            }
            if let (Some(own), Some(server)) = (own, &server) {
                notes
                    .push(format!("login and headers of profile `{name}` are for {own} and are not shown to {server}"));
            }
            *layer = without;
        }
        self.notes.append(&mut notes);
    }

    /// A command is only run when the user, and not just somebody who can write to the project, wants it.
    pub(super) fn permit_command(&self, path: &str) -> Result<(), Diagnostic> {
        self.permit(path, || format!("the command for `{path}` is not run"))
    }

    /// A project that names any variable could have its value sent to a server of its own.
    fn permit_variable(&self, path: &str, name: &str) -> Result<(), Diagnostic> {
        if OWN_VARIABLES.iter().any(|prefix| name.starts_with(prefix)) {
            return Ok(());
        }
        let own = || {
            format!(
                "variables that begin with {} are read for every project",
                OWN_VARIABLES.map(|it| format!("`{it}`")).join(" or ")
            )
        };
        self.permit(path, || format!("environment variable `{name}` is not read for `{path}`"))
            .map_err(|error| error.note(own()))
    }

    /// Refuses what a project's file wants, unless the user trusts it.
    fn permit(&self, path: &str, what: impl FnOnce() -> String) -> Result<(), Diagnostic> {
        match self.find(path).map(|entry| &entry.origin) {
            Some(origin @ Origin::Profile { file, .. }) if !self.profiles.trusts(file) => {
                let folder = self.profiles.folder().display();
                Err(Diagnostic::error(Kind::Usage, format!("{}: its file is not trusted", what()))
                    .note(format!("from {origin}"))
                    .hint(format!("if you trust the project, add `trusted_projects = [\"{folder}\"]` to your own `~/.config/airway/config.toml`")))
            }
            _ => Ok(()),
        }
    }

    /// The value of a key, wherever it has to be had from.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, Diagnostic> {
        let Some(entry) = self.find(path) else { return Ok(None) };
        match &entry.value {
            Given::Text(text) => Ok(Some(text.clone())),
            Given::Variable(name) => {
                self.permit_variable(path, name)?;
                match self.environment.get(name).filter(|value| !value.is_empty()) {
                    Some(value) => Ok(Some(value)),
                    None => Err(Diagnostic::error(Kind::Usage, format!("environment variable `{name}` is not set"))
                        .note(format!("`{path}` wants it: {}", entry.origin))),
                }
            }
            Given::Command(line) => {
                self.permit_command(path)?;
                printed(path, entry, line).map(Some)
            }
        }
    }

    fn access(&self) -> Result<Access, Diagnostic> {
        let home = self.environment.get("HOME").map(PathBuf::from);
        let mut access = Access { headers: self.headers()?, ..Access::default() };
        // Whoever stands in between sees the user's login.
        let between = |path: &str| self.permit(path, || format!("`{path}` is not used"));
        access.proxy = match self.text("proxy")? {
            Some(none) if none.eq_ignore_ascii_case("none") => Proxy::Direct,
            Some(address) => between("proxy").map(|()| Proxy::At(address))?,
            None => Proxy::Environment,
        };
        if let Some(file) = self.text("tls.ca_file")? {
            between("tls.ca_file")?;
            let file = expanded(&file, home.as_deref());
            access.ca_file = Some(self.folder_of("tls.ca_file").map_or(file.clone(), |folder| folder.join(file)));
        }
        if let Some(false) = self.parsed("tls.verify", "`true` or `false`", |text| text.parse().ok())? {
            between("tls.verify")?;
            access.accepts_any_certificate = true;
        }
        access.timeouts = self.timeouts()?;
        access.retries = self.retries()?;
        access.deadline = self.length("deadline")?.map(|length| Instant::now() + length);
        Ok(access)
    }

    fn headers(&self) -> Result<Vec<(String, String)>, Diagnostic> {
        let prefix = format!("{HEADERS}.");
        let mut names: Vec<&str> = self.layers.iter().flat_map(Layer::entries).map(|(path, _)| path).collect();
        names.retain(|path| path.starts_with(&prefix));
        names.sort_unstable();
        names.dedup();
        let header = |path: &str| {
            let value = self.text(path)?.unwrap_or_default();
            let origin = self.find(path).map(|entry| entry.origin.to_string()).unwrap_or_default();
            if value.is_empty() {
                let title = "a header is given without a value".to_owned();
                return Err(Diagnostic::error(Kind::Usage, title)
                    .note(format!("from {origin}"))
                    .hint("write it as `NAME: VALUE`"));
            }
            Ok((path[prefix.len()..].to_owned(), value))
        };
        names.into_iter().map(header).collect()
    }

    fn timeouts(&self) -> Result<Timeouts, Diagnostic> {
        let mut timeouts = Timeouts::default();
        for (path, timeout) in [
            ("timeouts.connect", &mut timeouts.connect),
            ("timeouts.read", &mut timeouts.read),
            ("timeouts.write", &mut timeouts.write),
            ("timeouts.check", &mut timeouts.check),
            ("timeouts.discover", &mut timeouts.discover),
        ] {
            *timeout = self.length(path)?.unwrap_or(*timeout);
        }
        Ok(timeouts)
    }

    fn retries(&self) -> Result<Retries, Diagnostic> {
        let mut retries = Retries::default();
        let number = "a number of times, such as `3`";
        retries.per_request =
            self.parsed("retries.per_request", number, |text| text.parse().ok())?.unwrap_or(retries.per_request);
        retries.in_all = self.parsed("retries.in_all", number, |text| text.parse().ok())?.unwrap_or(retries.in_all);
        retries.longest_pause = self.length("retries.longest_pause")?.unwrap_or(retries.longest_pause);
        Ok(retries)
    }

    /// A length of time that is not none.
    fn length(&self, path: &str) -> Result<Option<Duration>, Diagnostic> {
        self.parsed(path, "a length of time, such as `30s` or `1h 30m`", |text| {
            length_of_time(text).filter(|length| !length.is_zero())
        })
    }

    fn parsed<T>(&self, path: &str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Diagnostic> {
        let Some(text) = self.text(path)? else { return Ok(None) };
        let refused = || {
            let origin = self.find(path).map(|entry| entry.origin.to_string()).unwrap_or_default();
            Diagnostic::error(Kind::Usage, format!("`{text}` is no value for `{path}`, which wants {wanted}"))
                .note(format!("from {origin}"))
        };
        parse(text.trim()).map(Some).ok_or_else(refused)
    }

    /// The folder that a relative path in a file is meant from.
    fn folder_of(&self, path: &str) -> Option<&Path> {
        match &self.find(path)?.origin {
            Origin::Profile { file, .. } => file.path.parent(),
            _ => None,
        }
    }

    /// Every value that counts, with where it comes from; secrets without their value.
    fn shown(&self) -> Vec<Shown> {
        let mut paths: Vec<&str> = self.layers.iter().flat_map(Layer::entries).map(|(path, _)| path).collect();
        let place = |path: &str| super::KEYS.iter().position(|key| path.starts_with(key.path));
        paths.sort_unstable_by_key(|path| (place(path), *path));
        paths.dedup();
        let shown = |path: &str| {
            let entry = self.find(path)?;
            let value = match &entry.value {
                // Whatever a header is called, its value may be what lets one in.
                Given::Text(text) if !is_header(path) && !is_secret(path) && !holds_password(text) => text.clone(),
                _ => airway_client::REDACTED.to_owned(),
            };
            Some(Shown { name: path.to_owned(), value, origin: entry.origin.to_string() })
        };
        paths.into_iter().filter_map(shown).collect()
    }
}
