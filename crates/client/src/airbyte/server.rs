//! What the server says of itself, and its workspaces.

use airway_api_gen::types;
use airway_spec::Release;
use futures::stream::{self, TryStreamExt};
use serde_json::json;

use super::call::parsed;
use super::listing::items_of;
use super::{Airbyte, Listing};
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
    /// The user that calls without credentials are made by.
    pub default_user_id: Option<String>,
}

impl Server {
    /// Tells whether the server is older than 1.0. Such servers say their edition and not their version.
    #[must_use]
    pub fn is_older_than_1_0(&self) -> bool {
        match &self.version {
            Some(version) => version.starts_with("0."),
            None => self.edition.is_some(),
        }
    }
}

pub(super) const INSTANCE_CONFIGURATION: &str = "instance_configuration";

impl Server {
    /// The release that the version is of, where it is of one.
    pub(crate) fn release(&self) -> Option<Release> {
        self.version.as_ref()?.parse().ok()
    }
}

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
                let answer = self.call(INSTANCE_CONFIGURATION, || self.api().get_instance_configuration()).await;
                match answer {
                    Ok(answer) => Ok(Server {
                        version: answer.version,
                        edition: answer.edition.map(|edition| edition.to_string()),
                        auth_mode: answer.auth.and_then(|auth| auth.mode).map(|mode| mode.to_string()),
                        default_organization_id: answer.default_organization_id,
                        default_user_id: answer.default_user_id,
                    }),
                    Err(error) if error.is_not_found() => Ok(Server::default()),
                    Err(error) => Err(error),
                }
            })
            .await
    }

    /// Lists all workspaces that the credentials may see.
    ///
    /// They are listed by organisation, by user, or all at once, whichever the server has and allows.
    ///
    /// # Errors
    ///
    /// When the server has none of the ways, or refuses the credentials in each that it has.
    pub fn workspaces(&self) -> Listing<Workspace> {
        let airbyte = self.clone();
        Listing::new(move |size| stream::once(airbyte.workspace_items(size)).try_flatten())
    }

    async fn workspace_items(self, size: usize) -> Result<impl futures::Stream<Item = Result<Workspace>> + Send> {
        let server = self.server().await?;
        let by = |member: &str, id: &Option<String>| id.as_ref().map(|id| json!({ member: id }));
        let input = |operation: &str| match operation {
            "workspaces/list_by_organization_id" => by("organizationId", &server.default_organization_id),
            "workspaces/list_by_user_id" => by("userId", &server.default_user_id),
            "workspaces/list" => Some(json!({})),
            _ => Some(json!({ "workspaceIds": [] })),
        };
        let (operation, pages) = self.list_through(|ways| &ways.workspaces, input, size).await?;
        let airbyte = self.clone();
        let item = move |item| {
            let read: types::WorkspaceRead = parsed(operation, "WorkspaceRead", &item)?;
            Ok(Workspace::of(&airbyte, read))
        };
        Ok(pages.map_ok(move |page| items_of(page, &item)).try_flatten())
    }
}
