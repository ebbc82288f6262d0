//! The settings of a client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use airway_api_gen::{Authorize, BoxError, Client, Pending, Session};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OnceCell;

use super::plan::Plan;
use super::retry::{Repeater, Retries};
use super::{Airbyte, Inner};
use crate::address::{DEFAULT_SERVER, ServerAddress};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Observer;
use crate::fingerprints::Fingerprints;
use crate::inventory::{Inventory, LIFETIME};
use crate::secret::Vault;

/// Settings of a client that is yet to be made; from [`Airbyte::builder`].
#[derive(Default)]
#[must_use]
pub struct Builder {
    server: Option<String>,
    credentials: Option<Credentials>,
    headers: Vec<(String, String)>,
    user_agent: Option<String>,
    timeouts: Timeouts,
    retries: Retries,
    vault: Vault,
    observers: Vec<Arc<dyn Observer>>,
    planning: bool,
    inventory_lifetime: Option<Duration>,
    fingerprints: Option<PathBuf>,
    server_name: Option<String>,
}

enum Credentials {
    Basic { user: String, password: String },
    Bearer(String),
}

/// How long to wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to the server: 10 seconds by default.
    pub connect: Duration,
    /// For an ordinary call: one minute by default.
    pub call: Duration,
    /// For calls that start a connector, such as checks and discovers: 15 minutes by default. Servers give connectors about nine.
    pub connector: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), call: Duration::from_mins(1), connector: Duration::from_mins(15) }
    }
}

/// The calls that run a connector before they answer, or wait for a running one to stop.
const CONNECTOR_CALLS: [&str; 15] = [
    "connections/clear",
    "connections/reset",
    "connections/sync",
    "destination_definitions/create_custom",
    "destinations/check_connection",
    "destinations/check_connection_for_update",
    "jobs/cancel",
    "scheduler/destinations/check_connection",
    "scheduler/sources/check_connection",
    "scheduler/sources/discover_schema",
    "source_definitions/create_custom",
    "sources/check_connection",
    "sources/check_connection_for_update",
    "sources/discover_schema",
    "web_backend/connections/get",
];

impl Builder {
    /// Sets the server, in any form that [`ServerAddress`] reads; by default [`DEFAULT_SERVER`].
    pub fn server(mut self, address: impl Into<String>) -> Self {
        self.server = Some(address.into());
        self
    }

    /// Logs in with a user name and a password, as old servers behind their proxy want it.
    pub fn basic(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Basic { user: user.into(), password: password.into() });
        self
    }

    /// Logs in with a token that is already at hand.
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Bearer(token.into()));
        self
    }

    /// Sends a header with every request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the `User-Agent`; by default this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Sets how long to wait for answers.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how often requests are repeated.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Uses a store of secrets that exists already.
    pub fn vault(mut self, vault: Vault) -> Self {
        self.vault = vault;
        self
    }

    /// Tells an observer what happens. Several are told in the order in which they were named.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Only plans: reads and checks as always, notes writes instead of sending them, and answers as if they had been sent.
    ///
    /// What would be created can be used on: an unsaved source is checked and discovered by its configuration, a planned sync
    /// is a job with the number 0 and the status `planned`. See [`Airbyte::planned`].
    pub fn planning(mut self) -> Self {
        self.planning = true;
        self
    }

    /// Sets how long `ensure_…` relies on a list that was read: one minute by default.
    ///
    /// Own writes are seen at once. What others create meanwhile is not: with a long time, two programs may create the same.
    pub fn inventory_lifetime(mut self, lifetime: Duration) -> Self {
        self.inventory_lifetime = Some(lifetime);
        self
    }

    /// Keeps fingerprints of secrets in this file, which is made when it is needed, for its owner alone. Off by default.
    ///
    /// Servers show secrets as a mask. With fingerprints, `ensure_…` knows a secret that has changed, and writes it then; without,
    /// what is behind a mask is unknown and never a reason to write. The file holds salted hashes and no secret.
    pub fn fingerprints(mut self, file: impl Into<PathBuf>) -> Self {
        self.fingerprints = Some(file.into());
        self
    }

    /// Calls the server by this name where fingerprints are kept, for one whose address changes; by default by its address.
    pub fn known_as(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`] or [`ErrorKind::Settings`] when something that was set cannot be used.
    pub fn build(self) -> Result<Airbyte> {
        let address: ServerAddress = self.server.as_deref().unwrap_or(DEFAULT_SERVER).parse()?;
        let credentials = self.credentials.or_else(|| {
            let (user, password) = address.credentials()?;
            Some(Credentials::Basic { user: user.to_owned(), password: password.to_owned() })
        });
        let mut session = Session::new().with_headers(headers(&self.headers)?).with_timeout(self.timeouts.call);
        for call in CONNECTOR_CALLS {
            session = session.with_timeout_for(call, self.timeouts.connector);
        }
        if let Some(credentials) = credentials {
            session = session.with_authorization(Arc::new(Fixed(credentials.header(&self.vault)?)));
        }
        let vault = self.vault.clone();
        session = session.with_reveal(Arc::new(move |body| reveal(&vault, body)));
        let user_agent = self.user_agent.unwrap_or_else(|| concat!("airway/", env!("CARGO_PKG_VERSION")).to_owned());
        let http = reqwest::Client::builder()
            .connect_timeout(self.timeouts.connect)
            .user_agent(user_agent)
            // The API never redirects; a login page does, and must not be handed the body.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::new(ErrorKind::Settings(Box::new(error))))?;
        let api = Client::new_with_client(address.base(), http, session);
        let name = self.server_name.unwrap_or_else(|| address.to_string());
        let inner = Inner {
            fingerprints: self.fingerprints.map(|file| Fingerprints::new(file, &name)),
            address,
            api,
            vault: self.vault,
            observers: self.observers,
            server: OnceCell::new(),
            ways: super::ways::Ways::default(),
            repeater: Repeater::new(self.retries),
            plan: self.planning.then(Plan::default),
            inventory: Inventory::default(),
            inventory_lifetime: self.inventory_lifetime.unwrap_or(LIFETIME),
        };
        Ok(Airbyte(Arc::new(inner)))
    }
}

/// The outgoing bytes with every secret in place. Bodies that hold none, which are nearly all, are not copied.
fn reveal(vault: &Vault, body: &[u8]) -> Result<Option<Vec<u8>>, BoxError> {
    let Ok(text) = std::str::from_utf8(body) else { return Ok(None) };
    match vault.reveal_json(text) {
        Ok(revealed) => Ok(revealed.map(String::into_bytes)),
        Err(unknown) => Err(Arc::new(unknown)),
    }
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap> {
    let unusable = |error: Box<dyn std::error::Error + Send + Sync>| Error::new(ErrorKind::Settings(error));
    given
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::try_from(name).map_err(|error| unusable(Box::new(error)))?;
            let mut value = HeaderValue::try_from(value).map_err(|error| unusable(Box::new(error)))?;
            value.set_sensitive(true);
            Ok((name, value))
        })
        .collect()
}

/// An `Authorization` that stays the same.
struct Fixed(HeaderValue);

impl Authorize for Fixed {
    fn header(&self) -> Pending<'_, Result<Option<HeaderValue>, BoxError>> {
        Box::pin(std::future::ready(Ok(Some(self.0.clone()))))
    }
}

impl Credentials {
    /// The header; what is secret about it is concealed, because servers and proxies echo it in their errors.
    fn header(&self, vault: &Vault) -> Result<HeaderValue> {
        let (scheme, secret) = match self {
            Self::Basic { user, password } => {
                let _ = vault.conceal(password.as_str());
                ("Basic", BASE64_STANDARD.encode(format!("{user}:{password}")))
            }
            Self::Bearer(token) => ("Bearer", token.clone()),
        };
        let text = format!("{scheme} {secret}");
        let _ = vault.conceal(secret);
        let mut value =
            HeaderValue::try_from(text).map_err(|error| Error::new(ErrorKind::Settings(Box::new(error))))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}
