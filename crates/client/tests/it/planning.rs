//! A client that only plans: what it says it would do, and that it does none of it.

use std::sync::{Arc, Mutex};

use airway_client::{
    Airbyte, Change, Effect, Event, JobStatus, Resource, Schedule, TimeUnit, WaitOptions, WriteKind, operations as all,
};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use serde_json::{Value, json};

use crate::support::{airbyte, lake, operations, set_up, shop};

fn planning(sandbox: &Sandbox) -> Airbyte {
    Airbyte::builder().server(sandbox.url()).planning().build().unwrap()
}

/// What is planned, as "created source `Shop`".
fn planned(airbyte: &Airbyte) -> Vec<String> {
    airbyte.planned().iter().map(|it| format!("{} {} `{}`", it.change, it.resource, it.name)).collect()
}

/// The writes that reached the server.
fn written(sandbox: &Sandbox) -> Vec<String> {
    let writes = |name: &String| all().get(name).is_some_and(|operation| operation.effect != Effect::Read);
    operations(sandbox).into_iter().filter(writes).collect()
}

#[tokio::test]
async fn a_whole_pipeline_is_planned_on_things_that_do_not_exist_yet() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = planning(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (changes, pipeline) = set_up(&workspace).await.unwrap();
    let job = pipeline.sync().await.unwrap();

    assert_eq!(changes, [Change::Created, Change::Created, Change::Created]);
    assert_eq!(pipeline.catalog().await.unwrap().len(), 2);
    assert_eq!(pipeline.schedule(), Some(Schedule::every(6, TimeUnit::Hours).unwrap()));
    assert_eq!(job.wait(WaitOptions::default()).await.unwrap(), JobStatus::Other("planned".to_owned()));
    job.succeeded(WaitOptions::default()).await.unwrap();
    let expected = [
        "created source `Shop`",
        "created destination `Lake`",
        "created connection `Shop → Lake`",
        "started connection `Shop → Lake`",
    ];
    assert_eq!(planned(&airbyte), expected);
    assert_eq!(written(&sandbox), [] as [String; 0]);

    // What is planned is known: wanted again, it is there.
    let (again, _) = set_up(&workspace).await.unwrap();
    assert_eq!(again, [Change::Unchanged, Change::Unchanged, Change::Unchanged]);
    assert_eq!(workspace.source("Shop").await.unwrap().connector(), "Postgres");
    assert_eq!(workspace.connection("Shop → Lake").await.unwrap(), pipeline);
    workspace.source("Shop").await.unwrap().delete().await.unwrap();
    assert_eq!(workspace.source("Shop").await.unwrap_err().label(), "not_found");
}

#[tokio::test]
async fn what_exists_is_compared_and_the_differences_are_told() {
    let sandbox = Sandbox::start().await.unwrap();
    set_up(&airbyte(&sandbox).workspace(None).await.unwrap()).await.unwrap();
    let before = written(&sandbox);
    let airbyte = planning(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (changes, pipeline) = set_up(&workspace).await.unwrap();
    assert_eq!(changes, [Change::Unchanged, Change::Unchanged, Change::Unchanged]);
    assert_eq!(airbyte.planned(), []);

    let mut configuration = shop(&json!(airbyte.secret("postgres")));
    configuration["port"] = json!(5433);
    let source = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap().resource;
    assert_eq!(source.configuration()["port"], 5433);
    let moved = pipeline.set_schedule(Schedule::Manual).await.unwrap();
    assert_eq!(moved.schedule(), Some(Schedule::Manual));
    pipeline.delete().await.unwrap();
    let planned: Vec<(Resource, Vec<String>)> = airbyte
        .planned()
        .iter()
        .map(|it| (it.resource, it.change.differences().iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(planned[0], (Resource::Source, vec!["port: 5432 → 5433".to_owned()]));
    assert_eq!(planned[1].0, Resource::Connection);
    assert_eq!(airbyte.planned()[2].change, Change::Deleted);
    assert_eq!(written(&sandbox), before);
}

#[tokio::test]
async fn a_workspace_that_is_planned_can_be_filled() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = planning(&sandbox);
    let workspace = airbyte.ensure_workspace("Analytics").await.unwrap().resource;
    let (changes, _) = set_up(&workspace).await.unwrap();
    assert_eq!(changes, [Change::Created, Change::Created, Change::Created]);
    workspace.ensure_tag("ecommerce", None).await.unwrap();
    assert_eq!(airbyte.planned().len(), 5);
    assert_eq!(written(&sandbox), [] as [String; 0]);
}

#[tokio::test]
async fn a_configuration_is_still_validated_and_checked() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = planning(&sandbox).workspace(None).await.unwrap();
    let error = workspace.ensure_source("Shop", "Postgres", &shop(&json!("wrong"))).await.unwrap_err();
    assert_eq!(error.label(), "check_failed");
    let error = workspace.ensure_source("Shop", "Postgres", &json!({})).await.unwrap_err();
    assert_eq!(error.label(), "configuration");
}

/// A body that the API's description takes for an operation, made of its required members.
fn body_for(schema: &Value) -> Value {
    let (_, schema) = all().resolve(schema);
    if let Some(first) = schema["enum"].as_array().and_then(|choices| choices.first()) {
        return first.clone();
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        if let Some(parts) = schema[keyword].as_array() {
            let parts = parts.iter().map(body_for).collect::<Vec<_>>();
            let merged = parts.iter().filter_map(Value::as_object).flatten().map(|(k, v)| (k.clone(), v.clone()));
            let merged: serde_json::Map<String, Value> = merged.collect();
            return if merged.is_empty() { parts.into_iter().next().unwrap() } else { merged.into() };
        }
    }
    match schema["type"].as_str() {
        Some("string") => json!("00000000-0000-0000-0000-000000000000"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        _ => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let member = |name: &Value| {
                let name = name.as_str().unwrap().to_owned();
                let value = body_for(&schema["properties"][&name]);
                (name, value)
            };
            required.iter().map(member).collect::<serde_json::Map<_, _>>().into()
        }
    }
}

#[tokio::test]
async fn every_write_of_the_api_passes_the_gate_and_no_read_does() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = planning(&sandbox);
    let mut tried = 0;
    for operation in all() {
        if operation.effect == Effect::Read {
            continue;
        }
        let mut input = operation.request.as_ref().map_or(Value::Null, |body| body_for(&body.schema));
        for parameter in &operation.parameters {
            input[&parameter.name] = json!("x");
        }
        airbyte
            .call_raw(operation.name(), &input)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", operation.name()));
        let as_list = airbyte.pages(operation.name(), &input, None).map(drop).unwrap_err();
        assert_eq!(as_list.to_string(), "the request was not sent: it changes something, and is no list");
        tried += 1;
        assert_eq!(airbyte.planned().len(), tried, "{}", operation.name());
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(operations(&sandbox), [] as [String; 0]);
    // Two reads stop a connection when its source has changed.
    let id = "00000000-0000-0000-0000-000000000000";
    let compare = json!({"sourceId": id, "connectionId": id});
    airbyte.call_raw("sources/discover_schema", &compare).await.unwrap();
    let refresh = json!({"connectionId": id, "withRefreshedCatalog": true});
    airbyte.call_raw("web_backend/connections/get", &refresh).await.unwrap();
    assert_eq!(operations(&sandbox), [] as [String; 0]);
}

#[tokio::test]
async fn events_tell_all_observers_what_kind_of_write_it_was_and_what_it_took() {
    let sandbox = Sandbox::start().await.unwrap();
    let heard: [Arc<Mutex<Vec<Event>>>; 2] = Default::default();
    let mut builder = Airbyte::builder().server(sandbox.url());
    for list in &heard {
        let list = Arc::clone(list);
        builder = builder.observer(move |event: &Event| list.lock().unwrap().push(event.clone()));
    }
    let workspace = builder.build().unwrap().workspace(None).await.unwrap();
    sandbox.fault(Fault::on("destinations/create", FaultAction::DropBefore).unwrap().when(Occasion::Times(1)));
    sandbox.fault(Fault::on("destinations/partial_update", FaultAction::Status(503)).unwrap().when(Occasion::Times(2)));
    let made = workspace.ensure_destination("Lake", "S3", &lake()).await.unwrap().resource;
    let mut configuration = lake();
    configuration["s3_bucket_path"] = json!("silver/");
    workspace.ensure_destination("Lake", "S3", &configuration).await.unwrap();
    let raw = json!({"destinationId": made.id()});
    workspace.airbyte().call_raw("destinations/delete", &raw).await.unwrap();

    let written: Vec<_> = heard[0]
        .lock()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            Event::Written(it) => Some((it.operation, it.kind, it.attempts, it.name.clone(), it.id.is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(
        written,
        [
            ("destinations/create", WriteKind::Verified, 2, "Lake".to_owned(), true),
            ("destinations/partial_update", WriteKind::Idempotent, 3, "Lake".to_owned(), true),
            ("destinations/delete", WriteKind::Idempotent, 1, "destinations/delete".to_owned(), false),
        ]
    );
    assert_eq!(*heard[0].lock().unwrap(), *heard[1].lock().unwrap());
}
