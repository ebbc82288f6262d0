//! Settings that no client can be made of. None of them is shown with its value, which may be secret.

use std::io;
use std::path::PathBuf;

use crate::auth::TokenError;

/// Why no client can be made of its settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The token cannot be sent.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A header cannot be sent.
    #[error("header `{name}` cannot be sent: its {part} holds a character that none can hold")]
    Header {
        /// The header's name.
        name: String,
        /// "name" or "value".
        part: &'static str,
    },
    /// A secret in a header, a password or a token is not one of this client's vault.
    #[error("a secret of the login or of a header was cut, changed or made by another vault")]
    Secret,
    /// The file of certificates cannot be read.
    #[error("cannot read the certificates in `{}`", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of certificates holds none.
    #[error("`{}` holds no certificates in PEM form", path.display())]
    NoCertificates {
        /// The file.
        path: PathBuf,
    },
    /// The proxy's address cannot be used.
    #[error("the address of the proxy cannot be used: {reason}")]
    Proxy {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The HTTP library refuses the settings.
    #[error("the HTTP client cannot be made from these settings")]
    Http(#[source] reqwest::Error),
}

impl SettingsError {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Token(TokenError::Empty) => "leave it out to call without one".to_owned(),
            Self::Token(_) => "is it all of one token, and nothing but the token?".to_owned(),
            Self::NoCertificates { .. } => {
                "PEM files hold blocks that begin with `-----BEGIN CERTIFICATE-----`".to_owned()
            }
            Self::Proxy { .. } => "an address such as `http://proxy.example.com:3128`".to_owned(),
            _ => return None,
        })
    }
}
