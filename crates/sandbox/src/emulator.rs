//! The emulator itself: from a request to an answer, without a socket.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::Value;

use crate::api_error::ApiError;
use crate::auth::{Admission, UNAUTHORIZED_PAGE};
use crate::builder::SandboxBuilder;
use crate::call::{Outcome, Reply};
use crate::clock::Timeline;
use crate::connectors::{Connectors, secret_names};
use crate::engine::{Engine, World, stopped};
use crate::error::SandboxError;
use crate::generation::Generation;
use crate::ids::Passing;
use crate::operations::{BodyRule, Operation};
use crate::recorder::{Recorded, Recorder};
use crate::routes::{self, Route};
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

/// A request that was understood so far.
struct Admitted {
    route: &'static Route,
    body: Arc<Value>,
}

/// Everything below this path is the Config API.
const BASE: &str = "/api/v1/";

impl Emulator {
    pub(crate) fn open(builder: &SandboxBuilder) -> Result<Self, SandboxError> {
        let connection = store::open(builder.database.as_deref(), builder.seed, builder.clock.now_ms())?;
        let store = Store::on(&connection);
        let meta =
            |key: &str| store.meta(key).map_err(|source| store::OpenError::sqlite(builder.database.as_deref(), source));
        let seed = meta("seed")?.unwrap_or_default().cast_unsigned();
        let last_seen = meta("now")?.unwrap_or_default();
        let timeline = Timeline::starting(builder.clock.clone(), builder.chosen_speed(), last_seen);
        store
            .catch_up_schedules(timeline.now())
            .map_err(|source| store::OpenError::sqlite(builder.database.as_deref(), source))?;
        let connectors = Connectors::builtin();
        let secrets: BTreeSet<String> =
            connectors.own().flat_map(|connector| secret_names(&connector.specification)).collect();
        let world = Arc::new(World {
            generation: builder.generation,
            connectors,
            timeline,
            passing: Passing::new(seed),
            auth: builder.auth.clone(),
            url: std::sync::OnceLock::new(),
        });
        let engine = Engine::start(connection, Arc::clone(&world)).map_err(SandboxError::thread)?;
        Ok(Self(Arc::new(Inner { world, engine, recorder: Recorder::new(builder.remember, secrets) })))
    }

    /// Answers a request. Blocks until what it changed is stored.
    #[must_use]
    pub fn answer(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        match self.admit(request) {
            Ok(admitted) => {
                let answer = self.0.engine.submit(admitted.route.handler, Arc::clone(&admitted.body));
                let outcome = answer.blocking_recv().unwrap_or_else(|_| Err(stopped()));
                self.finish(request, Some(&admitted), outcome)
            }
            Err(refused) => self.refuse(request, refused),
        }
    }

    /// Answers a request on an asynchronous runtime.
    pub async fn answer_async(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        match self.admit(request) {
            Ok(admitted) => {
                let answer = self.0.engine.submit(admitted.route.handler, Arc::clone(&admitted.body));
                let outcome = answer.await.unwrap_or_else(|_| Err(stopped()));
                self.finish(request, Some(&admitted), outcome)
            }
            Err(refused) => self.refuse(request, refused),
        }
    }

    /// Returns the requests so far, oldest first, with secrets masked.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.0.recorder.all()
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

    fn admit(&self, request: &Request<Vec<u8>>) -> Result<Admitted, Refused> {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(path) = request.uri().path().strip_prefix(BASE).map(|path| path.trim_end_matches('/')) else {
            return Err(Refused::NoRoute);
        };
        let world = &self.0.world;
        let operation = routes::operation(path).filter(|operation| operation.span.contains(world.generation));
        match world.auth.admission(header, operation, world.timeline.now()) {
            Admission::Granted => {}
            Admission::Proxy => return Err(Refused::Unauthorized),
            Admission::NoToken => return Err(Refused::Error(ApiError::unauthorized())),
            Admission::Forbidden => return Err(Refused::Error(ApiError::forbidden())),
        }
        let operation = operation.filter(|it| world.auth.has_applications() || !it.path.starts_with("applications/"));
        let operation = operation.ok_or(Refused::NoRoute)?;
        if request.method().as_str() != operation.method && !is_head_of(request.method(), operation) {
            return Err(Refused::Error(ApiError::method_not_allowed(request.method().as_str(), operation.method)));
        }
        let route = routes::route(operation).ok_or_else(|| {
            Refused::Error(if operation.class == "cloud" {
                ApiError::not_in_open_source(operation.id)
            } else {
                ApiError::not_emulated(operation.id, operation.path)
            })
        })?;
        let body = decode(operation.body, request.body()).map_err(Refused::Error)?;
        Ok(Admitted { route, body: Arc::new(body) })
    }

    fn refuse(&self, request: &Request<Vec<u8>>, refused: Refused) -> Response<Vec<u8>> {
        match refused {
            Refused::Error(error) => self.finish(request, None, Err(error)),
            // Labelled as JSON, which it is not: so do real servers.
            Refused::NoRoute => {
                self.keep(request, None, response(404, "application/json", b"Object not found.".to_vec()))
            }
            Refused::Unauthorized => {
                let mut answer = response(401, "text/html", UNAUTHORIZED_PAGE.as_bytes().to_vec());
                answer
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Airbyte\""));
                self.keep(request, None, answer)
            }
        }
    }

    fn finish(&self, request: &Request<Vec<u8>>, admitted: Option<&Admitted>, outcome: Outcome) -> Response<Vec<u8>> {
        let json = |status: u16, value: &Value| {
            let mut answer = response(status, "application/json", serde_json::to_vec(value).unwrap_or_default());
            if status == 405 {
                answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
            }
            answer
        };
        let answer = match outcome {
            Ok(Reply::Json(value)) => json(200, &value),
            Ok(Reply::Text(text)) => response(200, "text/plain", text.into_bytes()),
            Ok(Reply::Nothing) => empty(204),
            Ok(Reply::Done(status)) => empty(status),
            Err(error) => json(error.status, &error.body(self.0.world.generation, &self.0.world.passing.next())),
        };
        self.keep(request, admitted, answer)
    }

    fn keep(
        &self,
        request: &Request<Vec<u8>>,
        admitted: Option<&Admitted>,
        answer: Response<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        let body = match admitted {
            Some(admitted) => admitted.body.as_ref().clone(),
            None => serde_json::from_slice(request.body()).unwrap_or_default(),
        };
        self.0.recorder.keep(Recorded {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            operation: admitted.map(|admitted| admitted.route.path.to_owned()),
            status: answer.status().as_u16(),
            body,
            at_ms: self.0.world.timeline.now(),
        });
        answer
    }
}

/// Why a request does not reach a handler.
enum Refused {
    NoRoute,
    Unauthorized,
    Error(ApiError),
}

fn is_head_of(method: &Method, operation: &Operation) -> bool {
    method == Method::HEAD && operation.method == "GET"
}

fn decode(rule: BodyRule, bytes: &[u8]) -> Result<Value, ApiError> {
    let blank = bytes.iter().all(u8::is_ascii_whitespace);
    match rule {
        BodyRule::Ignored => Ok(serde_json::from_slice(bytes).unwrap_or_default()),
        BodyRule::Optional if blank => Ok(Value::Null),
        BodyRule::Required if blank => Err(ApiError::undecodable("the body is missing")),
        BodyRule::Required | BodyRule::Optional => match serde_json::from_slice(bytes) {
            Ok(body @ Value::Object(_)) => Ok(body),
            Ok(_) => Err(ApiError::undecodable("the body is no JSON object")),
            Err(error) => Err(ApiError::undecodable(format!("the body is no JSON: {error}"))),
        },
    }
}

fn response(status: u16, content_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers: &mut HeaderMap = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

fn empty(status: u16) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT);
    answer
}
