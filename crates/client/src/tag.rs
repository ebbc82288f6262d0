//! Tags: labels by which connections are grouped (servers from 2.0 on).

use std::fmt;

use airway_api_gen::types;
use futures::FutureExt;
use serde_json::json;

use crate::actor::Ensured;
use crate::airbyte::{NEW_ID, Write};
use crate::change::{Change, Difference};
use crate::error::Result;
use crate::event::{Event, Resource};
use crate::inventory::Item;
use crate::workspace::Workspace;

/// A tag of a workspace.
#[derive(Clone, PartialEq, Eq)]
pub struct Tag {
    id: String,
    workspace_id: String,
    name: String,
    color: String,
}

/// For tags whose colour nobody chose: the same name has the same one everywhere.
const COLORS: [&str; 8] = ["FBECB1", "FFD5C2", "F9C8D4", "E3CFF4", "CBD8FA", "C0E7F4", "C5EBD3", "E0E9B6"];

impl Tag {
    fn of(read: types::Tag) -> Option<Self> {
        Some(Self {
            id: read.tag_id?.to_string(),
            workspace_id: read.workspace_id.map(|id| id.to_string()).unwrap_or_default(),
            name: read.name.unwrap_or_default(),
            color: read.color.unwrap_or_default(),
        })
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns its name, which is unique in the workspace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its colour: six hexadecimal digits.
    #[must_use]
    pub fn color(&self) -> &str {
        &self.color
    }

    /// The form in which connections are given their tags.
    pub(crate) fn to_api(&self) -> types::Tag {
        types::Tag {
            tag_id: Some(self.id.clone().into()),
            workspace_id: Some(self.workspace_id.clone().into()),
            name: Some(self.name.clone()),
            color: Some(self.color.clone()),
            ..Default::default()
        }
    }
}

impl Workspace {
    /// Returns all tags.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on servers before 2.0.
    pub async fn tags(&self) -> Result<Vec<Tag>> {
        self.stock().tags.read(self.read_tags().boxed()).await
    }

    /// Makes sure that there is a tag of this name: creates it, gives it the colour, or does nothing. The colour is six
    /// hexadecimal digits; without one, a new tag gets one by its name, and an existing one keeps its own.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on servers before 2.0, or when the server refuses: names have up to 30
    /// characters.
    pub async fn ensure_tag(&self, name: &str, color: Option<&str>) -> Result<Ensured<Tag>> {
        Resource::Tag.takes_name(name)?;
        let _turn = self.airbyte().turn(self.id(), Resource::Tag, name).await;
        let Some(tag) = self.known_tag(name).await? else {
            let tag = self.create_tag(name, color.unwrap_or(default_color(name))).await?;
            return Ok(Ensured::new(tag, Change::Created));
        };
        match color.map(|color| color.trim_start_matches('#')) {
            Some(color) if !color.eq_ignore_ascii_case(&tag.color) => self.recolor(tag, color).await,
            _ => {
                let (name, id) = (tag.name.clone(), tag.id.clone());
                self.airbyte().emit(&Event::Unchanged {
                    resource: Resource::Tag,
                    name,
                    id,
                    unknown_secrets: Vec::new(),
                });
                Ok(Ensured::new(tag, Change::Unchanged))
            }
        }
    }

    /// The tag of this name, which is created when it is not there; that it is there is not worth telling.
    pub(crate) async fn tag_named(&self, name: &str) -> Result<Tag> {
        Resource::Tag.takes_name(name)?;
        let _turn = self.airbyte().turn(self.id(), Resource::Tag, name).await;
        match self.known_tag(name).await? {
            Some(tag) => Ok(tag),
            None => self.create_tag(name, default_color(name)).await,
        }
    }

    async fn known_tag(&self, name: &str) -> Result<Option<Tag>> {
        let known = |all: &[Tag]| all.iter().find(|tag| tag.name == name).cloned();
        self.stock().tags.seek(self.airbyte(), || self.read_tags().boxed(), known).await
    }

    async fn create_tag(&self, name: &str, color: &str) -> Result<Tag> {
        let body = types::TagCreateRequestBody {
            workspace_id: self.id().to_owned().into(),
            name: name.to_owned(),
            color: color.trim_start_matches('#').to_owned(),
        };
        let answer = || json!({"tagId": NEW_ID, "workspaceId": self.id(), "name": name, "color": body.color});
        let write = Write::new("tags/create", Change::Created, Resource::Tag, name);
        let write = write.answering(self.airbyte(), answer).stocked();
        let find = || async { Ok(self.tags().await?.into_iter().find(|tag| tag.name == name)) }.boxed();
        let call = || self.airbyte().api().create_tag(&body);
        let tag = self.airbyte().create(write, call, Tag::of, |tag| tag.id(), Some(&find)).await?;
        self.stock().tags.put(tag.clone()).await;
        Ok(tag)
    }

    async fn recolor(&self, tag: Tag, color: &str) -> Result<Ensured<Tag>> {
        let differences = vec![Difference::between("color", &tag.color.as_str().into(), &color.into())];
        let change = Change::Updated(differences);
        let body = types::TagUpdateRequestBody {
            tag_id: tag.id.clone().into(),
            workspace_id: self.id().to_owned().into(),
            name: tag.name.clone(),
            color: color.to_owned(),
        };
        let tag = Tag { color: color.to_owned(), ..tag };
        let write = Write::new("tags/update", change.clone(), Resource::Tag, &tag.name).stocked();
        let call = || self.airbyte().api().update_tag(&body);
        self.airbyte().write(write, call, |_| Some(tag.id.clone())).await?;
        self.stock().tags.put(tag.clone()).await;
        Ok(Ensured::new(tag, change))
    }

    async fn read_tags(&self) -> Result<Vec<Tag>> {
        if self.is_made_up() {
            return Ok(Vec::new());
        }
        let body = types::TagListRequestBody { workspace_id: self.id().to_owned().into() };
        let list = self.airbyte().call("tags/list", || self.airbyte().api().list_tags(&body)).await?;
        Ok(list.into_iter().filter_map(Tag::of).collect())
    }
}

fn default_color(name: &str) -> &'static str {
    COLORS[name.bytes().map(usize::from).sum::<usize>() % COLORS.len()]
}

impl Item for Tag {
    fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}
