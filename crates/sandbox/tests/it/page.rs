//! The page at `/`.

use airway_sandbox::{Auth, Sandbox};
use serde_json::Value;

use crate::support::{Airbyte, Clock, START_MS, text};

fn get(airbyte: &Airbyte, path: &str) -> (u16, String, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = http::Request::get(path).body(Vec::new()).unwrap();
    let answer = runtime.block_on(airbyte.emulator.answer_async(&request));
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status().as_u16(), kind, String::from_utf8(answer.into_body()).unwrap())
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let (status, kind, page) = get(&Airbyte::new(), "/");
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    for link in ["http://", "https://", "src=", "@import", "innerHTML"] {
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
    assert_eq!(again["requests"][0]["path"], "/api/v1/connections/sync");
}

#[test]
fn the_page_asks_for_the_password_like_the_rest() {
    let auth = Auth::Basic { user: "a".to_owned(), password: "b".to_owned() };
    let clock = Clock::manual(START_MS);
    let emulator = Sandbox::builder().auth(auth).clock(clock.clone()).open().unwrap();
    let airbyte = Airbyte { emulator, clock };
    assert_eq!((get(&airbyte, "/").0, get(&airbyte, "/sandbox/overview").0), (401, 401));
}
