//! The page at `/`.

use airway_sandbox::{Auth, Role, Sandbox};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Airbyte, Clock, START_MS, text};

fn get(airbyte: &Airbyte, path: &str) -> (u16, String, String) {
    let answer = airbyte.ask(&Request::get(path).body(Vec::new()).unwrap());
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status().as_u16(), kind, String::from_utf8(answer.into_body()).unwrap())
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let (status, kind, page) = get(&Airbyte::new(), "/");
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    // Nothing that could turn a name into markup either.
    let never = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "setHTML"];
    for link in ["http://", "https://", "src=", "@import", "url("].into_iter().chain(never) {
        assert!(!page.contains(link), "{link}");
    }
}

#[test]
fn the_overview_shows_the_graph_the_jobs_and_the_requests_but_not_its_own() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.source();
    airbyte.sync(&connection);
    airbyte.after(60);
    let overview: Value = serde_json::from_str(&get(&airbyte, "/sandbox/overview").2).unwrap();
    let pipe = &overview["connections"][0];
    assert_eq!(
        (text(&pipe["source"]["connector"]), text(&pipe["lastJob"])),
        ("Postgres".to_owned(), "running".to_owned())
    );
    assert_eq!(overview["loose"].as_array().unwrap().len(), 1);
    assert!(overview["jobs"][0]["records"].as_u64().unwrap() > 0);
    let again: Value = serde_json::from_str(&get(&airbyte, "/sandbox/overview").2).unwrap();
    assert_eq!(again["requests"]["newest"][0]["path"], "/api/v1/connections/sync");
    let counts = json!({"sources": 2, "destinations": 1, "connections": 1, "jobs": 1, "running": 1});
    assert_eq!(again["counts"], counts);
}

#[test]
fn the_overview_names_the_workspace_of_everything_and_says_schedules_in_words() {
    let airbyte = Airbyte::new();
    airbyte.connection_with(json!({
        "scheduleType": "basic", "scheduleData": {"basicSchedule": {"units": 1, "timeUnit": "hours"}},
    }));
    airbyte.connection_with(json!({
        "scheduleType": "basic", "scheduleData": {"basicSchedule": {"units": 12, "timeUnit": "hours"}},
    }));
    let other = airbyte.ok("workspaces/create", json!({"name": "Lab", "organizationId": crate::support::NIL}));
    airbyte.ok(
        "sources/create",
        json!({
            "workspaceId": other["workspaceId"], "sourceDefinitionId": crate::support::POSTGRES, "name": "probe",
            "connectionConfiguration": crate::support::shop(),
        }),
    );
    let overview: Value = serde_json::from_str(&get(&airbyte, "/sandbox/overview").2).unwrap();
    let schedules: Vec<String> =
        overview["connections"].as_array().unwrap().iter().map(|pipe| text(&pipe["schedule"])).collect();
    assert_eq!(schedules, ["every 12 hours", "every hour"]);
    let home = json!({"name": "Default Workspace", "slug": "default-workspace"});
    for end in ["source", "destination"] {
        assert_eq!(overview["connections"][0][end]["workspace"], home, "{end}");
    }
    assert_eq!(overview["loose"][0]["workspace"], json!({"name": "Lab", "slug": "lab"}));
}

#[test]
fn hostile_names_stay_text() {
    let airbyte = Airbyte::new();
    let name = "</script><img src=x onerror=alert(1)>\"'&\u{2028}";
    let source = airbyte.create("source", crate::support::POSTGRES, name, crate::support::shop());
    airbyte.connection_with(json!({"sourceId": source, "name": name}));
    let answer = airbyte.ask(&Request::get("/sandbox/overview").body(Vec::new()).unwrap());
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let overview: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(overview["connections"][0]["name"], name);
    assert_eq!(overview["connections"][0]["source"]["name"], name);
    let page = airbyte.ask(&Request::get("/").body(Vec::new()).unwrap());
    assert_eq!(page.body().as_slice(), get(&Airbyte::new(), "/").2.as_bytes());
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}

#[test]
fn only_the_newest_of_many_connections_are_read() {
    let airbyte = Airbyte::new();
    let (source, destination) = (airbyte.source(), airbyte.destination());
    for number in 0..70 {
        airbyte.ok(
            "connections/create",
            json!({"sourceId": source, "destinationId": destination, "status": "active", "name": format!("c{number}")}),
        );
    }
    let overview: Value = serde_json::from_str(&get(&airbyte, "/sandbox/overview").2).unwrap();
    assert_eq!(overview["counts"]["connections"], 70);
    let connections = overview["connections"].as_array().unwrap();
    assert_eq!((connections.len(), &connections[0]["name"]), (60, &json!("c69")));
}

/// Sends a body to the sandbox itself.
fn post(airbyte: &Airbyte, path: &str, body: &str) -> (u16, Value) {
    let request =
        Request::post(path).header("content-type", "application/json").body(body.as_bytes().to_vec()).unwrap();
    let answer = airbyte.ask(&request);
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

#[test]
fn faults_are_planted_counted_and_cleared_over_http() {
    let airbyte = Airbyte::new();
    let fault = r#"{"operation": "health", "when": {"times": 1}, "do": {"status": 503}}"#;
    assert_eq!(post(&airbyte, "/sandbox/faults", fault).0, 200);
    assert_eq!([airbyte.send("GET", "health", "").status, airbyte.send("GET", "health", "").status], [503, 200]);
    let list = get(&airbyte, "/sandbox/faults").2;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list["faults"][0]["calls"], &list["faults"][0]["met"]), (&json!(2), &json!(1)));
    let delete = Request::delete("/sandbox/faults").body(Vec::new()).unwrap();
    assert_eq!(airbyte.ask(&delete).status(), 200);
    assert_eq!(airbyte.emulator.faults(), []);
    let (status, refusal) = post(&airbyte, "/sandbox/faults", r#"{"operation": "health", "do": "truncat"}"#);
    assert_eq!(status, 400);
    assert_eq!(refusal, json!({"message": "`do` has no action `truncat`", "hint": "did you mean `truncate`?"}));
    let form = Request::post("/sandbox/faults").body(fault.as_bytes().to_vec()).unwrap();
    assert_eq!(airbyte.ask(&form).status(), 415);
    assert_eq!(post(&airbyte, "/sandbox/nothing", "{}").0, 404);
}

#[test]
fn time_is_moved_on_over_http() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"schedule": {"units": 6, "timeUnit": "hours"}}));
    assert_eq!(
        post(&airbyte, "/sandbox/advance", r#"{"seconds": 86400}"#),
        (200, json!({"nowMs": START_MS + 86_400_000}))
    );
    assert_eq!(airbyte.history(&connection).len(), 4);
    assert_eq!(post(&airbyte, "/sandbox/advance", "{}").0, 400);
}

#[test]
fn with_tokens_the_page_is_for_all_and_what_it_shows_is_not() {
    let auth = |role| Auth::Simple { client_id: "id".to_owned(), client_secret: "s3cret".to_owned(), role };
    let airbyte = Airbyte::with(|builder| builder.auth(auth(Role::Reader)));
    assert_eq!((get(&airbyte, "/").0, get(&airbyte, "/sandbox/overview").0), (200, 401));
    let token =
        text(&airbyte.ok("applications/token", json!({"client_id": "id", "client_secret": "s3cret"}))["access_token"]);
    let with_token = |request: http::request::Builder| {
        let request =
            request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
        airbyte.ask(&request.body(b"{}".to_vec()).unwrap()).status().as_u16()
    };
    assert_eq!(with_token(Request::get("/sandbox/overview")), 200);
    assert_eq!(with_token(Request::delete("/sandbox/faults")), 403);
}

#[test]
fn the_page_asks_for_the_password_like_the_rest() {
    let auth = Auth::Basic { user: "a".to_owned(), password: "b".to_owned() };
    let clock = Clock::manual(START_MS);
    let emulator = Sandbox::builder().auth(auth).clock(clock.clone()).open().unwrap();
    let airbyte = Airbyte { emulator, clock };
    assert_eq!((get(&airbyte, "/").0, get(&airbyte, "/sandbox/overview").0), (401, 401));
}

#[test]
fn the_overview_says_when_connections_run_and_why_jobs_failed() {
    let airbyte = Airbyte::new();
    let overview = || -> Value { serde_json::from_str(&get(&airbyte, "/sandbox/overview").2).unwrap() };
    airbyte.connection_with(json!({"schedule": {"units": 6, "timeUnit": "hours"}}));
    let cron = json!({"cron": {"cronExpression": "0 0 6 * * ?", "cronTimeZone": "UTC"}});
    airbyte.connection_with(json!({"scheduleType": "cron", "scheduleData": cron}));
    let connection = airbyte.connection();
    let said: Vec<String> =
        overview()["connections"].as_array().unwrap().iter().map(|pipe| text(&pipe["schedule"])).collect();
    assert_eq!(said, ["manual", "cron 0 0 6 * * ?", "every 6 hours"]);
    let fault = r#"{"operation": "connections/sync", "do": {"job_fails": "disk full"}}"#;
    airbyte.emulator.fault(fault.parse().unwrap());
    airbyte.sync(&connection);
    airbyte.after(600);
    let jobs = overview()["jobs"].clone();
    let failed = jobs.as_array().unwrap().iter().find(|job| job["status"] == "failed").unwrap();
    assert_eq!(failed["failure"], "disk full");
}
