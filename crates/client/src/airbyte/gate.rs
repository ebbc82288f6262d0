//! The gate: every write to a server passes here, so that what happened is told in one place and in one form, and so that
//! a client that only plans sends none.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use airway_api_gen::operations;
use airway_spec::Effect;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Airbyte;
use super::call::Answer;
use super::lost::Find;
use crate::change::Change;
use crate::error::{Error, Result};
use crate::event::{Event, Resource, WriteKind, Written};

/// Stands in [`Write::answering`] for the id that a new thing will get.
pub(crate) const NEW_ID: &str = "planned";

/// What is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(super) operation: &'static str,
    pub(super) change: Change,
    pub(super) resource: Resource,
    /// Its name, or its id where no name is known.
    pub(super) name: String,
    pub(super) answer: Value,
    kind: WriteKind,
    is_stocked: bool,
}

impl Write {
    pub(crate) fn new(operation: &'static str, change: Change, resource: Resource, name: &str) -> Self {
        let effect = operations().get(operation).map(|operation| operation.effect);
        let kind = if effect == Some(Effect::Idempotent) { WriteKind::Idempotent } else { WriteKind::Once };
        Self { operation, change, resource, name: name.to_owned(), answer: json!({}), kind, is_stocked: false }
    }

    /// Says what the server would answer, for a client that only plans; [`NEW_ID`] stands for the id of a new thing.
    pub(crate) fn answering(mut self, airbyte: &Airbyte, answer: impl FnOnce() -> Value) -> Self {
        if airbyte.is_planning() {
            self.answer = answer();
        }
        self
    }

    /// Says that the caller brings the inventory up to date. Without, what was read of the server is forgotten.
    pub(crate) fn stocked(mut self) -> Self {
        self.is_stocked = true;
        self
    }
}

impl Airbyte {
    /// Sends one write of the generated bindings. `id` finds the resource's id in the answer.
    pub(crate) async fn write<T: DeserializeOwned + Send, F: Future<Output = Answer<T>> + Send>(
        &self,
        write: Write,
        request: impl Fn() -> F + Send + Sync,
        id: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T> {
        let sent = AtomicU32::new(0);
        let answer = self.send(write.operation, counting(&sent, request));
        self.pass(write, &sent, answer, id).await
    }

    /// Creates a thing of which there was none, so that afterwards there is one and not two, whatever becomes of the answer.
    ///
    /// A create that ended unclearly may have been carried out: the thing is looked for by `find`, several times when the server
    /// may still be at work, and only made again when it is not there, as often as other requests are. Without `find` nobody
    /// could tell, and it is not made again. `take` reads the answer; it is `None` for one without an id.
    pub(crate) async fn create<T, U, F>(
        &self,
        mut write: Write,
        request: impl Fn() -> F + Send + Sync,
        take: impl Fn(T) -> Option<U> + Send + Sync,
        id: impl Fn(&U) -> &str + Send,
        find: Option<Find<'_, U>>,
    ) -> Result<U>
    where
        T: DeserializeOwned + Send,
        F: Future<Output = Answer<T>> + Send,
    {
        let operation = write.operation;
        let taken = |answer| take(answer).ok_or_else(|| Error::incomplete(operation, "id"));
        if let Some(plan) = &self.0.plan {
            let made = plan.answer(&mut write).and_then(taken)?;
            self.emit(&Event::Planned(plan.note(write, Some(id(&made).to_owned()))));
            return Ok(made);
        }
        let sent = AtomicU32::new(0);
        let request = counting(&sent, request);
        let attempt = self.attempting(operation, request);
        let make = || {
            let answer = attempt();
            async move { answer.await.and_then(taken) }
        };
        if find.is_some() {
            write.kind = WriteKind::Verified;
        }
        self.sent(write, &sent, self.repeating(operation, make, find), |made| Some(id(made).to_owned())).await
    }

    /// Starts a job. `settle` looks at what came of it, and observers are told when `id` finds a job in that: an answer can
    /// be good though none was started, and an answer that was lost can have started one.
    pub(crate) async fn start<T, U, F, S>(
        &self,
        mut write: Write,
        request: impl Fn() -> F + Send + Sync,
        settle: impl FnOnce(Result<T>) -> S + Send,
        id: impl FnOnce(&U) -> Option<String> + Send,
    ) -> Result<U>
    where
        T: DeserializeOwned + Send,
        F: Future<Output = Answer<T>> + Send,
        S: Future<Output = Result<U>> + Send,
    {
        if let Some(plan) = &self.0.plan {
            let settled = settle(plan.answer(&mut write)).await?;
            self.emit(&Event::Planned(plan.note(write, id(&settled))));
            return Ok(settled);
        }
        let (begun, sent) = (Instant::now(), AtomicU32::new(0));
        let settled = async { settle(self.send(write.operation, counting(&sent, request)).await).await };
        let settled = self.guarded(&write, settled).await?;
        if let Some(job) = id(&settled) {
            self.tell(write, &sent, begun, Some(job));
        }
        Ok(settled)
    }

    /// Lets one write through and tells the observers of its success; or notes it, when this client only plans.
    pub(super) async fn pass<T: DeserializeOwned>(
        &self,
        mut write: Write,
        sent: &AtomicU32,
        request: impl Future<Output = Result<T>>,
        id: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T> {
        match &self.0.plan {
            Some(plan) => {
                let answer = plan.answer(&mut write)?;
                self.emit(&Event::Planned(plan.note(write, id(&answer))));
                Ok(answer)
            }
            None => self.sent(write, sent, request, id).await,
        }
    }

    async fn sent<T>(
        &self,
        write: Write,
        sent: &AtomicU32,
        request: impl Future<Output = Result<T>>,
        id: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T> {
        let begun = Instant::now();
        let answer = self.guarded(&write, request).await?;
        self.tell(write, sent, begun, id(&answer));
        Ok(answer)
    }

    /// Makes the request of a write, and sees to it that nothing stays known that it may have changed.
    async fn guarded<T>(&self, write: &Write, request: impl Future<Output = Result<T>>) -> Result<T> {
        // Who gives up waiting does not learn what became of the write.
        let given_up = ForgetsOnDrop(Some(self));
        let answer = request.await;
        given_up.disarm();
        // Jobs change nothing that an inventory holds; what failed may have changed anything.
        if answer.is_err() || !(write.is_stocked || matches!(write.change, Change::Started | Change::Cancelled)) {
            self.forget();
        }
        answer
    }

    fn tell(&self, write: Write, sent: &AtomicU32, begun: Instant, id: Option<String>) {
        let Write { operation, change, kind, resource, name, .. } = write;
        let (duration, attempts) = (begun.elapsed(), sent.load(Ordering::Relaxed));
        self.emit(&Event::Written(Written { operation, change, kind, resource, name, id, duration, attempts }));
    }
}

/// Forgets what was read of the server, unless it is disarmed before it goes.
struct ForgetsOnDrop<'a>(Option<&'a Airbyte>);

impl ForgetsOnDrop<'_> {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for ForgetsOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(airbyte) = self.0 {
            airbyte.forget();
        }
    }
}

/// The same request, and a note of how often it was made.
pub(super) fn counting<F>(sent: &AtomicU32, request: impl Fn() -> F) -> impl Fn() -> F {
    move || {
        sent.fetch_add(1, Ordering::Relaxed);
        request()
    }
}
