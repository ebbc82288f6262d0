//! The thread that owns the database. Requests queue up; whatever waits is carried out together and shares one
//! commit, so that durable writes cost one flush per batch and not one each. An answer is given after its
//! commit, never before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::api_error::ApiError;
use crate::auth::Auth;
use crate::call::{Call, Outcome};
use crate::clock::Timeline;
use crate::connectors::Connectors;
use crate::faults::{FaultAction, Faults};
use crate::generation::Generation;
use crate::ids::Passing;
use crate::lifecycle::Lifecycle;
use crate::routes::Handler;
use crate::store::Store;
use crate::wire::read_as;

/// How many requests share a commit at most; beyond that the first ones would wait too long.
const BATCH: usize = 64;

/// What all calls of a sandbox have in common.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) generation: Generation,
    pub(crate) connectors: Connectors,
    pub(crate) timeline: Timeline,
    pub(crate) passing: Passing,
    pub(crate) auth: Auth,
    pub(crate) token_life: std::time::Duration,
    pub(crate) faults: Faults,
    pub(crate) friendly: bool,
    /// Whether requests may have no members that nobody knows.
    pub(crate) strict: bool,
    pub(crate) url: std::sync::OnceLock<String>,
}

struct Task {
    handler: Handler,
    body: Arc<Value>,
    faults: Arc<[FaultAction]>,
    answer: oneshot::Sender<Outcome>,
}

/// The way to the thread. Dropping it lets the thread finish its batch and close the database.
#[derive(Debug)]
pub(crate) struct Engine {
    tasks: Option<Sender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    pub(crate) fn start(connection: Connection, world: Arc<World>) -> std::io::Result<Self> {
        let (tasks, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("airway-sandbox".to_owned())
            .spawn(move || serve(connection, &world, &queue))?;
        Ok(Self { tasks: Some(tasks), thread: Some(thread) })
    }

    /// Queues a call; the answer comes when it is committed.
    pub(crate) fn submit(
        &self,
        handler: Handler,
        body: Arc<Value>,
        faults: Arc<[FaultAction]>,
    ) -> oneshot::Receiver<Outcome> {
        let (answer, receiver) = oneshot::channel();
        if let Some(tasks) = &self.tasks {
            // A thread that is gone drops the task, which the receiver notices.
            let _ = tasks.send(Task { handler, body, faults, answer });
        }
        receiver
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.tasks.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The outcome when the thread is gone or was interrupted.
pub(crate) fn stopped() -> ApiError {
    ApiError::unforeseen("the sandbox is shutting down")
}

fn serve(mut connection: Connection, world: &World, queue: &Receiver<Task>) {
    read_as(world.generation);
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        let outcomes = match run_batch(&mut connection, world, &batch) {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Err(ApiError::from(error)); batch.len()],
        };
        for (task, outcome) in batch.into_iter().zip(outcomes) {
            // Nobody waits any more when the client has hung up.
            let _ = task.answer.send(outcome);
        }
    }
}

fn run_batch(connection: &mut Connection, world: &World, batch: &[Task]) -> rusqlite::Result<Vec<Outcome>> {
    let transaction = connection.transaction()?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for task in batch {
        outcomes.push(run(&transaction, world, task)?);
    }
    transaction.commit()?;
    Ok(outcomes)
}

/// Carries out one call; what a failing one wrote is taken back, what time brought about stays.
fn run(connection: &Connection, world: &World, task: &Task) -> rusqlite::Result<Outcome> {
    let store = Store::on(connection);
    let now = world.timeline.now();
    let before = connection.total_changes();
    Lifecycle {
        store,
        timeline: &world.timeline,
        connectors: &world.connectors,
        generation: world.generation,
        faults: &world.faults,
    }
    .advance(now)?;
    let call = Call {
        store,
        now,
        generation: world.generation,
        connectors: &world.connectors,
        timeline: &world.timeline,
        passing: &world.passing,
        auth: &world.auth,
        token_life: world.token_life,
        url: world.url.get().map_or("", String::as_str),
        body: &task.body,
        faults: &task.faults,
        friendly: world.friendly,
        all_faults: &world.faults,
    };
    connection.execute_batch("SAVEPOINT call")?;
    let outcome = catch_unwind(AssertUnwindSafe(|| (task.handler)(&call)))
        .unwrap_or_else(|_| Err(ApiError::unforeseen("the sandbox has a bug: a handler panicked")));
    if outcome.is_err() {
        connection.execute_batch("ROLLBACK TO call")?;
    }
    connection.execute_batch("RELEASE call")?;
    if connection.total_changes() != before {
        // Where the sandbox runs faster than the clock, a restart must not begin in its own past.
        store.set_meta("now", now)?;
    }
    Ok(outcome)
}
