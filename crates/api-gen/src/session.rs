//! What every request of a client carries, and how long it may take.

use std::{error::Error, fmt, pin::Pin, sync::Arc, time::Duration};

use reqwest::header::{HeaderMap, HeaderValue};

/// An error of somebody else's, shared between the places it is reported in.
pub type BoxError = Arc<dyn Error + Send + Sync>;

/// A future that may take its time.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the `Authorization` header comes from.
pub trait Authorize: Send + Sync {
    /// Returns the header for the next request, or nothing if none is needed.
    fn header(&self) -> Pending<'_, Result<Option<HeaderValue>, BoxError>>;

    /// Returns another header after the server answered 401 to `refused`, or
    /// nothing if there is no other. The request is repeated with it, once.
    fn renew<'a>(&'a self, refused: &'a HeaderValue) -> Pending<'a, Result<Option<HeaderValue>, BoxError>> {
        let _ = refused;
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// Fills in the secrets of a body at the last moment: returns the body to send
/// instead, or nothing if it is to be sent as it is.
pub type Reveal = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, BoxError> + Send + Sync;

/// How long an operation may take, by its path without `/v1/`.
pub type Timeouts = dyn Fn(&str) -> Duration + Send + Sync;

/// What all requests of a client have in common.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use airway_api_gen::Session;
///
/// let session = Session::new().with_timeouts(Arc::new(|operation| match operation {
///     "sources/check_connection" => Duration::from_mins(10),
///     _ => Duration::from_mins(1),
/// }));
/// ```
#[derive(Clone, Default)]
pub struct Session {
    authorize: Option<Arc<dyn Authorize>>,
    headers: HeaderMap,
    timeouts: Option<Arc<Timeouts>>,
    reveal: Option<Arc<Reveal>>,
}

impl Session {
    /// Returns a session that adds nothing to a request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the `Authorization` header from `authorize`. It is marked as
    /// sensitive, so that nothing prints it.
    #[must_use]
    pub fn with_authorization(mut self, authorize: Arc<dyn Authorize>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// Adds these headers to every request, in place of others of their names.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Lets every operation take as long as `timeouts` says; without, they may take for ever.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Arc<Timeouts>) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Passes the body of every request through `reveal` just before it is sent.
    /// Nothing is sent if that fails.
    #[must_use]
    pub fn with_reveal(mut self, reveal: Arc<Reveal>) -> Self {
        self.reveal = Some(reveal);
        self
    }

    pub(crate) fn authorize(&self) -> Option<&dyn Authorize> {
        self.authorize.as_deref()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn timeout(&self, operation: &str) -> Option<Duration> {
        self.timeouts.as_ref().map(|timeouts| timeouts(operation))
    }

    pub(crate) fn reveal(&self) -> Option<&Reveal> {
        self.reveal.as_deref()
    }
}

impl fmt::Debug for Session {
    /// Shows the names of the headers only: values can be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("is_authorized", &self.authorize.is_some())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
