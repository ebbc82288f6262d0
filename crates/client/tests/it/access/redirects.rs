//! Credentials stay where they were sent to.

use airway_client::{Airbyte, ErrorKind};
use httpmock::MockServer;
use serde_json::json;

#[tokio::test]
async fn where_a_redirect_leads_is_told_without_secrets() {
    let server = MockServer::start_async().await;
    server.mock_async(|_, then| drop(then.status(302).header("location", "https://login.example/?t=t0ken-9"))).await;
    let airbyte = Airbyte::builder().server(server.base_url()).bearer("t0ken-9").build().unwrap();
    let error = airbyte.call_raw("health", &json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "the server redirects to https://login.example/?t=***");
}

#[tokio::test]
async fn credentials_never_follow_a_redirect() {
    let elsewhere = MockServer::start_async().await;
    let trap = elsewhere.mock_async(|_, then| drop(then.status(200).json_body(json!({ "access_token": "t" })))).await;
    for status in [301, 302, 303, 307, 308] {
        let server = MockServer::start_async().await;
        let target = elsewhere.url("/api/v1/somewhere");
        let here = server.mock_async(|_, then| drop(then.status(status).header("location", &target))).await;
        let builder = || Airbyte::builder().server(server.base_url()).header("X-Key", "k3y");
        for airbyte in [
            builder().bearer("t0ken").build().unwrap(),
            builder().basic("me", "pa55word").build().unwrap(),
            builder().client_credentials("id", "s3cret").build().unwrap(),
        ] {
            let error = airbyte
                .call_raw("sources/get", &json!({ "sourceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6" }))
                .await
                .unwrap_err();
            let told = match error.kind() {
                ErrorKind::Redirected { location } => location == &target,
                // Already the request for a token was sent elsewhere.
                ErrorKind::NoToken { cause, .. } => cause.to_string() == format!("the server redirects to {target}"),
                _ => false,
            };
            assert!(told, "{status}: {error:?}");
        }
        assert_eq!(here.calls(), 3);
    }
    assert_eq!(trap.calls(), 0);
}
