//! A running sandbox.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::SandboxBuilder;
use crate::emulator::Emulator;
use crate::error::SandboxError;
use crate::faults::{Fault, PlantedFault};
use crate::http_server;
use crate::recorder::Recorded;

/// An emulated Airbyte that listens on a socket until it is shut down or dropped.
#[derive(Debug)]
pub struct Sandbox {
    emulator: Emulator,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox in memory, on the loopback address and any free port; jobs take no time.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start() -> Result<Self, SandboxError> {
        Self::builder().start().await
    }

    /// Returns a builder for any other sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) async fn serve(builder: &SandboxBuilder) -> Result<Self, SandboxError> {
        let failed = |source| SandboxError::listen(builder.address, source);
        // The port first: a taken one must not leave a database behind.
        let listener = TcpListener::bind(builder.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let emulator = Emulator::open(builder)?;
        emulator.reached_at(&reached_at(address));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(http_server::serve(listener, emulator.clone(), stopped));
        Ok(Self { emulator, address, stop: Some(stop), server: Some(server) })
    }

    /// Returns the base address of the API, such as `http://127.0.0.1:8001/api/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/api/v1", reached_at(self.address))
    }

    /// Returns the address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far, oldest first, with secrets masked.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.emulator.requests()
    }

    /// Lets something go wrong from now on.
    pub fn fault(&self, fault: Fault) {
        self.emulator.fault(fault);
    }

    /// Returns what goes wrong, and how often it did.
    #[must_use]
    pub fn faults(&self) -> Vec<PlantedFault> {
        self.emulator.faults()
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.emulator.clear_faults();
    }

    /// Moves the sandbox's time on: what would happen in that time has happened when it is next asked.
    ///
    /// ```
    /// # async fn example() -> Result<(), airway_sandbox::SandboxError> {
    /// let sandbox = airway_sandbox::Sandbox::start().await?;
    /// sandbox.advance(std::time::Duration::from_secs(24 * 3_600)); // a daily schedule has fired
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance(&self, by: Duration) {
        self.emulator.advance(by);
    }

    /// Returns the emulator behind the socket.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Answers what is under way, then stops listening and closes the database.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }
}

/// Returns where a client on this machine finds the sandbox: one that listens everywhere is on loopback too.
fn reached_at(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
