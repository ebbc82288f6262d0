//! What goes over the wire, and what comes back from it.

use std::{
    error::Error as _,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use airway_api_gen::{
    Authorize, BoxError, Failure, Pending, Refusal, Session, operations,
    types::{JobIdRequestBody, SourceIdRequestBody, SourceRead},
};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;

use crate::server::Server;

/// Gives out one header after the other.
struct Tokens(Mutex<Vec<&'static str>>);

impl Tokens {
    fn session(tokens: &[&'static str]) -> Session {
        Session::new().with_authorization(Arc::new(Self(Mutex::new(tokens.to_vec()))))
    }

    fn next(&self) -> Result<Option<HeaderValue>, BoxError> {
        match self.0.lock().unwrap().pop() {
            Some("broken") => Err(Arc::new(io::Error::other("no token today"))),
            next => Ok(next.map(HeaderValue::from_static)),
        }
    }
}

impl Authorize for Tokens {
    fn header(&self) -> Pending<'_, Result<Option<HeaderValue>, BoxError>> {
        Box::pin(async { self.next() })
    }

    fn renew<'a>(&'a self, refused: &'a HeaderValue) -> Pending<'a, Result<Option<HeaderValue>, BoxError>> {
        assert!(refused.is_sensitive());
        Box::pin(async { self.next() })
    }
}

fn source(id: &str) -> SourceIdRequestBody {
    serde_json::from_value(json!({"sourceId": id})).unwrap()
}

async fn get_source(server: &Server, session: Session) -> Result<SourceRead, Failure> {
    let answer = server.client(session).get_source(&source("1")).await;
    Ok(answer.map_err(Failure::from)?.into_inner())
}

#[tokio::test]
async fn a_typed_call_sends_the_body_and_reads_the_answer() {
    let server = Server::answering(&["200 OK\n\n{\"name\": \"crm\"}"]).await;
    let headers = HeaderMap::from_iter([("x-team".parse().unwrap(), HeaderValue::from_static("data"))]);
    let session = Tokens::session(&["Bearer token"]).with_headers(headers);
    assert_eq!(get_source(&server, session).await.unwrap().name.as_deref(), Some("crm"));
    let request = &server.requests()[0];
    assert!(request.starts_with("post /api/v1/sources/get http/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: bearer token\r\n"), "{request}");
    assert!(request.contains("x-team: data\r\n"), "{request}");
    assert!(!request.contains("api-version"), "{request}");
    assert!(request.ends_with("\n\n{\"sourceId\":\"1\"}"), "{request}");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = Server::answering(&["401 Unauthorized", "200 OK\n\n{}"]).await;
    get_source(&server, Tokens::session(&["Bearer new", "Bearer old"])).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("authorization: bearer old"), "{requests:?}");
    assert!(requests[1].contains("authorization: bearer new"), "{requests:?}");
    assert!(requests[1].ends_with("{\"sourceId\":\"1\"}"), "{requests:?}");

    let server = Server::answering(&["401 Unauthorized"]).await;
    let failure = get_source(&server, Tokens::session(&["c", "b", "a"])).await.unwrap_err();
    let Failure::Status(response) = failure else { panic!("{failure:?}") };
    assert_eq!((response.status().as_u16(), server.requests().len()), (401, 2));
}

#[tokio::test]
async fn without_authorization_nothing_is_sent() {
    let server = Server::answering(&["200 OK"]).await;
    let failure = get_source(&server, Tokens::session(&["broken"])).await.unwrap_err();
    assert_eq!(server.requests().len(), 0);
    let Failure::Refused(refusal) = &failure else { panic!("{failure:?}") };
    let cause = refusal.cause().unwrap().downcast_ref::<io::Error>();
    assert_eq!(cause.unwrap().to_string(), "no token today");
    assert_eq!(failure.source().unwrap().to_string(), "no authorization could be obtained");
}

fn revealing() -> Session {
    Session::new().with_reveal(Arc::new(|body| {
        let text = String::from_utf8_lossy(body);
        if text.contains("${lost}") {
            let error: BoxError = Arc::new(io::Error::other("`lost` is not set"));
            return Err(error);
        }
        Ok(text.contains("${key}").then(|| text.replace("${key}", "s3cret").into_bytes()))
    }))
}

#[tokio::test]
async fn secrets_are_filled_in_on_the_way_out_only() {
    let server = Server::answering(&["200 OK\n\n{}"]).await;
    let client = server.client(revealing());
    for (id, sent) in [("${key}", "{\"sourceId\":\"s3cret\"}"), ("plain", "{\"sourceId\":\"plain\"}")] {
        client.get_source(&source(id)).await.unwrap();
        assert!(server.requests().pop().unwrap().ends_with(sent));
    }
    let operation = operations().get("sources/get").unwrap();
    let body = json!({"sourceId": "${key}"});
    client.raw(operation, &[], &[], Some(&body)).await.unwrap();
    assert!(server.requests().pop().unwrap().ends_with("{\"sourceId\":\"s3cret\"}"));
}

#[tokio::test]
async fn a_secret_that_is_lost_stops_the_request() {
    let server = Server::answering(&["200 OK\n\n{}"]).await;
    let client = server.client(revealing());
    let failure = Failure::from(client.get_source(&source("${lost}")).await.unwrap_err());
    assert!(matches!(failure, Failure::Refused(Refusal::Reveal(_))), "{failure:?}");
    let operation = operations().get("sources/get").unwrap();
    let body = json!({"sourceId": "${lost}"});
    let failure = client.raw(operation, &[], &[], Some(&body)).await.unwrap_err();
    assert!(matches!(failure, Failure::Refused(Refusal::Reveal(_))), "{failure:?}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn answers_are_sorted_by_what_they_are() {
    let server = Server::answering(&["404 Not Found\n\nObject not found."]).await;
    let failure = get_source(&server, Session::new()).await.unwrap_err();
    let Failure::Status(response) = failure else { panic!("{failure:?}") };
    assert_eq!(response.text().await.unwrap(), "Object not found.");

    let server = Server::answering(&["200 OK\n\n<html>"]).await;
    let failure = get_source(&server, Session::new()).await.unwrap_err();
    let Failure::Payload { body, .. } = failure else { panic!("{failure:?}") };
    assert_eq!(&body[..], b"<html>");

    let closed = Server::answering(&[""]).await;
    let failure = get_source(&closed, Session::new()).await.unwrap_err();
    assert!(matches!(failure, Failure::Transport(_)), "{failure:?}");
}

#[tokio::test]
async fn an_empty_success_reads_as_an_object_without_members() {
    for empty in ["204 No Content", "200 OK"] {
        let server = Server::answering(&[empty]).await;
        let source = get_source(&server, Session::new()).await.unwrap();
        assert_eq!(serde_json::to_value(&source).unwrap(), json!({}), "{empty}");
    }
}

#[tokio::test]
async fn an_operation_has_its_own_time() {
    let server = Server::answering(&["never", "200 OK\n\n{}"]).await;
    let session = Session::new().with_timeouts(Arc::new(|operation| match operation {
        "jobs/get" => Duration::from_mins(1),
        _ => Duration::from_millis(1),
    }));
    let client = server.client(session);
    let failure = Failure::from(client.get_source(&source("1")).await.unwrap_err());
    let Failure::Transport(error) = failure else { panic!("{failure:?}") };
    assert!(error.is_timeout());
    let job: JobIdRequestBody = serde_json::from_value(json!({"id": 1})).unwrap();
    client.get_job_info(&job).await.unwrap();
}

#[tokio::test]
async fn a_raw_call_fills_the_path_and_hands_any_status_on() {
    let server = Server::answering(&["418 Teapot\n\nshort and stout"]).await;
    let client = server.client(Session::new());
    let operation = operations().get("getInvitationByCode");
    let operation = operation.or_else(|| operations().iter().find(|o| o.path.contains('{'))).unwrap();
    let name = operation.parameters[0].name.as_str();
    let response = client.raw(operation, &[(name, "a/b c")], &[("q", "1&2")], None).await.unwrap();
    assert_eq!(response.status().as_u16(), 418);
    let request = &server.requests()[0];
    assert!(request.contains("/a%2fb%20c?q=1%262 http"), "{request}");

    let failure = client.raw(operation, &[], &[], None).await.unwrap_err();
    let Failure::Refused(Refusal::PathParameter(missing)) = &failure else { panic!("{failure:?}") };
    assert_eq!((missing.as_str(), server.requests().len()), (name, 1));
}

#[test]
fn a_session_shows_no_value_of_a_header() {
    let headers = HeaderMap::from_iter([("x-key".parse().unwrap(), HeaderValue::from_static("s3cret"))]);
    let shown = format!("{:?}", Tokens::session(&["t0ken"]).with_headers(headers));
    assert!(shown.contains("x-key"), "{shown}");
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
}

/// Collects what would be logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_operation_and_no_body_and_no_header() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: who logs first without one makes a line silent for good.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = Server::answering(&["200 OK\n\n{\"name\": \"an5wer\"}"]).await;
    let client = server.client(Tokens::session(&["t0ken"]));
    client.get_source(&source("b0dy")).await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("operation=\"sources/get\" method=POST"), "{text}");
    assert!(text.contains("status=200"), "{text}");
    for hidden in ["t0ken", "b0dy", "an5wer"] {
        assert!(!text.contains(hidden), "{text}");
    }
}
