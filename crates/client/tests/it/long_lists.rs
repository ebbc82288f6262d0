//! Lists of ten thousand.

use std::collections::HashSet;

use airway_client::{Connection, Workspace};
use airway_sandbox::Sandbox;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::support::airbyte;

const CONNECTIONS: usize = 10_000;

async fn fill(workspace: &Workspace) {
    let source = workspace.create_source("s", "Sample Data (Faker)", &json!({"count": 10})).await.unwrap();
    let path = json!({"destination_path": "/local"});
    let destination = workspace.create_destination("d", "Local JSON", &path).await.unwrap();
    let body = |number: usize| {
        json!({
            "name": name(number), "sourceId": source.id(), "destinationId": destination.id(), "status": "inactive",
        })
    };
    let create = |number| {
        let body = body(number);
        async move { workspace.airbyte().call_raw("connections/create", &body).await.unwrap() }
    };
    stream::iter(0..CONNECTIONS).map(create).buffer_unordered(64).for_each(|_| async {}).await;
}

fn name(number: usize) -> String {
    format!("c{number:05}")
}

#[tokio::test]
async fn ten_thousand_connections_are_listed_at_any_page_size_and_while_they_come_and_go() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    fill(&workspace).await;
    let expected: Vec<String> = (0..CONNECTIONS).map(name).collect();
    for size in [1, 20, 500] {
        let found: Vec<Connection> = workspace.connections().page_size(size).await.unwrap();
        let names: Vec<&str> = found.iter().map(Connection::name).collect();
        assert!(names == expected, "{size} per page: {} connections", names.len());
    }

    // Of each page, the last connection goes, from which the next page would begin.
    let mut connections = workspace.connections().page_size(500).stream();
    let mut found: HashSet<String> = HashSet::new();
    while let Some(connection) = connections.try_next().await.unwrap() {
        assert!(found.insert(connection.name().to_owned()), "{} comes twice", connection.name());
        if found.len().is_multiple_of(500) {
            connection.delete().await.unwrap();
        }
    }
    assert_eq!(found.len(), CONNECTIONS);
    let left: Value = workspace
        .airbyte()
        .call_raw("web_backend/connections/list", &json!({"workspaceId": workspace.id(), "pageSize": 1}))
        .await
        .unwrap();
    assert_eq!(left["num_connections"], CONNECTIONS - CONNECTIONS / 500);
}
