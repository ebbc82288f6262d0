//! As whom to call: the `Authorization` header, and where the next one comes from.

mod application;
mod command;
mod renewing;
mod token;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use airway_api_gen::{Authorize, BoxError, Pending};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;

use crate::airbyte::Airbyte;
use crate::error::SettingsError;
use crate::secret::Vault;
use application::Application;
use command::TokenCommand;
use renewing::Renewing;
use token::Token;
pub use token::TokenError;

/// What a caller has to show.
pub(crate) enum Credentials {
    Basic { user: String, password: String },
    Bearer(String),
    Client { id: String, secret: String },
    Command(String),
}

/// There is no token to call with.
#[derive(Debug, Clone)]
pub(crate) struct NoToken {
    /// Who was to give one.
    pub(crate) giver: &'static str,
    pub(crate) cause: BoxError,
}

impl NoToken {
    fn boxed(giver: &'static str, cause: impl StdError + Send + Sync + 'static) -> BoxError {
        Arc::new(Self { giver, cause: Arc::new(cause) })
    }
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no token was had from {}", self.giver)
    }
}

impl StdError for NoToken {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.cause.as_ref())
    }
}

impl Credentials {
    /// Makes the source of headers. `anonymous` calls the same server without any; what is secret goes into its vault, because
    /// servers and proxies echo it in their errors.
    pub(crate) fn authorize(self, anonymous: &Airbyte) -> Result<Arc<dyn Authorize>, SettingsError> {
        let vault = anonymous.vault();
        Ok(match self {
            Self::Basic { user, password } => Arc::new(Fixed(basic(&user, &password, vault)?)),
            Self::Bearer(token) => Arc::new(Fixed(Token::new(&revealed(vault, token)?, vault)?.header)),
            Self::Client { id, secret } => {
                let secret = vault.conceal(revealed(vault, secret)?);
                Arc::new(Renewing::new(Application::new(anonymous.clone(), id, &secret)))
            }
            Self::Command(line) => Arc::new(Renewing::new(TokenCommand::new(line, vault.clone()))),
        })
    }
}

fn basic(user: &str, password: &str, vault: &Vault) -> Result<HeaderValue, SettingsError> {
    let password = revealed(vault, password.to_owned())?;
    let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
    let _ = vault.conceal(password);
    let _ = vault.conceal(pair.as_str());
    let mut header =
        HeaderValue::try_from(format!("Basic {pair}")).expect("base64 holds nothing that a header cannot hold");
    header.set_sensitive(true);
    Ok(header)
}

/// What the placeholders of a text stand for: headers are no bodies, in which that happens on the way out.
pub(crate) fn revealed(vault: &Vault, text: String) -> Result<String, SettingsError> {
    match vault.reveal_value(&text.into()) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Err(SettingsError::Secret),
    }
}

/// An `Authorization` that stays the same.
struct Fixed(HeaderValue);

impl Authorize for Fixed {
    fn header(&self) -> Pending<'_, Result<Option<HeaderValue>, BoxError>> {
        Box::pin(std::future::ready(Ok(Some(self.0.clone()))))
    }
}
