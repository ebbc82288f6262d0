//! Lists that change while they are read: whatever appears or vanishes between two pages, no item comes twice, none that stayed
//! is missing, and there is an end.

use std::collections::BTreeSet;

use airway_client::{Airbyte, Workspace};
use airway_sandbox::Sandbox;
use futures::{StreamExt, TryStreamExt};
use httpmock::MockServer;
use serde_json::{Value, json};

use crate::support::airbyte;

const WORKSPACE: &str = "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6";

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// A list that things can be put into and taken out of.
#[derive(Clone, Copy, Debug)]
enum List {
    /// By name, and by the last item seen.
    Keyset,
    /// In the order of creation, by offset.
    Created,
    /// By name, by offset: things appear in the middle.
    Named,
}

impl List {
    fn operation(self) -> &'static str {
        match self {
            Self::Keyset => "destinations/list",
            Self::Created => "destinations/list_paginated",
            Self::Named => "workspaces/list_by_organization_id",
        }
    }

    async fn input(self, workspace: &Workspace) -> Value {
        match self {
            Self::Keyset => json!({"workspaceId": workspace.id()}),
            Self::Created => json!({"workspaceIds": [workspace.id()]}),
            Self::Named => {
                let server = workspace.airbyte().server().await.unwrap();
                json!({"organizationId": server.default_organization_id})
            }
        }
    }

    async fn add(self, workspace: &Workspace, name: &str) -> String {
        if let Self::Named = self {
            let organization = &self.input(workspace).await["organizationId"];
            let body = json!({"name": name, "organizationId": organization});
            let made = workspace.airbyte().call_raw("workspaces/create", &body).await.unwrap();
            return made["workspaceId"].as_str().unwrap().to_owned();
        }
        let configuration = json!({"destination_path": "/local"});
        workspace.create_destination(name, "Local JSON", &configuration).await.unwrap().id().to_owned()
    }

    async fn remove(self, workspace: &Workspace, id: &str) {
        let (operation, body) = match self {
            Self::Named => ("workspaces/delete", json!({"workspaceId": id})),
            _ => ("destinations/delete", json!({"destinationId": id})),
        };
        workspace.airbyte().call_raw(operation, &body).await.unwrap();
    }

    fn key(self, item: &Value) -> String {
        let key = if let Self::Named = self { "workspaceId" } else { "destinationId" };
        item[key].as_str().unwrap().to_owned()
    }
}

async fn read_while_it_changes(list: List, size: usize, seed: u64) {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    let mut dice = Dice(seed);
    let mut present = Vec::new();
    for _ in 0..40 {
        let name = format!("{:04}", dice.below(10_000));
        present.push(list.add(&workspace, &name).await);
    }
    let mut stayed: BTreeSet<String> = present.iter().cloned().collect();
    let mut found: Vec<String> = Vec::new();
    let input = list.input(&workspace).await;
    let mut pages = workspace.airbyte().pages(list.operation(), &input, Some(size)).unwrap().boxed();
    while let Some(page) = pages.try_next().await.unwrap() {
        found.extend(page.iter().map(|item| list.key(item)));
        assert!(found.len() < 1_000, "{list:?}, {size} per page, seed {seed}: no end");
        // More vanish than appear, so that the list gets shorter than what was read of it.
        for _ in 0..dice.below(2 * size.min(6)) {
            if present.is_empty() {
                break;
            }
            let gone = present.swap_remove(dice.below(present.len()));
            list.remove(&workspace, &gone).await;
            stayed.remove(&gone);
        }
        for _ in 0..dice.below(size.min(4)) {
            let name = format!("{:04}", dice.below(10_000));
            present.push(list.add(&workspace, &name).await);
        }
    }
    let once: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(once.len(), found.len(), "{list:?}, {size} per page, seed {seed}: twice");
    let missing: Vec<&String> = stayed.difference(&once).collect();
    assert!(missing.is_empty(), "{list:?}, {size} per page, seed {seed}: {} that stayed are missing", missing.len());
}

#[tokio::test]
async fn lists_that_go_on_from_the_last_item_lose_nothing() {
    for (size, seed) in [(1, 1), (2, 2), (7, 3), (7, 4), (20, 5), (20, 6), (500, 7)] {
        read_while_it_changes(List::Keyset, size, seed).await;
    }
}

#[tokio::test]
async fn lists_with_offsets_lose_nothing() {
    for (size, seed) in [(1, 11), (2, 12), (3, 13), (7, 14), (7, 15), (20, 16), (20, 17), (500, 18)] {
        read_while_it_changes(List::Created, size, seed).await;
        read_while_it_changes(List::Named, size, seed).await;
    }
}

#[tokio::test]
async fn new_jobs_push_none_of_the_older_ones_out_of_the_list() {
    // From 2.0 on, an offset that is no multiple of the page size is taken for one.
    for generation in ["1.5", "2.0"] {
        let sandbox = Sandbox::builder().emulate(generation.parse().unwrap()).start().await.unwrap();
        let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
        let (_, connection) = crate::support::set_up(&workspace).await.unwrap();
        for _ in 0..24 {
            connection.sync().await.unwrap().refresh().await.unwrap();
        }
        for size in [1, 2, 5, 20] {
            let before: BTreeSet<i64> = (1..=24).collect();
            let mut found = Vec::new();
            let mut jobs = connection.jobs().page_size(size).stream();
            while let Some(job) = jobs.try_next().await.unwrap() {
                found.push(job.id());
                if found.len() % 4 == 0 {
                    connection.sync().await.unwrap().refresh().await.unwrap();
                }
            }
            let once: BTreeSet<i64> = found.iter().copied().collect();
            assert_eq!(once.len(), found.len(), "{generation}, {size} per page: {found:?}");
            assert!(once.is_superset(&before), "{generation}, {size} per page: {found:?}");
        }
    }
}

/// A server that answers a request for audit entries with what its token stands for.
async fn tokens(
    pages: &[(Option<&'static str>, &'static [&'static str], Option<&'static str>)],
) -> (MockServer, Airbyte) {
    let server = MockServer::start_async().await;
    for (token, ids, next) in pages.iter().copied() {
        server
            .mock_async(move |when, then| {
                let when = when.path("/api/v1/audit_logs/list");
                match token {
                    Some(token) => when.body_includes(format!("\"pageToken\":\"{token}\"")),
                    None => when.body_excludes("pageToken"),
                };
                let entries: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
                then.status(200).json_body(json!({ "auditLogs": entries, "nextPageToken": next }));
            })
            .await;
    }
    let airbyte = Airbyte::builder().server(server.base_url()).build().unwrap();
    (server, airbyte)
}

async fn entries(airbyte: &Airbyte) -> Vec<String> {
    let input = json!({ "organizationId": WORKSPACE });
    let pages = airbyte.pages("audit_logs/list", &input, Some(2)).unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    pages.iter().flatten().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn lists_with_tokens_are_read_to_the_last_one() {
    let pages: [(_, &[_], _); 4] = [
        (None, &["a", "b"], Some("1")),
        // An entry that came meanwhile pushed one down; a page with nothing new is not the end.
        (Some("1"), &["b"], Some("2")),
        (Some("2"), &["c", "d"], Some("3")),
        (Some("3"), &["e"], None),
    ];
    let (_server, airbyte) = tokens(&pages).await;
    assert_eq!(entries(&airbyte).await, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn a_server_that_repeats_its_pages_is_left_in_the_end() {
    let (_server, airbyte) =
        tokens(&[(None, &["a"], Some("1")), (Some("1"), &["a"], Some("2")), (Some("2"), &["a"], Some("1"))]).await;
    assert_eq!(entries(&airbyte).await, ["a"]);

    let server = MockServer::start_async().await;
    let answers = [
        ("sources/list", json!({"sources": [{"sourceId": "a"}, {"sourceId": "b"}]})),
        ("jobs/list", json!({"jobs": [{"job": {"id": 2}}, {"job": {"id": 1}}]})),
    ];
    for (operation, answer) in answers {
        server
            .mock_async(|when, then| {
                when.path(format!("/api/v1/{operation}"));
                then.status(200).json_body(answer);
            })
            .await;
    }
    let airbyte = Airbyte::builder().server(server.base_url()).build().unwrap();
    for (operation, input) in
        [("sources/list", json!({"workspaceId": WORKSPACE})), ("jobs/list", json!({"configTypes": ["sync"]}))]
    {
        let pages = airbyte.pages(operation, &input, Some(2)).unwrap();
        let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
        assert_eq!(pages.iter().flatten().count(), 2, "{operation}");
    }
}
