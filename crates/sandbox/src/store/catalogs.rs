//! Discovered catalogs, kept per source and configuration.

use rusqlite::Row;
use serde_json::Value;

use super::{Result, Store, document, text};

#[derive(Debug, Clone)]
pub(crate) struct StoredCatalog {
    pub(crate) id: String,
    pub(crate) source_id: String,
    /// A hash of connector version and configuration: what makes a cached catalog valid.
    pub(crate) configuration: String,
    pub(crate) created_at: i64,
    pub(crate) catalog: Value,
}

const COLUMNS: &str = "id, source_id, configuration, created_at, catalog";

fn read(row: &Row<'_>) -> Result<StoredCatalog> {
    Ok(StoredCatalog {
        id: row.get("id")?,
        source_id: row.get("source_id")?,
        configuration: row.get("configuration")?,
        created_at: row.get("created_at")?,
        catalog: document(row, "catalog")?,
    })
}

impl Store<'_> {
    pub(crate) fn insert_catalog(self, stored: &StoredCatalog) -> Result<()> {
        self.execute(
            "INSERT INTO catalogs (id, source_id, configuration, created_at, catalog) VALUES (?1, ?2, ?3, ?4, ?5)",
            (&stored.id, &stored.source_id, &stored.configuration, stored.created_at, text(&stored.catalog)?),
        )?;
        Ok(())
    }

    pub(crate) fn catalog(self, id: &str) -> Result<Option<StoredCatalog>> {
        self.row(&format!("SELECT {COLUMNS} FROM catalogs WHERE id = ?1"), [id], read)
    }

    /// Returns the newest catalog that was discovered with this configuration.
    pub(crate) fn cached_catalog(self, source_id: &str, configuration: &str) -> Result<Option<StoredCatalog>> {
        self.row(
            &format!(
                "SELECT {COLUMNS} FROM catalogs WHERE source_id = ?1 AND configuration = ?2
                 ORDER BY created_at DESC, rowid DESC LIMIT 1"
            ),
            (source_id, configuration),
            read,
        )
    }

    /// Returns the source's newest catalog, whatever its configuration was.
    pub(crate) fn newest_catalog(self, source_id: &str) -> Result<Option<StoredCatalog>> {
        self.row(
            &format!(
                "SELECT {COLUMNS} FROM catalogs WHERE source_id = ?1 ORDER BY created_at DESC, rowid DESC LIMIT 1"
            ),
            [source_id],
            read,
        )
    }

    /// Marks an older catalog with the same content as the newest one, as a repeated discover does.
    pub(crate) fn touch_catalog(self, id: &str, now: i64) -> Result<()> {
        self.execute("UPDATE catalogs SET created_at = ?2 WHERE id = ?1", (id, now))?;
        Ok(())
    }
}
