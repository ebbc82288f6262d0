//! The gate: every write to a server passes here, so that what happened is told in one place and in one form.

use std::time::Instant;

use serde::de::DeserializeOwned;

use super::Airbyte;
use super::call::Answer;
use crate::error::Result;
use crate::event::{Change, Event, Resource, Written};

/// What is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    operation: &'static str,
    change: Change,
    resource: Resource,
    /// Its name, or its id where no name is known.
    name: String,
}

impl Write {
    pub(crate) fn new(operation: &'static str, change: Change, resource: Resource, name: &str) -> Self {
        Self { operation, change, resource, name: name.to_owned() }
    }
}

impl Airbyte {
    /// Sends one write and tells the observers of its success. `id` finds the resource's id in the answer.
    pub(crate) async fn write<T: DeserializeOwned>(
        &self,
        write: Write,
        request: impl Future<Output = Answer<T>>,
        id: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T> {
        let started = Instant::now();
        let answer = self.call(write.operation, request).await?;
        self.emit(&Event::Written(Written {
            operation: write.operation,
            change: write.change,
            resource: write.resource,
            name: write.name,
            id: id(&answer),
            duration: started.elapsed(),
            attempts: 1,
        }));
        Ok(answer)
    }
}
