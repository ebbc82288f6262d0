//! A running sandbox.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::SandboxBuilder;
use crate::emulator::Emulator;
use crate::error::SandboxError;
use crate::faults::Fault;
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
        emulator.reached_at(&format!("http://{address}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(http_server::serve(listener, emulator.clone(), stopped));
        Ok(Self { emulator, address, stop: Some(stop), server: Some(server) })
    }

    /// Returns the base address of the API, such as `http://127.0.0.1:8001/api/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/api/v1", self.address)
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

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.emulator.clear_faults();
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

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
