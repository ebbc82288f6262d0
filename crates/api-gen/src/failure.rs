//! How a call can fail, sorted by what was sent and what came back.

use std::error::Error as StdError;

use bytes::Bytes;
use reqwest::StatusCode;

use crate::{BoxError, Error};

/// Why a call has no result.
///
/// Every error of a generated method can be made one of these, and should be:
/// the generator's own shows headers and bodies when it is printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Nothing was sent.
    #[error("the request was not sent")]
    Refused(#[source] Refusal),
    /// The request did not get through, or the answer did not.
    #[error("the server could not be reached, or did not answer to the end")]
    Transport(#[source] reqwest::Error),
    /// The server answered, and not with success.
    #[error("the server answered {}", .0.status())]
    Status(reqwest::Response),
    /// The server answered with success, and with something that is not what
    /// the document says.
    #[error("the answer of the server is not what the API describes")]
    Payload {
        /// What it answered.
        body: Bytes,
        /// What is wrong with that.
        source: serde_json::Error,
    },
}

/// Why a request was not sent.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no authorization to send it with.
    #[error("no authorization could be obtained")]
    Authorization(#[source] BoxError),
    /// A secret in it could not be filled in.
    #[error("a secret in the body could not be filled in")]
    Reveal(#[source] BoxError),
    /// Its body is a stream, in which secrets cannot be filled in.
    #[error("the body is a stream, and could hold secrets that are not filled in")]
    Stream,
    /// A part of the path is not given.
    #[error("path parameter `{0}` is missing")]
    PathParameter(String),
    /// The method is none of HTTP's.
    #[error("`{0}` is no HTTP method")]
    Method(String),
    /// A header or the address cannot be sent as it is.
    #[error("the request cannot be written: {0}")]
    Malformed(String),
}

impl Refusal {
    /// Returns the error of the [`Session`](crate::Session)'s own parts that is
    /// behind it, for a look at its type.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        match self {
            Self::Authorization(cause) | Self::Reveal(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }

    /// Makes a response of it that [`Failure`] recognises. A hook can return a
    /// response or an error of reqwest's, and nobody but reqwest makes those.
    pub(crate) fn into_response(self) -> reqwest::Response {
        let mut response = http::Response::new("");
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response.extensions_mut().insert(self);
        response.into()
    }
}

impl From<reqwest::Response> for Failure {
    fn from(mut response: reqwest::Response) -> Self {
        match response.extensions_mut().remove::<Refusal>() {
            Some(refusal) => Self::Refused(refusal),
            None => Self::Status(response),
        }
    }
}

impl<E> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        match error.into_untyped() {
            Error::UnexpectedResponse(response) => response.into(),
            Error::CommunicationError(source) | Error::InvalidUpgrade(source) | Error::ResponseBodyError(source) => {
                Self::Transport(source)
            }
            Error::InvalidResponsePayload(body, source) => Self::Payload { body, source },
            Error::InvalidRequest(reason) | Error::Custom(reason) => Self::Refused(Refusal::Malformed(reason)),
            Error::ErrorResponse(value) => {
                let mut response = http::Response::new("");
                *response.status_mut() = value.status();
                *response.headers_mut() = value.headers().clone();
                Self::Status(response.into())
            }
        }
    }
}
