//! Finding out which address, login and workspace work, and what stands in the way.

mod candidates;
mod contact;
mod examination;
mod lost;
mod probing;
mod releases;
mod rows;
mod visit;

use std::fmt;
use std::time::Duration;

use candidates::{Candidate, Candidates};
use contact::Contact;
pub use examination::{Examination, Probe, Setting, Verdict};
use futures::future::join_all;
use probing::Probing;

use crate::airbyte::{Airbyte, Builder};
use crate::transport::Route;

/// What a login does to the settings of a client.
type Login = Box<dyn FnOnce(Builder) -> Builder + Send>;

/// What everything else does to them.
type Means = Box<dyn Fn(Builder) -> Builder + Send>;

/// Tries out an address and a login, step by step, and tells what each step showed.
///
/// Nothing is changed on the server: whether something may be shows in how it refuses a source of a connector that does not
/// exist. Credentials are sent to the one address that turned out to be Airbyte's or asked for them,
/// and never unencrypted where the address that was given means HTTPS.
///
/// ```no_run
/// use airway_client::Doctor;
///
/// # async fn example() {
/// let examination = Doctor::default().server("airbyte.example.com").login(|client| client.bearer("…")).examine().await;
/// for probe in examination.probes() {
///     println!("{:?} {} {}: {}", probe.verdict, probe.name, probe.tried, probe.finding);
/// }
/// # }
/// ```
#[must_use]
pub struct Doctor {
    server: Option<String>,
    login: Option<Login>,
    means: Option<Means>,
    workspace: Option<String>,
    ports: Vec<u16>,
    timeout: Duration,
}

impl Default for Doctor {
    fn default() -> Self {
        Self {
            server: None,
            login: None,
            means: None,
            workspace: None,
            // The server's own port, that of its ingress or proxy, and those of the web.
            ports: vec![8001, 8000, 443, 80],
            timeout: Duration::from_secs(5),
        }
    }
}

impl Doctor {
    /// Sets the address to begin with, in any form that people paste; by default the local one.
    pub fn server(mut self, address: impl Into<String>) -> Self {
        self.server = Some(address.into());
        self
    }

    /// Logs in as the closure tells the settings of a client.
    pub fn login(mut self, login: impl FnOnce(Builder) -> Builder + Send + 'static) -> Self {
        self.login = Some(Box::new(login));
        self
    }

    /// Travels as the closure tells the settings of a client: proxy, certificates, headers. A login does not belong there.
    pub fn means(mut self, means: impl Fn(Builder) -> Builder + Send + 'static) -> Self {
        self.means = Some(Box::new(means));
        self
    }

    /// Looks at this workspace, by name or id; by default at the only one there is.
    pub fn workspace(mut self, name: impl Into<String>) -> Self {
        self.workspace = Some(name.into());
        self
    }

    /// Sets the ports to try where the address names none; by default 8001, 8000, 443 and 80.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = ports.into_iter().collect();
        self
    }

    /// Sets how long to wait for one answer; five seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Starts the settings of a client that travels as it was told.
    fn client(&self) -> Builder {
        let client = Airbyte::builder();
        match &self.means {
            Some(means) => means(client),
            None => client,
        }
    }

    /// Tries everything out. Failures are part of what is returned.
    pub async fn examine(mut self) -> Examination {
        let mut examination = Examination::default();
        let candidates = match Candidates::of(self.server.as_deref(), &self.ports) {
            Ok(candidates) => candidates,
            Err(error) => {
                examination.push(Probe::failed("address", "the server address that was given", error.to_string()));
                rows::skip_api(&mut examination);
                return examination;
            }
        };
        examination.push(rows::address(&candidates));
        if self.login.is_none()
            && let Some((user, password)) = candidates.credentials.clone()
        {
            self.login = Some(Box::new(|client| client.basic(user, password)));
        }
        // Other ways of speaking than the one given are tried, too.
        let route = Route { is_plain: false, ..Route::to(&candidates.given) };
        let probing = match Probing::new(self.timeout, self.client().transport(), route) {
            Ok(probing) => probing,
            Err(error) => {
                let finding = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
                let finding = format!("{error}{finding}");
                examination.push(Probe::failed("connection", "making an HTTP client", finding));
                rows::skip_api(&mut examination);
                return examination;
            }
        };
        match find(&probing, &candidates, &mut examination).await {
            Some((candidate, contact)) => visit::visit(self, &probing, &candidate, &contact, &mut examination).await,
            None => rows::skip_api(&mut examination),
        }
        examination
    }
}

/// Returns the address that is Airbyte's, or else one that asks who is there: it may be.
async fn find(
    probing: &Probing,
    candidates: &Candidates,
    examination: &mut Examination,
) -> Option<(Candidate, Contact)> {
    // What was given, and the usual ports; only when that leads nowhere, other readings of what was given.
    for wave in [&candidates.first, &candidates.otherwise] {
        let contacts = join_all(wave.iter().map(|candidate| contact::contact(probing, candidate))).await;
        let mut seen: Vec<(Candidate, Contact)> = wave.iter().cloned().zip(contacts).collect();
        rows::contacts(&seen, examination);
        let api = seen.iter().position(|(_, contact)| contact.is_api());
        if let Some(at) = api.or_else(|| seen.iter().position(|(_, contact)| contact.asks_who())) {
            return Some(seen.swap_remove(at));
        }
    }
    None
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("Doctor").field("workspace", &self.workspace).field("ports", &self.ports).finish_non_exhaustive()
    }
}
