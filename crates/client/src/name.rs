//! Names of what is made.

use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;

impl Resource {
    /// Refuses a name that says nothing. Servers take it, and nobody finds again what has it.
    pub(crate) fn takes_name(self, name: &str) -> Result<()> {
        if !name.trim().is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Impossible {
            resource: self,
            name: name.to_owned(),
            reason: "needs a name".to_owned(),
            advice: None,
        }))
    }
}
