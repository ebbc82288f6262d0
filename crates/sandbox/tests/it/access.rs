//! Who may call, and what is remembered of calls.

use airway_sandbox::{Auth, Role};
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
fn basic_authentication_stands_before_paths_that_lead_nowhere_too() {
    let status = |path: &str, header: &str| {
        let request = Request::get(path).header("authorization", header).body(Vec::new()).unwrap();
        let answer = basic().answer(&request);
        (answer.status, answer.content_type)
    };
    for path in ["/nothing", "/api/v1", "/api/public/v1/sources", "/api/v1/nothing", "/favicon.ico"] {
        assert_eq!(status(path, "Basic d3Jvbmc6cGFzc3dvcmQ=").0, 401, "{path}");
        let (code, content_type) = status(path, "Basic YWlyYnl0ZTpwYXNzd29yZA==");
        assert_eq!((code, content_type.as_str()), (404, "application/json"), "{path}");
    }
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

fn simple(role: Role) -> Airbyte {
    let auth = Auth::Simple { client_id: "id".to_owned(), client_secret: "s3cret".to_owned(), role };
    Airbyte::with(|builder| builder.auth(auth))
}

fn with_token(airbyte: &Airbyte, token: &str, path: &str, body: &str) -> (u16, String) {
    let request = Request::post(format!("/api/v1/{path}"))
        .header("authorization", format!("Bearer {token}"))
        .body(body.as_bytes().to_vec())
        .unwrap();
    let answer = airbyte.answer(&request);
    (answer.status, answer.text)
}

fn token(airbyte: &Airbyte) -> String {
    let answer = airbyte.ok("applications/token", json!({"client_id": "id", "client_secret": "s3cret"}));
    assert_eq!(answer.as_object().unwrap().len(), 1);
    answer["access_token"].as_str().unwrap().to_owned()
}

const LIST: &str = r#"{"organizationId": "00000000-0000-0000-0000-000000000000"}"#;

#[test]
fn client_credentials_buy_a_token_that_expires() {
    let airbyte = simple(Role::Admin);
    assert_eq!(airbyte.status("workspaces/list_by_organization_id", json!({})), 401);
    assert_eq!(airbyte.status("applications/token", json!({"client_id": "id", "client_secret": "no"})), 400);
    assert_eq!(airbyte.send("GET", "health", "").status, 200);
    assert_eq!(airbyte.send("GET", "instance_configuration", "").body["auth"]["mode"], "simple");
    let token = token(&airbyte);
    let ask = || with_token(&airbyte, &token, "workspaces/list_by_organization_id", LIST).0;
    assert_eq!(ask(), 200);
    airbyte.after(15 * 60 - 1);
    assert_eq!(ask(), 200);
    airbyte.after(1);
    assert_eq!(ask(), 401);
    assert_eq!(with_token(&airbyte, "forged.claims.x", "workspaces/list_by_organization_id", LIST).0, 401);
}

#[test]
fn a_token_lives_as_long_as_it_is_told_to_however_fast_the_sandbox_is() {
    let airbyte = Airbyte::with(|builder| {
        builder.auth(Auth::simple("id", "s3cret")).token_life(std::time::Duration::from_secs(90)).speed(60.0)
    });
    let token = token(&airbyte);
    let ask = || with_token(&airbyte, &token, "workspaces/list_by_organization_id", LIST).0;
    airbyte.after(89);
    assert_eq!(ask(), 200);
    airbyte.after(1);
    assert_eq!(ask(), 401);
}

#[test]
fn only_an_admin_lists_the_jobs_of_every_connection() {
    let status = |role, body: &str| {
        let airbyte = simple(role);
        with_token(&airbyte, &token(&airbyte), "jobs/list", body).0
    };
    let all = r#"{"configTypes": ["sync"]}"#;
    let one = r#"{"configTypes": ["sync"], "configId": "00000000-0000-4000-8000-00000000dead"}"#;
    assert_eq!([Role::Admin, Role::Editor, Role::Reader].map(|role| status(role, all)), [200, 403, 403]);
    assert_eq!(status(Role::Reader, one), 200);
}

#[test]
fn a_role_that_does_not_reach_is_403() {
    let status = |role, path: &str| {
        let airbyte = simple(role);
        with_token(&airbyte, &token(&airbyte), path, "{}").0
    };
    // What is let in is a 404 here, for lack of an id.
    for (role, expected) in [
        (Role::Admin, [404, 404, 404, 404]),
        (Role::Editor, [404, 404, 404, 404]),
        (Role::Runner, [404, 404, 403, 403]),
        (Role::Reader, [404, 403, 403, 403]),
    ] {
        let paths = ["connections/get", "connections/sync", "connections/delete", "sources/check_connection"];
        let found = paths.map(|path| status(role, path));
        assert_eq!(found, expected, "{role:?}");
    }
}

#[test]
fn applications_exist_in_mode_simple_only() {
    let airbyte = simple(Role::Admin);
    let token = token(&airbyte);
    let list = || with_token(&airbyte, &token, "applications/list", "{}");
    assert!(list().1.contains("\"clientId\":\"id\""));
    assert_ne!(list().1, list().1);
    assert_eq!(with_token(&airbyte, &token, "applications/create", "{}").0, 500);
    let answer = Airbyte::new().post("applications/token", json!({"client_id": "id", "client_secret": "x"}));
    assert_eq!((answer.status, answer.text.as_str()), (404, "Object not found."));
}
