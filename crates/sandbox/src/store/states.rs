//! How far each connection has read.

use serde_json::Value;

use super::{Result, Store, document, text};

impl Store<'_> {
    /// Returns the connection's state document, if a sync or a client left one.
    pub(crate) fn state(self, connection_id: &str) -> Result<Option<Value>> {
        self.row("SELECT state FROM states WHERE connection_id = ?1", [connection_id], |row| document(row, "state"))
    }

    pub(crate) fn set_state(self, connection_id: &str, state: &Value) -> Result<()> {
        self.execute(
            "INSERT INTO states VALUES (?1, ?2) ON CONFLICT (connection_id) DO UPDATE SET state = ?2",
            (connection_id, text(state)?),
        )?;
        Ok(())
    }

    pub(crate) fn delete_state(self, connection_id: &str) -> Result<()> {
        self.execute("DELETE FROM states WHERE connection_id = ?1", [connection_id])?;
        Ok(())
    }
}
