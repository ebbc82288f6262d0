//! Who may call, and what is remembered of calls.

use airway_sandbox::Auth;
use http::Request;
use serde_json::json;

use crate::support::{Airbyte, MASK, POSTGRES, shop};

fn basic() -> Airbyte {
    Airbyte::with(|builder| builder.auth(Auth::Basic { user: "airbyte".to_owned(), password: "password".to_owned() }))
}

#[test]
fn basic_authentication_refuses_with_an_html_page_and_a_challenge() {
    let airbyte = basic();
    let request = Request::post("/api/v1/workspaces/get").body(b"{}".to_vec()).unwrap();
    let answer = airbyte.emulator.answer(&request);
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.headers()["www-authenticate"], "Basic realm=\"Airbyte\"");
    assert!(answer.body().starts_with(b"<!DOCTYPE html>"));
}

#[test]
fn basic_authentication_lets_the_right_password_in() {
    let request = Request::get("/api/v1/health")
        .header("authorization", "Basic YWlyYnl0ZTpwYXNzd29yZA==")
        .body(Vec::new())
        .unwrap();
    assert_eq!(basic().answer(&request).body, json!({"available": true}));
}

#[test]
fn requests_are_remembered_with_their_operation_and_without_secrets() {
    let airbyte = Airbyte::new();
    let workspace = airbyte.workspace();
    airbyte.post(
        "sources/create/",
        json!({
            "workspaceId": workspace, "sourceDefinitionId": POSTGRES, "name": "shop", "connectionConfiguration": shop(),
        }),
    );
    airbyte.send("POST", "nothing", "{}");
    let requests = airbyte.emulator.requests();
    assert_eq!(requests.len(), 3);
    let create = &requests[1];
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", "/api/v1/sources/create/"));
    assert_eq!((create.operation.as_deref(), create.status), (Some("sources/create"), 200));
    assert_eq!(create.body["connectionConfiguration"]["password"], MASK);
    assert_eq!(create.body["connectionConfiguration"]["host"], "postgres");
    assert_eq!((requests[2].operation.as_deref(), requests[2].status), (None, 404));
}
