//! Discovered catalogs, and when each was found with which configuration.

use rusqlite::Row;
use serde_json::Value;

use super::{Result, Store, document, text};

/// A catalog, as it was found last.
#[derive(Debug, Clone)]
pub(crate) struct StoredCatalog {
    pub(crate) id: String,
    pub(crate) fetched_at: i64,
    pub(crate) catalog: Value,
}

const COLUMNS: &str = "id, fetched_at, catalog FROM fetches JOIN catalogs ON id = catalog_id";

fn read(row: &Row<'_>) -> Result<StoredCatalog> {
    Ok(StoredCatalog { id: row.get("id")?, fetched_at: row.get("fetched_at")?, catalog: document(row, "catalog")? })
}

impl Store<'_> {
    /// Keeps what was found in a source; the same content found again, whatever was found in between, is the same catalog.
    /// `configuration` is a hash of connector version and configuration: what makes a cached catalog valid.
    pub(crate) fn keep_catalog(
        self,
        source_id: &str,
        configuration: &str,
        catalog: Value,
        now: i64,
    ) -> Result<StoredCatalog> {
        let written = text(&catalog)?;
        let known: Option<String> = self.row(
            "SELECT id FROM catalogs WHERE source_id = ?1 AND catalog = ?2 ORDER BY rowid LIMIT 1",
            (source_id, &written),
            |row| row.get(0),
        )?;
        let id = if let Some(id) = known {
            id
        } else {
            let id = self.new_id()?;
            self.execute(
                "INSERT INTO catalogs (id, source_id, catalog) VALUES (?1, ?2, ?3)",
                (&id, source_id, &written),
            )?;
            id
        };
        self.execute(
            "REPLACE INTO fetches (source_id, configuration, catalog_id, fetched_at) VALUES (?1, ?2, ?3, ?4)",
            (source_id, configuration, &id, now),
        )?;
        Ok(StoredCatalog { id, fetched_at: now, catalog })
    }

    pub(crate) fn catalog(self, id: &str) -> Result<Option<StoredCatalog>> {
        self.row(&format!("SELECT {COLUMNS} WHERE id = ?1 ORDER BY number DESC LIMIT 1"), [id], read)
    }

    /// Returns the newest catalog that was discovered with this configuration.
    pub(crate) fn cached_catalog(self, source_id: &str, configuration: &str) -> Result<Option<StoredCatalog>> {
        self.row(
            &format!(
                "SELECT {COLUMNS} WHERE fetches.source_id = ?1 AND configuration = ?2 ORDER BY number DESC LIMIT 1"
            ),
            (source_id, configuration),
            read,
        )
    }

    /// Returns the source's newest catalog, whatever its configuration was.
    pub(crate) fn newest_catalog(self, source_id: &str) -> Result<Option<StoredCatalog>> {
        self.row(
            &format!("SELECT {COLUMNS} WHERE fetches.source_id = ?1 ORDER BY number DESC LIMIT 1"),
            [source_id],
            read,
        )
    }
}
