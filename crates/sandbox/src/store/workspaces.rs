//! Workspaces, and what a fresh installation holds.

use rusqlite::Row;
use serde_json::{Map, Value};

use super::{Result, Store, document, text};
use crate::ids;

#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) organization_id: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) tombstone: bool,
    pub(crate) created_at: i64,
    /// The members of the read model that are only stored and returned.
    pub(crate) settings: Map<String, Value>,
}

const COLUMNS: &str = "id, organization_id, name, slug, tombstone, created_at, settings";

fn read(row: &Row<'_>) -> Result<Workspace> {
    Ok(Workspace {
        id: row.get("id")?,
        organization_id: row.get("organization_id")?,
        name: row.get("name")?,
        slug: row.get("slug")?,
        tombstone: row.get("tombstone")?,
        created_at: row.get("created_at")?,
        settings: document(row, "settings")?,
    })
}

impl Store<'_> {
    /// Puts in what a fresh Airbyte holds: one workspace in the default organisation.
    pub(super) fn furnish(self, now: i64) -> Result<()> {
        let id = self.new_id()?;
        self.insert_workspace(&Workspace {
            id,
            organization_id: ids::NIL.to_owned(),
            name: "Default Workspace".to_owned(),
            slug: "default-workspace".to_owned(),
            tombstone: false,
            created_at: now,
            settings: Map::from_iter([("initialSetupComplete".to_owned(), Value::Bool(true))]),
        })
    }

    pub(crate) fn insert_workspace(self, workspace: &Workspace) -> Result<()> {
        self.execute(
            "INSERT INTO workspaces (id, organization_id, name, slug, tombstone, created_at, settings)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                &workspace.id,
                &workspace.organization_id,
                &workspace.name,
                &workspace.slug,
                workspace.tombstone,
                workspace.created_at,
                text(&workspace.settings)?,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn update_workspace(self, workspace: &Workspace) -> Result<()> {
        self.execute(
            "UPDATE workspaces SET organization_id = ?2, name = ?3, slug = ?4, tombstone = ?5, settings = ?6
             WHERE id = ?1",
            (
                &workspace.id,
                &workspace.organization_id,
                &workspace.name,
                &workspace.slug,
                workspace.tombstone,
                text(&workspace.settings)?,
            ),
        )?;
        Ok(())
    }

    /// Returns the workspace, deleted or not.
    pub(crate) fn workspace(self, id: &str) -> Result<Option<Workspace>> {
        self.row(&format!("SELECT {COLUMNS} FROM workspaces WHERE id = ?1"), [id], read)
    }

    pub(crate) fn workspace_by_slug(self, slug: &str) -> Result<Option<Workspace>> {
        self.row(&format!("SELECT {COLUMNS} FROM workspaces WHERE slug = ?1"), [slug], read)
    }

    /// Returns all workspaces, deleted ones included, in the order of their creation.
    pub(crate) fn workspaces(self) -> Result<Vec<Workspace>> {
        self.rows(&format!("SELECT {COLUMNS} FROM workspaces ORDER BY rowid"), [], read)
    }
}
