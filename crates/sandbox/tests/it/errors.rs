//! Refusals, and how each generation words them.

use serde_json::{Value, json};

use crate::support::{Airbyte, NOBODY, POSTGRES, shop};

#[test]
fn an_unknown_route_is_404_with_a_bare_text_that_claims_to_be_json() {
    let airbyte = Airbyte::new();
    for path in ["nothing", "sources/none", "../login", ""] {
        let answer = airbyte.send("POST", path, "{}");
        assert_eq!((answer.status, answer.text.as_str()), (404, "Object not found."), "{path}");
        assert_eq!(answer.content_type, "application/json");
    }
}

#[test]
fn an_unknown_id_is_404_with_an_error_id_at_2_0_and_with_a_message_and_a_stack_before() {
    let ask = |version: &str| Airbyte::emulating(version).post("sources/get", json!({"sourceId": NOBODY}));
    let new = ask("2.0");
    assert_eq!(new.status, 404);
    assert_eq!(new.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["errorId"]);
    for version in ["0.50", "1.0", "1.5", "1.8"] {
        let old = ask(version);
        assert_eq!(old.status, 404, "{version}");
        let message = old.body["message"].as_str().unwrap();
        let prefix = if version == "0.50" { "" } else { "internal server error: " };
        assert_eq!(message, format!("{prefix}no source has the id `{NOBODY}`"));
        assert!(old.body["exceptionStack"].is_array() && old.body.get("errorId").is_none(), "{version}");
    }
}

#[test]
fn a_missing_id_is_404_like_an_unknown_one() {
    let airbyte = Airbyte::new();
    for path in ["sources/get", "destinations/get", "connections/get", "workspaces/get", "sources/create"] {
        assert_eq!(airbyte.status(path, json!({})), 404, "{path}");
    }
}

#[test]
fn malformed_json_a_missing_body_and_a_wrong_type_are_400() {
    let airbyte = Airbyte::new();
    for body in ["{", "", "[]", "7", r#"{"sourceId": 7}"#, r#"{"sourceId": "no-uuid"}"#] {
        let answer = airbyte.send("POST", "sources/get", body);
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body["_embedded"]["errors"][0]["message"].is_string(), "{body}");
    }
}

#[test]
fn a_wrong_type_is_named_by_its_path() {
    let answer = Airbyte::new()
        .post("connections/create", json!({"syncCatalog": {"streams": [{"config": {"selected": "yes"}}]}}));
    let message = answer.body["_embedded"]["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("`syncCatalog.streams[0].config.selected` of the body"), "{message}");
}

#[test]
fn another_method_than_the_operation_s_is_405() {
    let airbyte = Airbyte::new();
    assert_eq!(airbyte.send("GET", "sources/list", "").status, 405);
    assert_eq!(airbyte.send("POST", "health", "{}").status, 405);
    assert_eq!(airbyte.send("DELETE", "sources/delete", "{}").status, 405);
    for (method, path, allowed) in [("GET", "sources/list", "POST"), ("POST", "health", "GET, HEAD")] {
        let request = http::Request::builder().method(method).uri(format!("/api/v1/{path}")).body(Vec::new()).unwrap();
        assert_eq!(airbyte.emulator.answer(&request).headers()["allow"], allowed, "{path}");
    }
}

#[test]
fn a_body_that_claims_to_be_no_json_is_415() {
    let airbyte = Airbyte::new();
    let send = |kind: Option<&str>| {
        let mut request = http::Request::post("/api/v1/sources/get");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let body = json!({"sourceId": NOBODY}).to_string().into_bytes();
        airbyte.answer(&request.body(body).unwrap())
    };
    for kind in
        ["application/x-www-form-urlencoded", "text/plain", "application/jsonl", "application/xml; charset=utf-8"]
    {
        let answer = send(Some(kind));
        assert_eq!((answer.status, &answer.body["message"]), (415, &json!("Unsupported Media Type")), "{kind}");
        let message = format!("content type `{kind}` is not allowed here, only `application/json`");
        assert_eq!(answer.body["_embedded"]["errors"][0]["message"], message);
    }
    for kind in [None, Some("application/json"), Some("application/json; charset=utf-8"), Some("Application/JSON")] {
        assert_eq!(send(kind).status, 404, "{kind:?}");
    }
    let health = http::Request::get("/api/v1/health").header("content-type", "text/plain").body(Vec::new()).unwrap();
    assert_eq!(airbyte.answer(&health).status, 200);
}

#[test]
fn an_operation_that_is_not_emulated_is_501_and_named() {
    let answer = Airbyte::new().post("connector_builder_projects/list", json!({}));
    assert_eq!(answer.status, 501);
    assert_eq!(answer.body["data"]["operation"], "listConnectorBuilderProjects");
    assert_eq!(answer.content_type, "application/json");
    let cloud = Airbyte::new().post("billing/list_invoices", json!({}));
    assert_eq!((cloud.status, &cloud.body["type"]), (501, &json!("error:implementation/not-implemented-in-oss")));
    for (version, status) in [("0.50", 404), ("1.0", 501), ("1.8", 501), ("2.0", 404)] {
        let airbyte = Airbyte::emulating(version);
        for path in ["billing/organization_balance", "connector_rollout/create"] {
            assert_eq!(airbyte.status(path, json!({})), status, "{path} at {version}");
        }
    }
}

#[test]
fn a_configuration_that_does_not_fit_is_422_with_every_fault_and_the_whole_schema() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["port"] = json!("5432");
    configuration.as_object_mut().unwrap().remove("username");
    let create = |configuration: Value| {
        airbyte.post(
            "sources/create",
            json!({
                "workspaceId": airbyte.workspace(), "sourceDefinitionId": POSTGRES, "name": "shop",
                "connectionConfiguration": configuration,
            }),
        )
    };
    let answer = create(configuration);
    assert_eq!(answer.status, 422);
    let message = answer.body["message"].as_str().unwrap();
    assert!(message.contains("$.port: has another type than the schema asks for"), "{message}");
    assert!(message.contains("$.username: is missing but it is required"), "{message}");
    assert!(message.contains(r#""airbyte_secret":true"#), "{message}");
    assert!(answer.body["errorId"].is_string());
    assert_eq!(airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace()}))["sources"], json!([]));
}

#[test]
fn what_a_422_says_holds_no_value_of_the_configuration() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["password"] = json!(["top-secret-value"]);
    let answer = airbyte.post("sources/create", json!({
        "workspaceId": airbyte.workspace(), "sourceDefinitionId": POSTGRES, "connectionConfiguration": configuration,
    }));
    assert_eq!(answer.status, 422);
    assert!(!answer.text.contains("top-secret-value"), "{}", answer.text);
}

#[test]
fn unknown_members_of_a_request_are_ignored() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    airbyte.ok("sources/get", json!({"sourceId": source, "colour": "blue"}));
}

#[test]
fn enum_values_are_read_in_any_case() {
    let airbyte = Airbyte::new();
    let connection =
        airbyte.connection_with(json!({"status": "ACTIVE", "schedule": {"units": 1, "timeUnit": "Hours"}}));
    let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
    assert_eq!((&read["status"], &read["schedule"]["timeUnit"]), (&json!("active"), &json!("hours")));
}

#[test]
fn error_ids_differ_and_are_the_same_in_every_run() {
    let three = || {
        let airbyte = Airbyte::new();
        [0; 3].map(|_| airbyte.post("sources/get", json!({"sourceId": NOBODY})).body["errorId"].clone())
    };
    let ids = three();
    assert_eq!(ids, three());
    assert_ne!(ids[0], ids[1]);
}
