//! The reference pipeline, from Rust, on the sandbox.

use std::sync::{Arc, Mutex};

use airway_client::{
    Airbyte, Change, CustomConnector, ErrorKind, Event, JobStatus, Resource, Schedule, TimeUnit, WaitOptions,
};
use airway_sandbox::Sandbox;
use serde_json::json;

use crate::support::{airbyte, lake, operations, sandbox, set_up, shop, writes};

#[tokio::test]
async fn the_second_run_writes_nothing() {
    let sandbox = sandbox().await;
    let first = airbyte(&sandbox);
    let workspace = first.workspace(None).await.unwrap();
    let (outcomes, _) = set_up(&workspace).await.unwrap();
    assert_eq!(outcomes, [Change::Created, Change::Created, Change::Created]);
    assert_eq!(writes(&sandbox), ["sources/create", "destinations/create", "connections/create"]);

    let again = airbyte(&sandbox);
    let workspace = again.workspace(None).await.unwrap();
    let (outcomes, pipeline) = set_up(&workspace).await.unwrap();
    assert_eq!(outcomes, [Change::Unchanged, Change::Unchanged, Change::Unchanged]);
    assert_eq!(writes(&sandbox).len(), 3);
    assert_eq!(pipeline.schedule(), Some(Schedule::every(6, TimeUnit::Hours).unwrap()));
}

#[tokio::test]
async fn only_what_differs_is_updated() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();

    let mut configuration = shop(&json!(airbyte.secret("postgres")));
    configuration["schemas"] = json!(["public"]);
    configuration["port"] = json!(5433);
    let shop = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap();
    let differences: Vec<String> = shop.change.differences().iter().map(ToString::to_string).collect();
    assert_eq!(differences, ["port: 5432 → 5433"]);
    let sent =
        sandbox.requests().into_iter().rfind(|request| request.path.ends_with("sources/partial_update")).unwrap();
    // Nothing is known of the stored password: it goes along.
    assert_eq!(
        sent.body,
        json!({
            "sourceId": shop.resource.id(), "connectionConfiguration": {"port": 5433, "password": "**********"},
        })
    );

    let moved = pipeline.set_schedule(Schedule::every(1, TimeUnit::Days).unwrap()).await.unwrap();
    assert_eq!(moved.schedule().unwrap().to_string(), "every day");
    assert_eq!(moved.catalog().await.unwrap().len(), 2);
    let sent = sandbox.requests().into_iter().rfind(|request| request.path.ends_with("connections/update")).unwrap();
    assert_eq!(
        sent.body,
        json!({
            "connectionId": pipeline.id(), "scheduleType": "basic",
            "scheduleData": {"basicSchedule": {"units": 1, "timeUnit": "days"}},
        })
    );
}

#[tokio::test]
async fn a_sync_is_followed_to_its_end_with_what_it_copied() {
    let sandbox = sandbox().await;
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let heard = Arc::clone(&events);
    let airbyte = Airbyte::builder()
        .server(sandbox.url())
        .observer(move |event: &Event| heard.lock().unwrap().push(event.clone()))
        .build()
        .unwrap();
    let workspace = airbyte.workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();

    let job = pipeline.sync().await.unwrap();
    let status = job.wait(WaitOptions::default()).await.unwrap();

    assert_eq!((job.id(), status), (1, JobStatus::Succeeded));
    assert_eq!((job.tally().records, job.tally().bytes), (64_840, 10_396_320));
    let streams: Vec<(String, i64)> =
        job.streams().into_iter().map(|stream| (stream.name, stream.tally.records)).collect();
    assert_eq!(streams, [("public.customers".to_owned(), 12_500), ("public.orders".to_owned(), 52_340)]);
    let written: Vec<(Resource, Change, String)> = events
        .lock()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            Event::Written(written) => Some((written.resource, written.change.clone(), written.name.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(
        written,
        [
            (Resource::Source, Change::Created, "Shop".to_owned()),
            (Resource::Destination, Change::Created, "Lake".to_owned()),
            (Resource::Connection, Change::Created, "Shop → Lake".to_owned()),
            (Resource::Connection, Change::Started, "Shop → Lake".to_owned()),
        ]
    );
    assert_eq!(pipeline.jobs().limit(10).await.unwrap().iter().map(airway_client::Job::id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_refused_configuration_and_a_failed_check_create_nothing() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();

    let mut configuration = shop(&json!("postgres"));
    configuration["port"] = json!("5432");
    let error = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration does not fit connector `Postgres`\n  `port` must be integer, not string"
    );

    let secret = airbyte.secret("wrong");
    let error = workspace.ensure_source("Shop", "Postgres", &shop(&json!(secret))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::CheckFailed { message: Some(_), .. }), "{error:?}");

    let mut configuration = shop(&json!("postgres"));
    configuration["host"] = json!("crash");
    let error = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap_err();
    let ErrorKind::CheckFailed { message: None, failure: Some(failure), .. } = error.kind() else {
        panic!("{error:?}");
    };
    assert!(failure.message.is_some());
    assert_eq!(writes(&sandbox), [] as [String; 0]);
}

#[tokio::test]
async fn names_that_do_not_exist_are_answered_with_the_nearest() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(Some("Default Workspace")).await.unwrap();

    let error = workspace.source_definition("Postgers").await.unwrap_err();
    assert_eq!(error.to_string(), "source definition `Postgers` not found in workspace `Default Workspace`");
    assert_eq!(error.hint().as_deref(), Some("did you mean `Postgres`?"));
    let error = airbyte.workspace(Some("Defalt Workspace")).await.unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("did you mean `Default Workspace`?"));
    let error = workspace.connection("x").await.unwrap_err();
    assert_eq!((error.label(), error.is_not_found()), ("not_found", true));
    assert!(workspace.find_source("x").await.unwrap().is_none());
}

#[tokio::test]
async fn two_of_one_name_are_touched_by_nobody() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let one = workspace.create_destination("Lake", "S3", &lake()).await.unwrap();
    let two = workspace.create_destination("Lake", "S3", &lake()).await.unwrap();
    let error = workspace.ensure_destination("Lake", "S3", &lake()).await.unwrap_err();
    assert_eq!(error.to_string(), "2 destinations fit `Lake`");
    let hint = error.hint().unwrap();
    assert!(hint.contains(one.id()) && hint.contains(two.id()), "{hint}");
    assert_eq!(writes(&sandbox).len(), 2);
}

#[tokio::test]
async fn secrets_reach_the_server_and_nobody_else() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    // The sandbox takes exactly this password for a wrong one: what it refuses, it has received.
    let secret = airbyte.secret("wrong");
    let configuration = shop(&json!(secret));
    assert!(!workspace.check_source("Postgres", &configuration).await.unwrap().succeeded);
    let error = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("\"wrong\""), "{error:?}");

    let shop = workspace.create_source("Shop", "Postgres", &configuration).await.unwrap();
    assert_eq!(shop.configuration()["password"], "**********");
}

#[tokio::test]
async fn a_secret_of_another_client_is_never_sent() {
    let sandbox = sandbox().await;
    let airbyte = airbyte(&sandbox);
    let workspace = airbyte.workspace(None).await.unwrap();
    let foreign = airway_client::Vault::new().conceal("postgres");
    let error = workspace.create_source("Shop", "Postgres", &shop(&json!(foreign))).await.unwrap_err();
    assert_eq!(error.label(), "unsendable");
    assert_eq!(writes(&sandbox), [] as [String; 0]);
}

#[tokio::test]
async fn handles_and_calls_can_move_between_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Airbyte>();
    crosses::<airway_client::Workspace>();
    crosses::<airway_client::Source>();
    crosses::<airway_client::Connection>();
    crosses::<airway_client::Job>();
    crosses::<airway_client::Error>();
    let sandbox = sandbox().await;
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    // A task of its own: only futures that may change threads can be one.
    let outcomes = tokio::spawn(async move { set_up(&workspace).await.map(|(outcomes, _)| outcomes) }).await.unwrap();
    assert_eq!(outcomes.unwrap().len(), 3);
}

#[tokio::test]
async fn nothing_is_made_without_a_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let (shop, lake) = (workspace.source("Shop").await.unwrap(), workspace.destination("Lake").await.unwrap());
    let settings = airway_client::ConnectionSettings::copying(pipeline.catalog().await.unwrap());
    let before = operations(&sandbox).len();
    let image = CustomConnector::new("example/source-shop", "1.0.0");
    let refused = [
        workspace.ensure_source("", "Postgres", &json!({})).await.unwrap_err(),
        workspace.ensure_destination(" ", "S3", &json!({})).await.unwrap_err(),
        workspace.ensure_connection("", &shop, &lake, &settings).await.unwrap_err(),
        workspace.create_connection("", &shop, &lake, &settings).await.unwrap_err(),
        shop.update("", &json!({})).await.unwrap_err(),
        workspace.ensure_tag("", None).await.unwrap_err(),
        workspace.airbyte().ensure_workspace("").await.unwrap_err(),
        workspace.ensure_custom_source_definition("", &image).await.unwrap_err(),
    ];
    assert_eq!(operations(&sandbox).len(), before);
    assert!(refused.iter().all(|error| matches!(error.kind(), ErrorKind::Impossible { .. })), "{refused:?}");
    assert_eq!(refused[0].to_string(), "source `` needs a name");
}
