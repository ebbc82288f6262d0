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
    /// Sends one write of the generated bindings. `id` finds the resource's id in the answer.
    pub(crate) fn write<'a, T: DeserializeOwned + Send + 'a, F: Future<Output = Answer<T>> + Send + 'a>(
        &'a self,
        write: Write,
        request: impl Fn() -> F + Send + Sync + 'a,
        id: impl FnOnce(&T) -> Option<String> + 'a,
    ) -> impl Future<Output = Result<T>> {
        let answer = self.call(write.operation, request);
        self.pass(write, answer, id)
    }

    /// Lets one write through and tells the observers of its success.
    pub(super) async fn pass<T>(
        &self,
        write: Write,
        request: impl Future<Output = Result<T>>,
        id: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T> {
        let started = Instant::now();
        let answer = request.await?;
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
