//! Every error status that servers and those in between answer with, in the words of every generation.

use airway_client::{Airbyte, ErrorKind, Retries};
use httpmock::Method::POST;
use httpmock::MockServer;

struct Case {
    status: u16,
    content_type: &'static str,
    body: &'static str,
    text: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
}

const JSON: &str = "application/json";

async fn error_of(case: &Case) -> airway_client::Error {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/jobs/get_without_logs");
            then.status(case.status).header("content-type", case.content_type).body(case.body);
        })
        .await;
    let airbyte = Airbyte::builder().server(server.base_url()).retries(Retries::none()).build().unwrap();
    let error = airbyte.job(7).await.unwrap_err();
    mock.assert_async().await;
    error
}

async fn check(case: Case) {
    let error = error_of(&case).await;
    assert_eq!(
        (error.to_string().as_str(), error.label(), error.hint().as_deref(), error.status(), error.operation()),
        (case.text, case.label, case.hint, Some(case.status), Some("jobs/get_without_logs")),
    );
}

#[tokio::test]
async fn statuses_of_a_present_server_are_told_with_what_they_say() {
    let by_id = Some("the server's log tells more: search it for 6e2b");
    let rows: [(u16, &str, &str, &str, Option<&str>); 12] = [
        (400, r#"{"errorId":"6e2b"}"#, "the server answered 400 without a message (error id 6e2b)", "refused", by_id),
        (400, r#"{"message":"no pod","errorId":"6e2b"}"#, "the server answered 400: no pod", "refused", None),
        (
            401,
            r#"{"message":"no token","errorId":"6e2b"}"#,
            "the server answered 401: no token",
            "auth",
            Some("the server wants credentials, or other ones"),
        ),
        (
            403,
            r#"{"status":403,"type":"forbidden","title":"forbidden","data":{"message":"editors only"}}"#,
            "the server answered 403: editors only",
            "auth",
            Some("these credentials lack a role for it"),
        ),
        (404, r#"{"errorId":"6e2b"}"#, "the server answered 404 without a message (error id 6e2b)", "not_found", by_id),
        (
            408,
            r#"{"status":408,"type":"error:request-timeout-exceeded","title":"too slow"}"#,
            "the server answered 408: too slow",
            "refused",
            Some("the server or a proxy is overloaded; try again later"),
        ),
        (409, r#"{"message":"one runs","errorId":"6e2b"}"#, "the server answered 409: one runs", "conflict", None),
        (410, r#"{"message":"it is gone","errorId":"6e2b"}"#, "the server answered 410: it is gone", "refused", None),
        (
            422,
            r#"{"message":"port is missing","errorId":"6e2b"}"#,
            "the server answered 422: port is missing",
            "refused",
            None,
        ),
        (423, r#"{"message":"a sync runs","errorId":"6e2b"}"#, "the server answered 423: a sync runs", "refused", None),
        (500, r#"{"errorId":"6e2b"}"#, "the server answered 500 without a message (error id 6e2b)", "refused", by_id),
        (
            501,
            r#"{"status":501,"type":"error:api-not-implemented","title":"not here","detail":"Cloud only"}"#,
            "the server answered 501: Cloud only",
            "refused",
            None,
        ),
    ];
    for (status, body, text, label, hint) in rows {
        check(Case { status, content_type: JSON, body, text, label, hint }).await;
    }
}

#[tokio::test]
async fn statuses_of_older_servers_are_told_without_their_stack_traces() {
    let rows: [(u16, &str, &str, &str); 3] = [
        (
            404,
            r#"{"message":"Internal Server Error: no such job","exceptionClassName":"io.x.IdNotFound","exceptionStack":["at a","at b"]}"#,
            "the server answered 404: Internal Server Error: no such job",
            "not_found",
        ),
        (
            400,
            r#"{"message":"invalid","validationErrors":[{"propertyPath":"id","invalidValue":"x","message":"must be a number"}]}"#,
            "the server answered 400: invalid: `id` must be a number",
            "refused",
        ),
        (
            500,
            r#"{"message":"Internal Server Error: null"}"#,
            "the server answered 500: Internal Server Error: null",
            "refused",
        ),
    ];
    for (status, body, text, label) in rows {
        check(Case { status, content_type: JSON, body, text, label, hint: None }).await;
    }
}

#[tokio::test]
async fn what_is_not_json_is_survived() {
    check(Case {
        status: 401,
        content_type: "text/html",
        body: "<html><body><h1>Log in</h1></body></html>",
        text: "the server answered 401 without a message",
        label: "auth",
        hint: Some("the server wants credentials, or other ones"),
    })
    .await;
    for status in [429, 502, 503, 504] {
        let error =
            error_of(&Case { status, content_type: "text/html", body: "<html>", text: "", label: "", hint: None })
                .await;
        assert_eq!(error.to_string(), format!("the server answered {status} without a message"));
        assert_eq!(error.hint().as_deref(), Some("the server or a proxy is overloaded; try again later"));
    }
}

#[tokio::test]
async fn a_route_that_is_not_there_is_no_missing_resource() {
    for body in ["Object not found.", "<html>nginx</html>"] {
        let error = error_of(&Case { status: 404, content_type: JSON, body, text: "", label: "", hint: None }).await;
        assert_eq!(error.to_string(), "this server does not have `jobs/get_without_logs`");
        assert_eq!((error.label(), error.is_not_found()), ("unsupported", false));
    }
}

#[tokio::test]
async fn a_page_that_comes_as_success_is_no_answer() {
    let error = error_of(&Case {
        status: 200,
        content_type: "text/html",
        body: "<!doctype html><title>Airbyte</title>",
        text: "",
        label: "",
        hint: None,
    })
    .await;
    assert_eq!(error.to_string(), "the server answered 200 with text/html instead of the operation's JSON");
    assert!(matches!(error.kind(), ErrorKind::Unintelligible { excerpt, .. } if excerpt.starts_with("<!doctype")));
}

#[tokio::test]
async fn json_of_another_shape_names_the_place() {
    let error = error_of(&Case {
        status: 200,
        content_type: JSON,
        body: r#"{"job":{"id":"seven"}}"#,
        text: "",
        label: "",
        hint: None,
    })
    .await;
    assert_eq!(error.to_string(), "the server's answer cannot be read at `job.id`");
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let server = MockServer::start_async().await;
    let elsewhere = server
        .mock_async(|when, then| {
            when.path("/login");
            then.status(200).body("<html>");
        })
        .await;
    server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/jobs/get_without_logs");
            then.status(308).header("location", server.url("/login"));
        })
        .await;
    let airbyte = Airbyte::builder().server(server.base_url()).bearer("t0ken").build().unwrap();
    let error = airbyte.job(7).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the server redirects to {}", server.url("/login")));
    assert_eq!(error.label(), "redirected");
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn credentials_that_a_server_echoes_are_not_shown() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(POST).header("authorization", "Basic bWU6aHVudGVyMg==");
            then.status(401).json_body(serde_json::json!({"message": "no: Basic bWU6aHVudGVyMg== (hunter2)"}));
        })
        .await;
    server
        .mock_async(|when, then| {
            when.method(POST).header("authorization", "Bearer t0ken-t0ken");
            then.status(200).header("content-type", "text/plain").body("no: Bearer t0ken-t0ken");
        })
        .await;
    let client = || Airbyte::builder().server(server.base_url());
    let error = client().basic("me", "hunter2").build().unwrap().job(7).await.unwrap_err();
    assert_eq!(error.to_string(), "the server answered 401: no: Basic *** (***)");
    let error = client().bearer("t0ken-t0ken").build().unwrap().job(7).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("t0ken"), "{error:?}");
}
