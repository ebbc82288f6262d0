//! The settings of a client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use airway_api_gen::{BoxError, Client, Session};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OnceCell;

use super::plan::Plan;
use super::retry::{Repeater, Retries, RetryBudget};
use super::{Airbyte, Inner, Timeouts};
use crate::address::{DEFAULT_SERVER, ServerAddress};
use crate::auth::{Credentials, revealed};
use crate::error::{Result, SettingsError};
use crate::event::Observer;
use crate::fingerprints::Fingerprints;
use crate::inventory::{Inventory, LIFETIME};
use crate::secret::Vault;
use crate::transport::{Proxy, Route, Transport};

/// Settings of a client that is yet to be made; from [`Airbyte::builder`].
///
/// Passwords, tokens, client secrets and values of headers may be given as they are or as placeholders of
/// [`vault`](Self::vault). Of several ways to log in, the one named last is taken.
///
/// ```no_run
/// use std::time::{Duration, Instant};
/// use airway_client::{Airbyte, Retries, Timeouts};
///
/// # fn example() -> airway_client::Result<()> {
/// let mut timeouts = Timeouts::default();
/// timeouts.discover = Duration::from_mins(30);
/// let airbyte = Airbyte::builder()
///     .server("https://airbyte.example.com")
///     .client_credentials("2f0d…", std::env::var("AIRBYTE_CLIENT_SECRET").unwrap_or_default())
///     .header("X-Team", "data")
///     .ca_file("/etc/ssl/company.pem")
///     .timeouts(timeouts)
///     .retries(Retries::default().per_request(5))
///     .deadline(Instant::now() + Duration::from_hours(1))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use]
pub struct Builder {
    server: Option<String>,
    workspace: Option<String>,
    credentials: Option<Credentials>,
    headers: Vec<(String, String)>,
    transport: Transport,
    timeouts: Timeouts,
    retries: Retries,
    budget: RetryBudget,
    deadline: Option<Instant>,
    vault: Vault,
    observers: Vec<Arc<dyn Observer>>,
    planning: bool,
    inventory_lifetime: Option<Duration>,
    fingerprints: Option<PathBuf>,
    server_name: Option<String>,
}

impl Builder {
    /// Sets the server, in any form that [`ServerAddress`] reads; by default [`DEFAULT_SERVER`].
    pub fn server(mut self, address: impl Into<String>) -> Self {
        self.server = Some(address.into());
        self
    }

    /// Sets the workspace that [`Airbyte::workspace`] returns when it is asked for none: a name or an id.
    pub fn workspace(mut self, name: impl Into<String>) -> Self {
        self.workspace = Some(name.into());
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

    /// Logs in with the client id and secret of an application, which the server exchanges for tokens (`applications/token`).
    ///
    /// A token is had when one is first needed, renewed shortly before its end where it tells that (`exp` of a JWT), and once
    /// when the server refuses it. Calls that need one at the same time wait for one request.
    pub fn client_credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Client { id: id.into(), secret: secret.into() });
        self
    }

    /// Logs in with the token that a command prints, such as `gcloud auth print-identity-token`; the system's shell runs it.
    ///
    /// It is run when a token is first needed, and again as with [`client_credentials`](Self::client_credentials). What it
    /// prints is never shown; when it fails, what it wrote to its standard error is part of the error.
    pub fn token_command(mut self, command: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Command(command.into()));
        self
    }

    /// Sends a header with every request, also with those for a token. Its value is never shown.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the `User-Agent`; by default this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.transport.user_agent = Some(user_agent.into());
        self
    }

    /// Sends everything through this HTTP proxy: `http://proxy:3128`, with user and password before an `@` if it wants them.
    ///
    /// Without it, the proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` name are used, except for the hosts in `NO_PROXY`
    /// and this machine itself.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.transport.proxy = Proxy::At(address.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.transport.proxy = Proxy::Direct;
        self
    }

    /// Trusts the certificates in this PEM file beside those that the machine trusts. It is read when the client is made.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.transport.ca_file = Some(path.into());
        self
    }

    /// Accepts any certificate: whoever is in between can read and change everything, credentials too. Says so in the log.
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.transport.accepts_any_certificate = true;
        self
    }

    /// Sets how long to wait for answers.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Ends every call at this moment: what is under way is given up, and nothing is sent any more.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets how often requests are repeated.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Counts repeats together with other clients.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
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

    /// Sets how long `ensure_…` relies on a list that was read: one minute by default, so that a program that runs for days sees
    /// what others have changed. [`Duration::MAX`] reads every list once, which is right for a program that sets up and ends.
    ///
    /// Own writes are seen at once. Before anything is created, a list older than a minute is read again whatever this says:
    /// what others have created meanwhile is found and not created twice.
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

    /// Returns how requests travel.
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) or [`ErrorKind::Settings`](crate::ErrorKind::Settings) when something
    /// that was set cannot be used.
    pub fn build(self) -> Result<Airbyte> {
        let address: ServerAddress = self.server.as_deref().unwrap_or(DEFAULT_SERVER).parse()?;
        let credentials = self.credentials.or_else(|| {
            let (user, password) = address.credentials()?;
            Some(Credentials::Basic { user: user.to_owned(), password: password.to_owned() })
        });
        let http = self.transport.client(self.timeouts.connect, Route::to(&address))?;
        let (vault, timeouts) = (self.vault.clone(), self.timeouts);
        let session = Session::new()
            .with_headers(headers(self.headers, &self.vault)?)
            .with_timeouts(Arc::new(move |operation| timeouts.of(operation)))
            .with_reveal(Arc::new(move |body| reveal(&vault, body)));
        let anonymous = Airbyte(Arc::new(Inner {
            api: Client::new_with_client(address.base(), http.clone(), session.clone()),
            address,
            workspace: None,
            vault: self.vault,
            observers: Vec::new(),
            server: OnceCell::new(),
            ways: super::ways::Ways::default(),
            repeater: Arc::new(Repeater::new(self.retries, self.budget, self.deadline)),
            plan: None,
            inventory: Inventory::default(),
            inventory_lifetime: LIFETIME,
            fingerprints: None,
        }));
        let name = self.server_name.unwrap_or_else(|| anonymous.address().to_string());
        let session = match credentials {
            Some(login) => session.with_authorization(login.authorize(&anonymous)?),
            None => session,
        };
        Ok(Airbyte(Arc::new(Inner {
            address: anonymous.0.address.clone(),
            workspace: self.workspace,
            api: Client::new_with_client(anonymous.0.address.base(), http, session),
            vault: anonymous.0.vault.clone(),
            observers: self.observers,
            server: OnceCell::new(),
            ways: super::ways::Ways::default(),
            repeater: Arc::clone(&anonymous.0.repeater),
            plan: self.planning.then(Plan::default),
            inventory: Inventory::default(),
            inventory_lifetime: self.inventory_lifetime.unwrap_or(LIFETIME),
            fingerprints: self.fingerprints.map(|file| Fingerprints::new(file, &name)),
        })))
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

fn headers(given: Vec<(String, String)>, vault: &Vault) -> Result<HeaderMap, SettingsError> {
    let pair = |(name, value): (String, String)| {
        let unusable = |part| SettingsError::Header { name: name.clone(), part };
        let header = HeaderName::try_from(&name).map_err(|_| unusable("name"))?;
        let value = revealed(vault, value)?;
        let mut value = HeaderValue::try_from(value.trim()).map_err(|_| unusable("value"))?;
        value.set_sensitive(true);
        Ok((header, value))
    };
    given.into_iter().map(pair).collect()
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}
