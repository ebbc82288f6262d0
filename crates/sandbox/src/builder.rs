//! Setting a sandbox up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::auth::Auth;
use crate::clock::{Clock, Speed};
use crate::emulator::Emulator;
use crate::error::SandboxError;
use crate::faults::Fault;
use crate::generation::Generation;
use crate::sandbox::Sandbox;

/// What a sandbox is to be like. The defaults: in memory, loopback, any free port, generation 2.0, no
/// authentication, the machine's clock, jobs that take no time.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = airway_sandbox::Sandbox::builder()
///     .database("airway.db")
///     .emulate("1.5".parse()?)
///     .port(8001)
///     .speed(60.0)
///     .start()
///     .await?;
/// println!("{}", sandbox.url());
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct SandboxBuilder {
    pub(crate) database: Option<PathBuf>,
    pub(crate) generation: Generation,
    pub(crate) auth: Auth,
    pub(crate) token_life: Option<Duration>,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) speed: Option<Speed>,
    pub(crate) seed: u64,
    pub(crate) remember: usize,
    pub(crate) faults: Vec<Fault>,
    pub(crate) friendly: bool,
    pub(crate) strict: bool,
    pub(crate) connectors: Option<PathBuf>,
    pub(crate) journal: Option<PathBuf>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            database: None,
            generation: Generation::DEFAULT,
            auth: Auth::None,
            token_life: None,
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            clock: Clock::machine(),
            speed: None,
            seed: 0,
            remember: 10_000,
            faults: Vec::new(),
            friendly: false,
            strict: false,
            connectors: None,
            journal: None,
        }
    }
}

impl SandboxBuilder {
    /// Keeps everything in this file, which is created when it is missing, and goes on where it left off.
    pub fn database(mut self, path: impl AsRef<Path>) -> Self {
        self.database = Some(path.as_ref().to_owned());
        self
    }

    /// Returns the file that everything is kept in; nothing, where it is kept in memory.
    #[must_use]
    pub fn database_file(&self) -> Option<&Path> {
        self.database.as_deref()
    }

    /// Behaves as this generation of Airbyte.
    pub fn emulate(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Asks callers who they are.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Lets tokens of [`Auth::Simple`] live so long; without, 15 minutes from 2.0 on and 24 hours before.
    pub fn token_life(mut self, life: Duration) -> Self {
        self.token_life = Some(life);
        self
    }

    /// Listens on this port; 0 is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Listens on this address instead of the loopback one. Others can then reach the sandbox.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.address.set_ip(host);
        self
    }

    /// Takes the time from this clock. With a manual clock, time and jobs stand still until it is advanced.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Lets time run faster: at `60.0` a sync, which takes two minutes, is over after two seconds.
    pub fn speed(mut self, speed: impl Into<Speed>) -> Self {
        self.speed = Some(speed.into());
        self
    }

    /// Draws identifiers from this seed. A database keeps the seed it was created with.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Remembers so many requests for [`Sandbox::requests`].
    pub fn remember(mut self, requests: usize) -> Self {
        self.remember = requests;
        self
    }

    /// Behaves as it should where real servers are broken: 400 and 404 with a message in place of a bare 500, searches
    /// that find, and what else the README lists.
    pub fn friendly(mut self) -> Self {
        self.friendly = true;
        self
    }

    /// Refuses requests with members that their operation does not have: 400, with the member and the nearest right one.
    /// Real servers pass over such members.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Adds the connectors in this folder, a JSON or YAML file or a folder each, as the README describes them. One with
    /// the id of a built-in connector replaces it.
    pub fn connectors(mut self, folder: impl AsRef<Path>) -> Self {
        self.connectors = Some(folder.as_ref().to_owned());
        self
    }

    /// Adds a line to this file for every request: a JSON object with `generation`, `method`, `path`, `operation`, `status`,
    /// `faults`, `at_ms`, `request` and `answer`. Secrets are masked.
    pub fn journal(mut self, path: impl AsRef<Path>) -> Self {
        self.journal = Some(path.as_ref().to_owned());
        self
    }

    /// Lets something go wrong. May be called several times.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Lets several things go wrong.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// Opens the sandbox without a socket, to be called in process.
    ///
    /// # Errors
    /// When the database is in use by another sandbox, is not a sandbox database, or cannot be read; when a connector
    /// file cannot be used, or the journal cannot be written.
    pub fn open(self) -> Result<Emulator, SandboxError> {
        Emulator::open(&self)
    }

    /// Opens the sandbox and listens.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the address is taken or not allowed.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        Sandbox::serve(&self).await
    }

    pub(crate) fn chosen_speed(&self) -> Speed {
        self.speed.unwrap_or(if self.clock.is_manual() { Speed::Times(1.0) } else { Speed::Instant })
    }
}
