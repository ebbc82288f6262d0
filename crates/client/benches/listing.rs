//! Listing 10,000 connections: complete at every page size, and the client's stream of handles against a bare reqwest loop over
//! the same pages, in one run.
//!
//! `cargo bench -p airway-client --bench listing`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program")]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use airway_client::{Airbyte, Workspace};
use airway_sandbox::Sandbox;
use futures::TryStreamExt;
use serde_json::{Value, json};

const CONNECTIONS: usize = 10_000;
const PAGE: usize = 500;
const ROUNDS: usize = 7;

#[tokio::main]
async fn main() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let workspace = fill(&airbyte).await;
    for size in [1, 20, 500] {
        let start = Instant::now();
        let found = names(&workspace, size).await;
        assert_eq!(found.len(), CONNECTIONS, "{size} per page");
        println!("{size:>3} per page: all {CONNECTIONS}, each once, in {:.1?}", start.elapsed());
    }
    let (mut client, mut bare) = (Vec::new(), Vec::new());
    // Turn about, so that whatever else the machine does falls on both.
    for _ in 0..ROUNDS {
        client.push(timed(through_the_client(&workspace)).await);
        bare.push(timed(through_reqwest(&sandbox.url(), workspace.id())).await);
    }
    let (client, bare) = (median(client), median(bare));
    println!("{CONNECTIONS} connections, {PAGE} per page, median of {ROUNDS}");
    println!("client  {client:>10.1?}");
    println!("reqwest {bare:>10.1?}");
    println!("ratio   {:>10.2}", client.as_secs_f64() / bare.as_secs_f64());
}

async fn fill(airbyte: &Airbyte) -> Workspace {
    let workspace = airbyte.workspace(None).await.unwrap();
    let path = json!({"destination_path": "/local"});
    let source = workspace.create_source("s", "Sample Data (Faker)", &json!({"count": 10})).await.unwrap();
    let destination = workspace.create_destination("d", "Local JSON", &path).await.unwrap();
    for number in 0..CONNECTIONS {
        let connection = json!({
            "name": format!("c{number:05}"), "sourceId": source.id(), "destinationId": destination.id(), "status": "inactive",
        });
        airbyte.call_raw("connections/create", &connection).await.unwrap();
    }
    workspace
}

async fn names(workspace: &Workspace, size: usize) -> HashSet<String> {
    let connections = workspace.connections().page_size(size).stream();
    let names: Vec<String> = connections.map_ok(|connection| connection.name().to_owned()).try_collect().await.unwrap();
    assert_eq!(names.len(), CONNECTIONS, "no connection comes twice");
    names.into_iter().collect()
}

async fn through_the_client(workspace: &Workspace) -> usize {
    let connections = workspace.connections().page_size(PAGE).stream();
    connections.try_fold(0, |sum, _| async move { Ok(sum + 1) }).await.unwrap()
}

async fn through_reqwest(url: &str, workspace: &str) -> usize {
    let http = reqwest::Client::new();
    let mut cursor: Option<String> = None;
    let mut sum = 0;
    loop {
        let mut body = json!({ "workspaceId": workspace, "pageSize": PAGE });
        if let Some(cursor) = cursor {
            body["cursor"] = cursor.into();
        }
        let answer = http.post(format!("{url}/web_backend/connections/list")).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let items = answer["connections"].as_array().unwrap();
        sum += items.len();
        if items.len() < PAGE {
            return sum;
        }
        cursor = items.last().and_then(|item| item["connectionId"].as_str()).map(str::to_owned);
    }
}

async fn timed(work: impl Future<Output = usize>) -> Duration {
    let start = Instant::now();
    assert_eq!(work.await, CONNECTIONS);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
