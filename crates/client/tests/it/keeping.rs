//! What others did to a connection, and its source, is neither lost nor overlooked.

use airway_client::{Change, ConnectionSettings, Source};
use airway_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{airbyte, sandbox, set_up, shop, writes};

fn hashing() -> Value {
    json!([{"type": "hashing", "mapperConfiguration": {"targetField": "email", "method": "SHA-256", "fieldNameSuffix": "_hashed"}}])
}

/// The source, with a column more.
async fn changed(source: &Source) -> Source {
    let mut configuration = shop(&json!("postgres"));
    configuration["database"] = json!("ecommerce_v2");
    source.update("Shop", &configuration).await.unwrap()
}

#[tokio::test]
async fn mappers_stay_when_other_streams_are_wanted() {
    // Older servers have none.
    let sandbox = Sandbox::builder().start().await.unwrap();
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let by_id = json!({ "connectionId": pipeline.id() });
    let read = airbyte.call_raw("connections/get", &by_id).await.unwrap();
    let mut catalog = read["syncCatalog"].clone();
    catalog["streams"][0]["config"]["mappers"] = hashing();
    let with_mappers = json!({ "connectionId": pipeline.id(), "syncCatalog": catalog });
    airbyte.call_raw("connections/update", &with_mappers).await.unwrap();

    let source = workspace.source("Shop").await.unwrap();
    let streams = source.discover().await.unwrap().select(["public.*"]).unwrap();
    pipeline.update(&ConnectionSettings::copying(streams.full_refresh().unwrap().overwrite())).await.unwrap();
    let read = airbyte.call_raw("connections/get", &by_id).await.unwrap();
    let streams = read["syncCatalog"]["streams"].as_array().unwrap();
    assert!(streams.len() > 2);
    let customers = streams.iter().find(|stream| stream["stream"]["name"] == "customers").unwrap();
    assert_eq!(customers["config"]["syncMode"], "full_refresh");
    assert_eq!(customers["config"]["mappers"][0]["mapperConfiguration"], hashing()[0]["mapperConfiguration"]);
}

#[tokio::test]
async fn an_older_handle_takes_over_a_schema_into_the_newer_settings() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (_, older) = set_up(&workspace).await.unwrap();
    let source = workspace.source("Shop").await.unwrap();
    let streams = source.discover().await.unwrap().select(["public.orders"]).unwrap().full_refresh().unwrap();
    older.update(&ConnectionSettings::copying(streams.overwrite())).await.unwrap();

    changed(&source).await;
    let (renewed, _) = older.apply_schema_changes().await.unwrap();
    let catalog = renewed.catalog().await.unwrap();
    assert_eq!((catalog.len(), catalog.streams()[0].sync_mode().as_str()), (1, "full_refresh"));
}

#[tokio::test]
async fn a_source_that_changed_is_a_difference_once() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let source = changed(&workspace.source("Shop").await.unwrap()).await;
    let destination = workspace.destination(pipeline.destination_id()).await.unwrap();
    let wanted = source.discover_fresh().await.unwrap();
    let wanted =
        wanted.select(["public.customers", "public.orders"]).unwrap().incremental("updated_at").unwrap().append();
    let settings = ConnectionSettings::copying(wanted);
    let ensured = workspace.ensure_connection(pipeline.name(), &source, &destination, &settings).await.unwrap();
    assert!(matches!(&ensured.change, Change::Updated(differences) if differences.len() == 1), "{:?}", ensured.change);
    let before = writes(&sandbox).len();
    let again = workspace.ensure_connection(pipeline.name(), &source, &destination, &settings).await.unwrap();
    assert_eq!(again.change, Change::Unchanged);
    assert_eq!(writes(&sandbox).len(), before);
}

#[tokio::test]
async fn a_connection_that_somebody_deleted_is_made_anew() {
    let sandbox = sandbox().await;
    let (ours, theirs) = (airbyte(&sandbox), airbyte(&sandbox));
    let workspace = ours.workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let source = workspace.source(pipeline.source_id()).await.unwrap();
    let destination = workspace.destination(pipeline.destination_id()).await.unwrap();
    let settings = ConnectionSettings::copying(pipeline.catalog().await.unwrap());
    // So many that each is read by itself.
    for number in 0..45 {
        workspace.create_connection(&format!("c{number}"), &source, &destination, &settings).await.unwrap();
    }
    let fresh = airbyte(&sandbox).workspace(None).await.unwrap();
    fresh.ensure_connection("c1", &source, &destination, &settings).await.unwrap();
    let deleted = theirs.workspace(None).await.unwrap().connection("c2").await.unwrap();
    deleted.delete().await.unwrap();
    let ensured = fresh.ensure_connection("c2", &source, &destination, &settings).await.unwrap();
    assert_eq!(ensured.change, Change::Created);
    assert_eq!(ensured.resource.status(), "active");
    assert_ne!(ensured.resource.id(), deleted.id());
}

#[tokio::test]
async fn a_connection_is_not_made_without_streams_but_kept_with_those_that_it_has() {
    let sandbox = sandbox().await;
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let source = workspace.source(pipeline.source_id()).await.unwrap();
    let destination = workspace.destination(pipeline.destination_id()).await.unwrap();
    let nothing = ConnectionSettings::default();
    let kept = workspace.ensure_connection(pipeline.name(), &source, &destination, &nothing).await.unwrap();
    assert_eq!(kept.change, Change::Unchanged);
    let before = writes(&sandbox).len();
    let error = workspace.ensure_connection("New", &source, &destination, &nothing).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), writes(&sandbox).len()), ("no stream is selected", before));
}
