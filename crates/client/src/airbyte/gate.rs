//! The gate: every write to a server passes here, so that what happened is told in one place and in one form, and so that
//! a client that only plans sends none.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use airway_api_gen::operations;
use airway_spec::Effect;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Airbyte;
use super::call::Answer;
use crate::change::Change;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Resource, WriteKind, Written};

/// Stands in [`Write::answering`] for the id that a new thing will get.
pub(crate) const NEW_ID: &str = "planned";

/// Looks for what may have been created.
pub(crate) type Find<'f, T> = &'f (dyn Fn() -> BoxFuture<'f, Result<Option<T>>> + Send + Sync);

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
    /// may still be at work, and only made again when it is not there. Without `find` nobody could tell, and it is not made again. `take` reads the answer; it is `None` for one without an id.
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
        let make = || async { self.send(operation, &request).await.and_then(taken) };
        let id = |made: &U| Some(id(made).to_owned());
        let Some(find) = find else { return self.sent(write, &sent, make(), id).await };
        write.kind = WriteKind::Verified;
        self.sent(write, &sent, create_once(make, find, self.0.repeater.first_pause()), id).await
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
        let started = Instant::now();
        // Who gives up waiting does not learn what became of the write.
        let given_up = ForgetsOnDrop(Some(self));
        let answer = request.await;
        given_up.disarm();
        // Jobs change nothing that an inventory holds; what failed may have changed anything.
        if answer.is_err() || !(write.is_stocked || matches!(write.change, Change::Started | Change::Cancelled)) {
            self.forget();
        }
        let answer = answer?;
        self.emit(&Event::Written(Written {
            operation: write.operation,
            change: write.change,
            kind: write.kind,
            resource: write.resource,
            name: write.name,
            id: id(&answer),
            duration: started.elapsed(),
            attempts: sent.load(Ordering::Relaxed),
        }));
        Ok(answer)
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

/// How often a server that may still be at work is looked at before the create is made again.
const LOOKS: u32 = 5;

async fn create_once<T, C: Future<Output = Result<T>>>(
    create: impl Fn() -> C,
    find: Find<'_, T>,
    first_pause: Duration,
) -> Result<T> {
    let unclear = match create().await {
        Err(error) if error.is_unclear() => error,
        clear => return clear,
    };
    // Where no answer came in time, or a proxy gave it, the server may get to the create after the first look.
    let may_be_at_work = matches!(unclear.kind(), ErrorKind::Timeout) || matches!(unclear.status(), Some(502..=504));
    let looks = if may_be_at_work { LOOKS } else { 1 };
    for look in 0..looks {
        if look > 0 {
            tokio::time::sleep(first_pause * 2_u32.pow(look - 1)).await;
        }
        match find().await {
            Ok(Some(made)) => return Ok(made),
            Ok(None) => {}
            // Several of them is worth telling; that the server is gone for good is what the first error says.
            Err(error) if error.is_unclear() => return Err(unclear),
            Err(error) => return Err(error),
        }
    }
    let made = create().await?;
    // It got to the first one after all: then there are two, and somebody has to know.
    if !may_be_at_work {
        return Ok(made);
    }
    match find().await {
        Err(error) if matches!(error.kind(), ErrorKind::Ambiguous { .. }) => Err(error),
        _ => Ok(made),
    }
}
