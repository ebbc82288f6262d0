//! Lists of any length, whatever happens between two pages.

use std::collections::HashSet;
use std::pin::pin;

use airway_client::{Airbyte, Workspace};
use airway_sandbox::Sandbox;
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::{Tested, start};

struct Crowd {
    sandbox: Tested,
    airbyte: Airbyte,
    workspace: Workspace,
}

/// A workspace with this many destinations, named in their order.
async fn crowd(generation: &str, count: usize) -> Crowd {
    let sandbox = start(Sandbox::builder().emulate(generation.parse().unwrap())).await;
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let workspace = airbyte.workspace(None).await.unwrap();
    for number in 0..count {
        add(&workspace, number).await;
    }
    Crowd { sandbox, airbyte, workspace }
}

async fn add(workspace: &Workspace, number: usize) {
    let configuration = json!({"destination_path": format!("/local/{number}")});
    workspace.create_destination(&format!("d{number:04}"), "Local JSON", &configuration).await.unwrap();
}

impl Crowd {
    fn input(&self) -> Value {
        json!({"workspaceId": self.workspace.id()})
    }

    fn list_calls(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.path.ends_with("destinations/list")).count()
    }
}

fn names(page: &[Value]) -> Vec<String> {
    page.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn all(crowd: &Crowd, size: usize) -> Vec<String> {
    let pages = crowd.airbyte.pages("destinations/list", &crowd.input(), Some(size)).unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    pages.iter().flat_map(|page| names(page)).collect()
}

#[tokio::test]
async fn every_page_size_gives_every_item_once() {
    for generation in ["1.5", "2.0"] {
        let crowd = crowd(generation, 60).await;
        let expected: Vec<String> = (0..60).map(|number| format!("d{number:04}")).collect();
        // 60 is the size at which a server that does not page cannot be told from one that does.
        for size in [1, 7, 20, 60, 500] {
            let mut found = all(&crowd, size).await;
            found.sort();
            assert_eq!(found, expected, "{generation}, {size} per page");
        }
    }
}

#[tokio::test]
async fn as_many_calls_are_made_as_there_are_pages() {
    let crowd = crowd("2.0", 45).await;
    assert_eq!(all(&crowd, 20).await.len(), 45);
    assert_eq!(crowd.list_calls(), 3);
}

#[tokio::test]
async fn pages_are_asked_for_only_when_they_are_taken() {
    let crowd = crowd("2.0", 45).await;
    let mut pages = pin!(crowd.airbyte.pages("destinations/list", &crowd.input(), Some(20)).unwrap());
    assert_eq!(crowd.list_calls(), 0);
    assert_eq!(pages.try_next().await.unwrap().unwrap().len(), 20);
    assert_eq!(crowd.list_calls(), 1);
}

#[tokio::test]
async fn items_that_appear_or_vanish_meanwhile_cause_neither_doubles_nor_loops() {
    let crowd = crowd("2.0", 40).await;
    let mut pages = pin!(crowd.airbyte.pages("destinations/list", &crowd.input(), Some(10)).unwrap());
    let mut found = names(&pages.try_next().await.unwrap().unwrap());
    // The item that the next page would begin after, one on that page, and new ones before and behind.
    for gone in ["d0009", "d0012"] {
        crowd.workspace.destination(gone).await.unwrap().delete().await.unwrap();
    }
    add(&crowd.workspace, 9_000).await;
    while let Some(page) = pages.try_next().await.unwrap() {
        found.extend(names(&page));
    }
    let once: HashSet<&String> = found.iter().collect();
    assert_eq!(once.len(), found.len(), "{found:?}");
    let stayed = (0..40).map(|number| format!("d{number:04}")).filter(|name| name != "d0012");
    for name in stayed.chain(["d9000".to_owned()]) {
        assert!(once.contains(&name), "{name} is missing of {found:?}");
    }
}

#[tokio::test]
async fn lists_paged_by_offset_and_lists_that_are_not_paged_are_read_to_their_end() {
    let crowd = crowd("2.0", 5).await;
    let input = json!({"workspaceIds": [crowd.workspace.id()], "includeDeleted": false});
    let pages = crowd.airbyte.pages("destinations/list_paginated", &input, Some(2)).unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    assert_eq!(
        pages.iter().flat_map(|page| names(page)).collect::<Vec<_>>(),
        ["d0000", "d0001", "d0002", "d0003", "d0004"]
    );

    let pages = crowd.airbyte.pages("source_definitions/list", &json!({}), Some(2)).unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    assert_eq!(pages.len(), 1);
    assert!(pages[0].len() > 5);
}

#[tokio::test]
async fn a_mistake_in_the_input_is_told_before_the_first_page() {
    let crowd = crowd("2.0", 0).await;
    let Err(error) = crowd.airbyte.pages("destinations/list", &json!({"workspace": "x"}), None) else {
        panic!("the input is accepted");
    };
    assert_eq!(error.label(), "invalid_request");
    assert_eq!(crowd.list_calls(), 0);
}

#[tokio::test]
async fn a_server_that_gives_less_than_asked_for_is_read_to_its_total() {
    let server = httpmock::MockServer::start_async().await;
    let page = |cursor: Option<&'static str>, ids: &'static [&'static str]| {
        server.mock_async(move |when, then| {
            let when = when.path("/api/v1/sources/list");
            match cursor {
                Some(cursor) => when.body_includes(format!("\"cursor\":\"{cursor}\"")),
                None => when.body_excludes("cursor"),
            };
            let sources: Vec<Value> = ids.iter().map(|id| json!({ "sourceId": id })).collect();
            then.status(200).json_body(json!({ "sources": sources, "num_connections": 5, "page_size": 2 }));
        })
    };
    page(None, &["a", "b"]).await;
    page(Some("b"), &["c", "d"]).await;
    page(Some("d"), &["e"]).await;
    let airbyte = Airbyte::builder().server(server.base_url()).build().unwrap();
    let pages = airbyte
        .pages("sources/list", &json!({"workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"}), Some(100))
        .unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
}

/// Deviations of requests are listed where answers are compared with the description; each of them is one still.
#[tokio::test]
async fn every_request_that_may_deviate_does() {
    use airway_contract::{DEVIATIONS, Part, violations};
    let crowd = crowd("1.5", 2).await;
    crowd.workspace.sources().await.unwrap();
    crowd.workspace.destinations().await.unwrap();
    let listing = json!({"workspaceId": crowd.workspace.id()});
    let pages = crowd.airbyte.pages("web_backend/connections/list", &listing, Some(20)).unwrap();
    pages.try_collect::<Vec<_>>().await.unwrap();
    for deviation in DEVIATIONS.iter().filter(|deviation| deviation.in_request) {
        let sent = crowd.sandbox.requests();
        let sent = sent.iter().filter(|request| request.operation.as_deref() == Some(deviation.operation));
        let mut found = sent.flat_map(|request| violations("1.5", deviation.operation, Part::Request, &request.body));
        assert!(found.any(|found| found.contains(deviation.member)), "{deviation:?} is in use no more");
    }
}
