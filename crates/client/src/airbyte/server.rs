//! What the server says of itself, and the ways of listing workspaces that server generations know.

use futures::TryStreamExt;
use serde_json::{Value, json};

use super::{Airbyte, partial};
use crate::error::Result;
use crate::workspace::Workspace;

/// What a server says of itself; read once per client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Server {
    /// The Airbyte version, such as `2.0.0`.
    pub version: Option<String>,
    /// `community`, `pro`, `enterprise` or `trial`.
    pub edition: Option<String>,
    /// `none`, `simple` or `oidc`.
    pub auth_mode: Option<String>,
    /// The organisation that workspaces belong to where nothing else is said.
    pub default_organization_id: Option<String>,
}

pub(super) const INSTANCE_CONFIGURATION: &str = "instance_configuration";

impl Airbyte {
    /// Returns what the server says of itself, asking it on first use only.
    ///
    /// Old servers and the Cloud do not say; then everything is `None`.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses the credentials.
    pub async fn server(&self) -> Result<&Server> {
        self.0
            .server
            .get_or_try_init(|| async {
                let answer = self.call(INSTANCE_CONFIGURATION, self.api().get_instance_configuration()).await;
                match answer {
                    Ok(answer) => Ok(Server {
                        version: answer.version,
                        edition: answer.edition.map(|edition| edition.to_string()),
                        auth_mode: answer.auth.and_then(|auth| auth.mode).map(|mode| mode.to_string()),
                        default_organization_id: answer.default_organization_id,
                    }),
                    Err(error) if error.is_not_found() => Ok(Server::default()),
                    Err(error) => Err(error),
                }
            })
            .await
    }

    /// Returns all workspaces that the credentials may see.
    ///
    /// Servers from 1.7 on list them by organisation, older ones with `workspaces/list`, which newer ones lack.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] when the server knows neither way.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>> {
        let server = self.server().await?.clone();
        if let Some(organization) = server.default_organization_id {
            match self.workspaces_of(&organization).await {
                Err(error) if error.is_unsupported() => {}
                found => return found,
            }
        }
        match self.call("workspaces/list", self.api().list_workspaces(&partial(json!({})))).await {
            Ok(list) => {
                let reads = list.workspaces.unwrap_or_default();
                Ok(reads.into_iter().filter_map(|read| Workspace::of(self, read)).collect())
            }
            Err(error) => Err(error),
        }
    }

    async fn workspaces_of(&self, organization: &str) -> Result<Vec<Workspace>> {
        let input = json!({ "organizationId": organization });
        let pages: Vec<Vec<Value>> =
            self.pages("workspaces/list_by_organization_id", &input, None)?.try_collect().await?;
        let reads = pages.into_iter().flatten().filter_map(|item| serde_json::from_value(item).ok());
        Ok(reads.filter_map(|read| Workspace::of(self, read)).collect())
    }
}
