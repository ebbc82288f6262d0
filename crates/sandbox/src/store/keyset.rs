//! Pages of a list by name: the rows after the one that a cursor names, found through an index and not by counting.

use rusqlite::{Row, ToSql};

use super::{Result, Store};

/// One page of a list: the items, and how many there are in all.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: usize,
}

/// Which page is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest<'a> {
    /// The id of the last row of the page before.
    pub(crate) cursor: Option<&'a str>,
    pub(crate) size: usize,
    pub(crate) descending: bool,
}

/// A table of things with names that live in workspaces.
pub(super) struct Named<T> {
    pub(super) table: &'static str,
    pub(super) columns: &'static str,
    /// As in `totals`.
    pub(super) kind: &'static str,
    /// What is true of the rows listed, as the index has it.
    pub(super) listed: &'static str,
    /// What is true of the rows that a cursor may name.
    pub(super) nameable: &'static str,
    pub(super) read: fn(&Row<'_>) -> Result<T>,
}

impl Store<'_> {
    /// Returns a page of the list by lower-cased name and id; `None` where the cursor names no row of the list.
    pub(super) fn named_page<T>(
        self,
        list: &Named<T>,
        workspace_id: &str,
        wanted: PageRequest<'_>,
    ) -> Result<Option<Page<T>>> {
        let Named { table, columns, listed, nameable, read, .. } = list;
        let cursor_name: Option<String> = match wanted.cursor {
            Some(cursor) => {
                let sql = format!("SELECT lower(name) FROM {table} WHERE id = ?1 AND workspace_id = ?2 AND {nameable}");
                let name = self.row(&sql, (cursor, workspace_id), |row| row.get(0))?;
                if name.is_none() {
                    return Ok(None);
                }
                name
            }
            None => None,
        };
        let (direction, beyond) = if wanted.descending { ("DESC", "<") } else { ("ASC", ">") };
        // In two parts: SQLite does not search an index of expressions for pairs.
        let after = match cursor_name {
            Some(_) => format!("AND lower(name) {beyond}= ?3 AND (lower(name) {beyond} ?3 OR id {beyond} ?4)"),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE workspace_id = ?1 AND {listed} {after}
             ORDER BY lower(name) {direction}, id {direction} LIMIT ?2"
        );
        let limit = i64::try_from(wanted.size).unwrap_or(i64::MAX);
        let mut parameters: Vec<&dyn ToSql> = vec![&workspace_id, &limit];
        if let (Some(name), Some(id)) = (&cursor_name, &wanted.cursor) {
            parameters.extend([name as &dyn ToSql, id]);
        }
        let items = self.rows(&sql, parameters.as_slice(), *read)?;
        Ok(Some(Page { items, total: self.total(list, workspace_id)? }))
    }

    /// Returns how long the list is.
    pub(super) fn total<T>(self, list: &Named<T>, workspace_id: &str) -> Result<usize> {
        let total: Option<i64> = self.row(
            "SELECT total FROM totals WHERE workspace_id = ?1 AND kind = ?2",
            (workspace_id, list.kind),
            |row| row.get(0),
        )?;
        Ok(total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default())
    }
}
