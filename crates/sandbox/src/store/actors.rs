//! Sources and destinations: one table, since Airbyte treats them alike.

use rusqlite::Row;
use serde_json::Value;

use super::keyset::Named;
use super::{Page, PageRequest, Result, Store, document, text};

/// Which end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ActorKind {
    Source,
    Destination,
}

impl ActorKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Destination => "destination",
        }
    }

    /// Returns `sourceId` or `destinationId`.
    pub(crate) fn id_key(self) -> &'static str {
        match self {
            Self::Source => "sourceId",
            Self::Destination => "destinationId",
        }
    }

    /// Returns `sourceDefinitionId` or `destinationDefinitionId`.
    pub(crate) fn definition_key(self) -> &'static str {
        match self {
            Self::Source => "sourceDefinitionId",
            Self::Destination => "destinationDefinitionId",
        }
    }

    /// Returns `sourceName` or `destinationName`.
    pub(crate) fn name_key(self) -> &'static str {
        match self {
            Self::Source => "sourceName",
            Self::Destination => "destinationName",
        }
    }

    /// Returns `sources` or `destinations`.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Source => "sources",
            Self::Destination => "destinations",
        }
    }

    fn parse(text: &str) -> Self {
        if text == "source" { Self::Source } else { Self::Destination }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) id: String,
    pub(crate) kind: ActorKind,
    pub(crate) workspace_id: String,
    pub(crate) definition_id: String,
    pub(crate) name: String,
    pub(crate) configuration: Value,
    pub(crate) tombstone: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl Actor {
    /// Returns what its connector is started with: nothing, once it is deleted.
    pub(crate) fn usable_configuration(&self) -> &Value {
        if self.tombstone { &Value::Null } else { &self.configuration }
    }
}

const COLUMNS: &str = "id, kind, workspace_id, definition_id, name, configuration, tombstone, created_at, updated_at";

fn read(row: &Row<'_>) -> Result<Actor> {
    Ok(Actor {
        id: row.get("id")?,
        kind: ActorKind::parse(row.get_ref("kind")?.as_str()?),
        workspace_id: row.get("workspace_id")?,
        definition_id: row.get("definition_id")?,
        name: row.get("name")?,
        configuration: document(row, "configuration")?,
        tombstone: row.get("tombstone")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// A deleted one still marks its place.
const fn list(kind: ActorKind) -> Named<Actor> {
    let (name, listed) = match kind {
        ActorKind::Source => ("source", "kind = 'source' AND tombstone = 0"),
        ActorKind::Destination => ("destination", "kind = 'destination' AND tombstone = 0"),
    };
    Named { table: "actors", columns: COLUMNS, kind: name, listed, nameable: "true", read }
}

impl Store<'_> {
    pub(crate) fn insert_actor(self, actor: &Actor) -> Result<()> {
        self.execute(
            "INSERT INTO actors (id, kind, workspace_id, definition_id, name, configuration, tombstone, created_at,
             updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                &actor.id,
                actor.kind.as_str(),
                &actor.workspace_id,
                &actor.definition_id,
                &actor.name,
                text(&actor.configuration)?,
                actor.tombstone,
                actor.created_at,
                actor.updated_at,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn update_actor(self, actor: &Actor) -> Result<()> {
        self.execute(
            "UPDATE actors SET name = ?2, configuration = ?3, tombstone = ?4, updated_at = ?5 WHERE id = ?1",
            (&actor.id, &actor.name, text(&actor.configuration)?, actor.tombstone, actor.updated_at),
        )?;
        Ok(())
    }

    /// Returns the source or destination, deleted or not: the row lookup does not look at tombstones.
    pub(crate) fn actor(self, kind: ActorKind, id: &str) -> Result<Option<Actor>> {
        self.row(&format!("SELECT {COLUMNS} FROM actors WHERE id = ?1 AND kind = ?2"), (id, kind.as_str()), read)
    }

    /// Returns the workspace's live sources or destinations in the order of their creation.
    pub(crate) fn actors(self, kind: ActorKind, workspace_id: &str) -> Result<Vec<Actor>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM actors WHERE workspace_id = ?1 AND kind = ?2 AND tombstone = 0 ORDER BY rowid"
            ),
            (workspace_id, kind.as_str()),
            read,
        )
    }

    /// Returns every source or destination in the order of their creation, deleted ones on request.
    pub(crate) fn all_actors(self, kind: ActorKind, deleted: bool) -> Result<Vec<Actor>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM actors WHERE kind = ?1 AND (?2 OR tombstone = 0) ORDER BY rowid"),
            (kind.as_str(), deleted),
            read,
        )
    }

    /// Returns the live sources or destinations of one connector, in the order of their creation.
    pub(crate) fn actors_of_definition(self, definition_id: &str) -> Result<Vec<Actor>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM actors WHERE definition_id = ?1 AND tombstone = 0 ORDER BY rowid"),
            [definition_id],
            read,
        )
    }

    /// Returns a page of the live ones by lower-cased name and id; an empty one where the cursor names none.
    pub(crate) fn actor_page(
        self,
        kind: ActorKind,
        workspace_id: &str,
        wanted: PageRequest<'_>,
    ) -> Result<Page<Actor>> {
        let list = list(kind);
        match self.named_page(&list, workspace_id, wanted)? {
            Some(page) => Ok(page),
            None => Ok(Page { items: Vec::new(), total: self.total(&list, workspace_id)? }),
        }
    }
}
