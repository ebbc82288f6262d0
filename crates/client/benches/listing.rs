//! Listing 10,000 connections: complete at every page size, and the client's pages against a bare reqwest loop over the same
//! pages, in one run.
//!
//! `cargo bench -p airway-client --bench listing`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program")]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use airway_client::Airbyte;
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
    for size in [20, 500] {
        let start = Instant::now();
        let found = names(&airbyte, &workspace, size).await;
        assert_eq!(found.len(), CONNECTIONS, "{size} per page");
        println!("{:>3} per page: all {CONNECTIONS}, each once, in {:.1?}", size, start.elapsed());
    }
    let (mut client, mut bare) = (Vec::new(), Vec::new());
    // Turn about, so that whatever else the machine does falls on both.
    for _ in 0..ROUNDS {
        client.push(timed(through_the_client(&airbyte, &workspace)).await);
        bare.push(timed(through_reqwest(&sandbox.url(), &workspace)).await);
    }
    let (client, bare) = (median(client), median(bare));
    println!("{CONNECTIONS} connections, {PAGE} per page, median of {ROUNDS}");
    println!("client  {client:>10.1?}");
    println!("reqwest {bare:>10.1?}");
    println!("ratio   {:>10.2}", client.as_secs_f64() / bare.as_secs_f64());
}

async fn fill(airbyte: &Airbyte) -> String {
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
    workspace.id().to_owned()
}

async fn names(airbyte: &Airbyte, workspace: &str, size: usize) -> HashSet<String> {
    let input = json!({ "workspaceId": workspace });
    let pages = airbyte.pages("web_backend/connections/list", &input, Some(size)).unwrap();
    let pages: Vec<Vec<Value>> = pages.try_collect().await.unwrap();
    let count = pages.iter().map(Vec::len).sum::<usize>();
    assert_eq!(count, CONNECTIONS, "no connection comes twice");
    pages.iter().flatten().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn through_the_client(airbyte: &Airbyte, workspace: &str) -> usize {
    let input = json!({ "workspaceId": workspace });
    let pages = airbyte.pages("web_backend/connections/list", &input, Some(PAGE)).unwrap();
    pages.try_fold(0, |sum, page| async move { Ok(sum + page.len()) }).await.unwrap()
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
