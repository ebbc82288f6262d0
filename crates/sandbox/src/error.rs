//! Why a sandbox does not start.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::connectors::FolderError;
use crate::store::OpenError;

/// Why a sandbox could not be started.
///
/// [`is_database_in_use`](Self::is_database_in_use) tells a second sandbox on the same file from other faults.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SandboxError(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error(transparent)]
    Database(OpenError),
    #[error(transparent)]
    Connectors(FolderError),
    #[error("sandbox cannot listen on `{address}`")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("sandbox cannot write its journal `{}`", path.display())]
    Journal { path: PathBuf, source: std::io::Error },
    #[error("sandbox cannot start its thread")]
    Thread { source: std::io::Error },
}

impl SandboxError {
    /// Tells whether another sandbox has the database file open.
    #[must_use]
    pub fn is_database_in_use(&self) -> bool {
        matches!(&*self.0, Kind::Database(OpenError::InUse { .. }))
    }

    /// Tells whether something else listens on the address.
    #[must_use]
    pub fn is_address_in_use(&self) -> bool {
        matches!(&*self.0, Kind::Listen { source, .. } if source.kind() == std::io::ErrorKind::AddrInUse)
    }

    /// Returns the database file that the error is about.
    #[must_use]
    pub fn database(&self) -> Option<&PathBuf> {
        match &*self.0 {
            Kind::Database(error) => Some(error.path()),
            Kind::Connectors(_) | Kind::Listen { .. } | Kind::Journal { .. } | Kind::Thread { .. } => None,
        }
    }

    pub(crate) fn listen(address: SocketAddr, source: std::io::Error) -> Self {
        Self(Box::new(Kind::Listen { address, source }))
    }

    pub(crate) fn journal(path: &Path, source: std::io::Error) -> Self {
        Self(Box::new(Kind::Journal { path: path.to_owned(), source }))
    }

    pub(crate) fn thread(source: std::io::Error) -> Self {
        Self(Box::new(Kind::Thread { source }))
    }
}

impl From<FolderError> for SandboxError {
    fn from(error: FolderError) -> Self {
        Self(Box::new(Kind::Connectors(error)))
    }
}

impl From<OpenError> for SandboxError {
    fn from(error: OpenError) -> Self {
        Self(Box::new(Kind::Database(error)))
    }
}
