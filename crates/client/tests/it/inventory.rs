//! What is read of a server, and when it is read again.

use std::time::Duration;

use airway_client::{Airbyte, Change, ConnectionSettings, CustomConnector, Workspace};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use futures::future::join_all;
use serde_json::json;

use crate::support::{lake, operations, set_up, shop, warehouse};

/// What is read of a server once.
const LISTS: [&str; 5] = [
    "destination_definitions/list_for_workspace",
    "sources/list",
    "destinations/list",
    "web_backend/connections/list",
    "tags/list",
];

async fn relying(sandbox: &Sandbox, lifetime: Duration) -> Workspace {
    let airbyte = Airbyte::builder().server(sandbox.url()).inventory_lifetime(lifetime).build().unwrap();
    airbyte.workspace(None).await.unwrap()
}

fn count(sandbox: &Sandbox, operation: &str) -> usize {
    operations(sandbox).iter().filter(|sent| *sent == operation).count()
}

/// Lets so much time pass at once.
async fn later(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Whatever can be ensured; how many of them were created.
async fn ensure_all(workspace: &Workspace, name: &str) -> usize {
    let connector = CustomConnector::new("example/destination-own", "1.0.0");
    let definition = workspace.ensure_custom_destination_definition(&format!("{name} out"), &connector).await.unwrap();
    let source = workspace.ensure_source(name, "Postgres", &shop(&json!("postgres"))).await.unwrap();
    let destination = workspace.ensure_destination(name, "Postgres", &warehouse()).await.unwrap();
    let tag = workspace.ensure_tag(name, None).await.unwrap();
    let streams = source.resource.discover().await.unwrap().select(["public.orders"]).unwrap();
    let settings = ConnectionSettings::copying(streams);
    let (from, to) = (&source.resource, &destination.resource);
    let connection = workspace.ensure_connection(name, from, to, &settings).await.unwrap();
    let changes = [definition.change, source.change, destination.change, tag.change, connection.change];
    changes.iter().filter(|change| **change == Change::Created).count()
}

#[tokio::test]
async fn a_run_reads_every_list_once_however_long_it_takes() {
    let sandbox = Sandbox::start().await.unwrap();
    let other = relying(&sandbox, Duration::MAX).await;
    assert_eq!(ensure_all(&other, "One").await, 5);
    let before = LISTS.map(|list| count(&sandbox, list));
    let workspace = relying(&sandbox, Duration::MAX).await;
    for _ in 0..3 {
        assert_eq!(ensure_all(&workspace, "One").await, 0);
        later(Duration::from_hours(1)).await;
    }
    let after = LISTS.map(|list| count(&sandbox, list));
    assert_eq!(after, before.map(|times| times + 1));
}

#[tokio::test]
async fn nothing_is_created_on_the_word_of_an_old_list() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = relying(&sandbox, Duration::MAX).await;
    assert_eq!(ensure_all(&workspace, "One").await, 5);
    let other = relying(&sandbox, Duration::MAX).await;
    assert_eq!(ensure_all(&other, "Two").await, 5);
    let before = LISTS.map(|list| count(&sandbox, list));
    later(Duration::from_secs(61)).await;
    // Each list is read once more, and what the other one has made is found.
    assert_eq!(ensure_all(&workspace, "Two").await, 0);
    let after = LISTS.map(|list| count(&sandbox, list));
    assert_eq!(after, before.map(|times| times + 1));
}

#[tokio::test]
async fn a_program_that_runs_for_long_sees_what_others_have_changed() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let workspace = airbyte.workspace(None).await.unwrap();
    set_up(&workspace).await.unwrap();
    let other = relying(&sandbox, Duration::ZERO).await;
    let mut moved = lake();
    moved["s3_bucket_path"] = json!("gold/");
    other.ensure_destination("Lake", "S3", &moved).await.unwrap();
    let again = async || {
        let ensured = workspace.ensure_destination("Lake", "S3", &lake()).await.unwrap();
        ensured.change.differences().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(again().await, [] as [&str; 0]);
    later(Duration::from_secs(61)).await;
    assert_eq!(again().await, ["s3_bucket_path: \"gold/\" → \"bronze/\""]);
}

#[tokio::test]
async fn what_others_made_is_seen_at_once_where_no_list_is_relied_on() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = relying(&sandbox, Duration::ZERO).await;
    workspace.ensure_destination("One", "Postgres", &warehouse()).await.unwrap();
    let other = relying(&sandbox, Duration::MAX).await;
    other.create_destination("Two", "Postgres", &warehouse()).await.unwrap();
    let ensured = workspace.ensure_destination("Two", "Postgres", &warehouse()).await.unwrap();
    assert_eq!(ensured.change, Change::Unchanged);
}

#[tokio::test]
async fn what_many_ensure_at_once_is_created_by_one_of_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let made = join_all((0..5).map(|_| airbyte.ensure_workspace("Analytics"))).await;
    assert_eq!(made.into_iter().filter(|made| made.as_ref().unwrap().change == Change::Created).count(), 1);
    let workspace = airbyte.workspace(Some("Analytics")).await.unwrap();
    let created: usize = join_all((0..5).map(|_| ensure_all(&workspace, "One"))).await.iter().sum();
    assert_eq!(created, 5);
    // Other names do not wait for each other.
    let names: Vec<String> = (0..5).map(|number| format!("Other {number}")).collect();
    let created: usize = join_all(names.iter().map(|name| ensure_all(&workspace, name))).await.iter().sum();
    assert_eq!(created, 25);
}

#[tokio::test]
async fn a_create_that_is_given_up_is_found_by_the_next_ensure() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = relying(&sandbox, Duration::MAX).await;
    // From here on the list is known, and older than what follows.
    workspace.ensure_destination("Other", "Postgres", &warehouse()).await.unwrap();
    // The create is carried out, and its answer cut; the look at what became of it is a long one.
    sandbox.fault(Fault::on("destinations/create", FaultAction::DropAfter).unwrap().when(Occasion::Times(1)));
    sandbox.fault(Fault::on("destinations/list", FaultAction::DelayMs(2_000)).unwrap().when(Occasion::Times(1)));
    let configuration = lake();
    let ensure = || workspace.ensure_destination("Lake", "S3", &configuration);
    let carried_out = async {
        while count(&sandbox, "destinations/create") < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = carried_out => {}
        done = ensure() => panic!("{done:?}"),
    }
    assert_eq!(ensure().await.unwrap().change, Change::Unchanged);
    assert_eq!(workspace.destinations().await.unwrap().len(), 2);
}
