//! What the server says of itself, and the ways of listing workspaces that server generations know.

use futures::TryStreamExt;
use serde_json::json;

use super::Airbyte;
use crate::error::{Error, Result};
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

    /// Returns all workspaces that the credentials may see.
    ///
    /// Servers from 1.7 on list them by organisation or by user, older ones all at once, which newer ones cannot.
    ///
    /// # Errors
    ///
    /// When the server has none of the ways, or refuses the credentials in each that it has.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>> {
        let server = self.server().await?;
        let by = |member: &str, id: &Option<String>| id.as_ref().map(|id| json!({ member: id }));
        let ways = [
            ("workspaces/list_by_organization_id", by("organizationId", &server.default_organization_id)),
            ("workspaces/list_by_user_id", by("userId", &server.default_user_id)),
            ("workspaces/list", Some(json!({}))),
            ("workspaces/list_all_paginated", Some(json!({ "workspaceIds": [] }))),
        ];
        let mut first_refusal = None;
        for (operation, input) in ways {
            let Some(input) = input else { continue };
            match self.pages(operation, &input, None)?.try_collect::<Vec<_>>().await {
                Ok(pages) => {
                    let reads = pages.into_iter().flatten().filter_map(|item| serde_json::from_value(item).ok());
                    return Ok(reads.filter_map(|read| Workspace::of(self, read)).collect());
                }
                // Another way may be open where this one is missing, or closed to this user.
                Err(error) if error.is_unsupported() || error.status() == Some(403) => {
                    first_refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(first_refusal.unwrap_or_else(|| Error::incomplete(INSTANCE_CONFIGURATION, "defaultOrganizationId")))
    }
}
