//! Planning: what would be written is noted and not sent.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Airbyte;
use super::gate::{NEW_ID, Write};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Planned;

/// What a client that only plans would have written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    noted: Mutex<Vec<Planned>>,
    /// How many ids were made up.
    made_up: AtomicU32,
}

impl Plan {
    /// Makes up the answer to a write.
    pub(super) fn answer<T: DeserializeOwned>(&self, write: &mut Write) -> Result<T> {
        let mut answer = write.answer.take();
        let number = self.made_up.fetch_add(1, Ordering::Relaxed) + 1;
        let id = format!("{NEW_ID}-{}-{number}", write.resource.to_string().replace(' ', "-"));
        for member in answer.as_object_mut().into_iter().flat_map(|answer| answer.values_mut()) {
            if member == NEW_ID {
                *member = Value::from(id.clone());
            }
        }
        let answer = serde_json::from_value(answer).or_else(|_| serde_json::from_value(Value::Null));
        answer.map_err(|error| Error::during(ErrorKind::Unsendable { reason: error.to_string() }, write.operation))
    }

    pub(super) fn note(&self, write: Write, id: Option<String>) -> Planned {
        let Write { operation, change, resource, name, .. } = write;
        let planned = Planned { operation, change, resource, name, id };
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(planned.clone());
        planned
    }
}

impl Airbyte {
    /// Says whether this client only plans: it reads and checks, and notes writes instead of sending them.
    #[must_use]
    pub fn is_planning(&self) -> bool {
        self.0.plan.is_some()
    }

    /// Returns what a client that only plans would have written so far, in order.
    ///
    /// ```no_run
    /// # async fn example() -> airway_client::Result<()> {
    /// use airway_client::Airbyte;
    /// use serde_json::json;
    ///
    /// let airbyte = Airbyte::builder().planning().build()?;
    /// let workspace = airbyte.workspace(None).await?;
    /// workspace.ensure_source("Shop", "Postgres", &json!({ "host": "db" })).await?;
    /// for planned in airbyte.planned() {
    ///     println!("{} {} `{}`", planned.change, planned.resource, planned.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn planned(&self) -> Vec<Planned> {
        let plan = self.0.plan.as_ref();
        plan.map(|plan| plan.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }

    /// Says whether an id is made up for something that does not exist yet.
    pub(crate) fn is_made_up(&self, id: &str) -> bool {
        self.is_planning() && id.strip_prefix(NEW_ID).is_some_and(|rest| rest.starts_with('-'))
    }
}
