//! The emulator itself: from a request to an answer, without a socket.

mod admission;
mod answering;
mod page;
mod strict;

pub(crate) use answering::Fate;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response};
use serde_json::Value;

use crate::auth::usual_token_life;
use crate::builder::SandboxBuilder;
use crate::clock::Timeline;
use crate::connectors::{Connectors, secret_names};
use crate::engine::{Engine, World, stopped};
use crate::error::SandboxError;
use crate::faults::{Fault, FaultAction, Faults, PlantedFault};
use crate::generation::Generation;
use crate::ids::Passing;
use crate::journal::Journal;
use crate::operations::Operation;
use crate::recorder::{Recorded, Recorder};
use crate::routes::Route;
use crate::store::{self, Store};

/// An emulated Airbyte that answers requests in process.
///
/// ```
/// use airway_sandbox::Sandbox;
///
/// let airbyte = Sandbox::builder().open()?;
/// let request = http::Request::get("/api/v1/health").body(Vec::new())?;
/// let answer = airbyte.answer(&request);
/// assert_eq!(answer.body().as_slice(), br#"{"available":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Emulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    world: Arc<World>,
    engine: Engine,
    recorder: Recorder,
}

/// A request that may be carried out.
struct Admitted {
    operation: &'static Operation,
    route: &'static Route,
    body: Arc<Value>,
    /// What goes wrong with it.
    faults: Arc<[FaultAction]>,
    since: Instant,
}

impl Emulator {
    pub(crate) fn open(builder: &SandboxBuilder) -> Result<Self, SandboxError> {
        let path = builder.database.as_deref();
        let connection = store::open(path, builder.seed, builder.clock.now_ms())?;
        let store = Store::on(&connection);
        let failed = |source| store::OpenError::sqlite(path, source);
        let seed = store.meta("seed").map_err(failed)?.unwrap_or_default().cast_unsigned();
        let last_seen = store.meta("now").map_err(failed)?.unwrap_or_default();
        let timeline = Timeline::starting(builder.clock.clone(), builder.chosen_speed(), last_seen);
        store.catch_up_schedules(timeline.now()).map_err(failed)?;
        let connectors = Connectors::with(builder.connectors.as_deref())?;
        let secrets: BTreeSet<String> =
            connectors.own().flat_map(|connector| secret_names(&connector.specification)).collect();
        let world = Arc::new(World {
            generation: builder.generation,
            connectors,
            timeline,
            passing: Passing::new(seed),
            auth: builder.auth.clone(),
            token_life: builder.token_life.unwrap_or_else(|| usual_token_life(builder.generation)),
            faults: Faults::new(seed, builder.faults.clone()),
            friendly: builder.friendly,
            strict: builder.strict,
            url: std::sync::OnceLock::new(),
        });
        let engine = Engine::start(connection, Arc::clone(&world)).map_err(SandboxError::thread)?;
        let journal = builder.journal.as_deref().map(|path| Journal::open(path, builder.generation)).transpose()?;
        Ok(Self(Arc::new(Inner { world, engine, recorder: Recorder::new(builder.remember, secrets, journal) })))
    }

    /// Answers a request. Blocks until what it changed is stored.
    ///
    /// A connection that a [`Fault`] cuts shows as an answer with the status 444 and no body. The page at `/` and what is
    /// below `/sandbox/` are served by [`answer_async`](Self::answer_async) alone.
    ///
    /// # Panics
    /// When it is called on an asynchronous runtime, which must not be blocked.
    #[must_use]
    pub fn answer(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let admitted = match self.admit(request) {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(request, refused),
        };
        std::thread::sleep(delay(&admitted));
        if let Some(answer) = answering::instead(&admitted.faults) {
            return self.keep(request, Some(&admitted), answer);
        }
        let outcome = self.submit(&admitted).blocking_recv().unwrap_or_else(|_| Err(stopped()));
        self.finish(request, Some(&admitted), outcome)
    }

    /// Answers a request on an asynchronous runtime; otherwise as [`answer`](Self::answer).
    pub async fn answer_async(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        if Self::is_for_sandbox(request) {
            return self.own(request).await;
        }
        let admitted = match self.admit(request) {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(request, refused),
        };
        if !delay(&admitted).is_zero() {
            tokio::time::sleep(delay(&admitted)).await;
        }
        if let Some(answer) = answering::instead(&admitted.faults) {
            return self.keep(request, Some(&admitted), answer);
        }
        let outcome = self.submit(&admitted).await.unwrap_or_else(|_| Err(stopped()));
        self.finish(request, Some(&admitted), outcome)
    }

    /// Returns the requests so far, oldest first, with secrets masked.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.0.recorder.all()
    }

    /// Lets something go wrong from now on.
    pub fn fault(&self, fault: Fault) {
        self.0.world.faults.plant(fault);
    }

    /// Returns what goes wrong, and how often it did.
    #[must_use]
    pub fn faults(&self) -> Vec<PlantedFault> {
        self.0.world.faults.list()
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.0.world.faults.clear();
    }

    /// Moves the sandbox's time on: what would happen in that time has happened when it is next asked.
    ///
    /// With a manual clock, advance that one instead.
    pub fn advance(&self, by: Duration) {
        self.0.world.timeline.skip(by);
    }

    /// Returns the sandbox's time, in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.0.world.timeline.now()
    }

    /// Returns the emulated generation.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.0.world.generation
    }

    /// Tells the emulator at which address people reach it; the first one stays.
    pub(crate) fn reached_at(&self, url: &str) {
        let _ = self.0.world.url.set(url.to_owned());
    }

    fn submit(&self, admitted: &Admitted) -> tokio::sync::oneshot::Receiver<crate::call::Outcome> {
        let (body, faults) = (Arc::clone(&admitted.body), Arc::clone(&admitted.faults));
        self.0.engine.submit(admitted.route.handler, body, faults)
    }
}

fn delay(admitted: &Admitted) -> Duration {
    admitted.faults.iter().map(FaultAction::delay).sum()
}
