//! Tokens for client credentials.

use airway_api_gen::{BoxError, types};
use futures::future::BoxFuture;

use super::renewing::Issue;
use super::{NoToken, Token};
use crate::airbyte::Airbyte;
use crate::error::{Error, SettingsError};
use crate::secret::Secret;

/// An application of the server's, by its client id and secret.
pub(super) struct Application {
    /// Calls without a token: the endpoint is for everybody.
    anonymous: Airbyte,
    client_id: String,
    /// A placeholder, which becomes the secret in the bytes of the request.
    client_secret: String,
}

const TOKEN: &str = "applications/token";

impl Application {
    pub(super) fn new(anonymous: Airbyte, client_id: String, client_secret: &Secret) -> Self {
        Self { anonymous, client_id, client_secret: client_secret.placeholder().to_owned() }
    }
}

impl Issue for Application {
    fn issue(&self) -> BoxFuture<'static, Result<Token, BoxError>> {
        let airbyte = self.anonymous.clone();
        let (client_id, client_secret) = (self.client_id.clone(), self.client_secret.clone());
        let body = types::ApplicationTokenRequest { client_id, client_secret };
        Box::pin(async move {
            let refused = |error| NoToken::boxed("`applications/token`", error);
            let read = airbyte.call(TOKEN, || airbyte.api().application_token_request(&body)).await;
            // An answer that cannot be read may hold a token all the same.
            let read = read.map_err(|error| refused(error.without_excerpt()))?;
            let token = read.access_token.ok_or_else(|| refused(Error::incomplete(TOKEN, "access_token")))?;
            Token::new(&token, airbyte.vault()).map_err(|error| refused(SettingsError::from(error).into()))
        })
    }
}
