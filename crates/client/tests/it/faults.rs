//! Whatever goes wrong with whichever write: a plain re-run leads to where an undisturbed run leads, with nothing twice and
//! nothing lost.

mod creates;
mod jobs;

use std::time::Duration;

use airway_client::{
    Airbyte, Change, ConnectionSettings, CustomConnector, Result, Retries, Schedule, TimeUnit, Timeouts, WaitOptions,
    Workspace,
};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::support::{builder, lake, operations, set_up, shop};

/// The writes of the run below, each of which every fault happens to.
const WRITES: [&str; 19] = [
    "workspaces/create",
    "source_definitions/create_custom",
    "source_definitions/update",
    "destination_definitions/create_custom",
    "destination_definitions/update",
    "sources/create",
    "sources/partial_update",
    "sources/update",
    "sources/delete",
    "destinations/create",
    "destinations/partial_update",
    "destinations/update",
    "destinations/delete",
    "tags/create",
    "tags/update",
    "connections/create",
    "connections/update",
    "connections/delete",
    "connections/sync",
];

/// So long waits a client that meets a slow server.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Longer than that client waits.
const TOO_SLOW: FaultAction = FaultAction::DelayMs(2_500);

/// What happens to a write. Older generations differ in how they word what happened, and in nothing else here.
fn faults() -> Vec<FaultAction> {
    if airway_contract::test_generation().is_some() {
        return vec![FaultAction::DropAfter, FaultAction::Status(500), FaultAction::StatusAfter(500)];
    }
    vec![
        FaultAction::DropBefore,
        FaultAction::DropAfter,
        FaultAction::Truncate,
        FaultAction::Status(500),
        FaultAction::StatusAfter(500),
        FaultAction::StatusAfter(504),
        FaultAction::Status(504),
        FaultAction::Html(502),
        FaultAction::TooMany { retry_after: Some(0) },
        FaultAction::TooMany { retry_after: None },
        FaultAction::DelayMs(20),
        TOO_SLOW,
    ]
}

fn client(sandbox: &Sandbox) -> Airbyte {
    impatient(sandbox, Timeouts::default())
}

fn impatient(sandbox: &Sandbox, timeouts: Timeouts) -> Airbyte {
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    Airbyte::builder().server(sandbox.url()).timeouts(timeouts).retries(quick).build().unwrap()
}

/// Every kind of write, in an order that can be run again: what is there already is found, what is gone stays gone.
async fn run(airbyte: &Airbyte) -> Result<()> {
    let workspace = airbyte.ensure_workspace("Analytics").await?.resource;
    workspace.ensure_custom_source_definition("Own", &CustomConnector::new("example/source-own", "1.0.0")).await?;
    workspace.ensure_custom_source_definition("Own", &CustomConnector::new("example/source-own", "1.1.0")).await?;
    workspace
        .ensure_custom_destination_definition("Out", &CustomConnector::new("example/destination-own", "1.0.0"))
        .await?;
    workspace
        .ensure_custom_destination_definition("Out", &CustomConnector::new("example/destination-own", "1.1.0"))
        .await?;
    set_up(&workspace).await?;

    let mut configuration = shop(&json!(airbyte.secret("postgres")));
    configuration["jdbc_url_params"] = json!("loglevel=1");
    workspace.ensure_source("Shop", "Postgres", &configuration).await?;
    configuration.as_object_mut().unwrap().remove("jdbc_url_params");
    let shop = workspace.ensure_source("Shop", "Postgres", &configuration).await?.resource;
    let mut configuration = lake();
    configuration["s3_bucket_path"] = json!("silver/");
    configuration["file_name_pattern"] = json!("{date}");
    workspace.ensure_destination("Lake", "S3", &configuration).await?;
    configuration.as_object_mut().unwrap().remove("file_name_pattern");
    let lake = workspace.ensure_destination("Lake", "S3", &configuration).await?.resource;

    let mut settings = ConnectionSettings::default().schedule(Schedule::every(1, TimeUnit::Days)?);
    match workspace.ensure_tag("nightly", Some("112233")).await {
        Err(error) if error.is_unsupported() => {}
        tag => {
            tag?;
            workspace.ensure_tag("nightly", Some("445566")).await?;
            settings = settings.tags(["nightly"]);
        }
    }
    let pipeline = workspace.ensure_connection("Shop → Lake", &shop, &lake, &settings).await?.resource;
    pipeline.sync().await?.succeeded(WaitOptions::default()).await?;
    without_old(&workspace).await
}

/// What is old is made first, to be deleted.
async fn without_old(workspace: &Workspace) -> Result<()> {
    let source = workspace.ensure_source("Old shop", "Postgres", &shop(&json!("postgres"))).await?.resource;
    let destination = workspace.ensure_destination("Old lake", "S3", &lake()).await?.resource;
    let settings = ConnectionSettings::copying(source.discover().await?.select(["public.orders"])?);
    workspace
        .ensure_connection("Old shop → Old lake", &source, &destination, &settings)
        .await?
        .resource
        .delete()
        .await?;
    source.delete().await?;
    destination.delete().await
}

/// What the server holds, without ids, times and jobs.
async fn state(sandbox: &Sandbox) -> Value {
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let mut workspaces = Vec::new();
    for workspace in airbyte.workspaces().await.unwrap() {
        let actor = |name: &str, connector: &str, configuration: &Value| json!([name, connector, configuration]);
        let mut sources = Vec::new();
        for it in workspace.sources().await.unwrap() {
            sources.push(actor(it.name(), it.connector(), it.configuration()));
        }
        let mut destinations = Vec::new();
        for it in workspace.destinations().await.unwrap() {
            destinations.push(actor(it.name(), it.connector(), it.configuration()));
        }
        let mut connections = Vec::new();
        for it in workspace.connections().await.unwrap() {
            let catalog = it.catalog().await.unwrap();
            let mut streams: Vec<String> = catalog.streams().iter().map(airway_client::Stream::full_name).collect();
            streams.sort();
            let jobs = it.jobs().limit(10).await.unwrap();
            assert!((1..=2).contains(&jobs.len()) && jobs.iter().all(|job| job.status().is_final()), "{jobs:?}");
            connections.push(json!([it.name(), streams, it.schedule().unwrap().to_string(), it.tags(), it.status()]));
        }
        let tags = workspace.tags().await.unwrap_or_default();
        let tags: Vec<Value> = tags.iter().map(|tag| json!([tag.name(), tag.color()])).collect();
        let definitions = workspace.source_definitions().await.unwrap();
        let mut custom: Vec<Value> =
            definitions.iter().filter(|it| it.is_custom()).map(|it| json!([it.name(), it.version()])).collect();
        let definitions = workspace.destination_definitions().await.unwrap();
        custom.extend(definitions.iter().filter(|it| it.is_custom()).map(|it| json!([it.name(), it.version()])));
        workspaces.push(json!([workspace.name(), sources, destinations, connections, tags, custom]));
    }
    workspaces.into()
}

async fn after(operation: &'static str, action: FaultAction) -> (String, Value) {
    let about = format!("{operation}, {action:?}");
    let sandbox = builder().start().await.unwrap();
    let timeouts = times_for(&action);
    sandbox.fault(Fault::on(operation, action).unwrap().when(Occasion::Times(1)));
    // It may succeed all the same, or end in an error: neither may leave anything twice.
    let _ = run(&impatient(&sandbox, timeouts)).await;
    let again = run(&client(&sandbox)).await;
    assert!(again.is_ok(), "{about}: {again:?}");
    (about, state(&sandbox).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_fault_and_a_plain_rerun_the_state_is_the_undisturbed_one() {
    let undisturbed = builder().start().await.unwrap();
    run(&client(&undisturbed)).await.unwrap();
    run(&client(&undisturbed)).await.unwrap();
    let wanted = state(&undisturbed).await;
    let writes = sent_of(&WRITES, &undisturbed);
    assert_eq!(differing(writes, &wanted, after).await, Vec::<String>::new(), "wanted {wanted:#}");
}

/// Those of the writes that were sent: all of them, on a present server.
#[track_caller]
fn sent_of(writes: &[&'static str], sandbox: &Sandbox) -> Vec<&'static str> {
    let all = operations(sandbox);
    let (sent, missing): (Vec<_>, Vec<_>) = writes.iter().partition(|write| all.iter().any(|sent| sent == *write));
    assert!(missing.is_empty() || airway_contract::test_generation().is_some(), "{missing:?}");
    sent
}

/// Every fault on every write: the cases that end in another state.
async fn differing<F: Future<Output = (String, Value)> + Send + 'static>(
    writes: Vec<&'static str>,
    wanted: &Value,
    case: fn(&'static str, FaultAction) -> F,
) -> Vec<String> {
    let cases = writes
        .into_iter()
        .flat_map(|operation| faults().into_iter().map(move |action| tokio::spawn(case(operation, action))));
    let mut done = futures::stream::iter(cases).buffer_unordered(4);
    let mut differing = Vec::new();
    while let Some(case) = done.next().await {
        let (about, found) = case.unwrap();
        if found != *wanted {
            differing.push(format!("{about}: {found:#}"));
        }
    }
    differing
}

/// How long a client waits: where the server is to be too slow for it, less than it usually would. Elsewhere it would take a
/// busy machine for a slow server.
fn times_for(action: &FaultAction) -> Timeouts {
    let mut timeouts = Timeouts::default();
    if *action != TOO_SLOW {
        return timeouts;
    }
    (timeouts.read, timeouts.write) = (PATIENCE, PATIENCE);
    (timeouts.check, timeouts.discover) = (PATIENCE, PATIENCE);
    timeouts
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_adopted_and_not_repeated() {
    for action in [FaultAction::DropAfter, FaultAction::Truncate, FaultAction::StatusAfter(500)] {
        for operation in
            ["sources/create", "destinations/create", "connections/create", "workspaces/create", "tags/create"]
        {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fault(Fault::on(operation, action.clone()).unwrap().when(Occasion::Times(1)));
            let airbyte = client(&sandbox);
            let workspace = airbyte.ensure_workspace("Analytics").await.unwrap().resource;
            let (changes, _) = set_up(&workspace).await.unwrap();
            assert_eq!(changes, [Change::Created, Change::Created, Change::Created], "{operation}, {action:?}");
            assert_eq!(workspace.ensure_tag("nightly", None).await.unwrap().change, Change::Created);
            let sent = operations(&sandbox).into_iter().filter(|sent| sent == operation).count();
            assert_eq!(sent, 1, "{operation}, {action:?}");
        }
    }
}

#[tokio::test]
async fn a_create_that_never_arrived_is_made_again_after_a_look() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("sources/create", FaultAction::DropBefore).unwrap().when(Occasion::Times(1)));
    set_up(&client(&sandbox).workspace(None).await.unwrap()).await.unwrap();
    let sent: Vec<String> = operations(&sandbox)
        .into_iter()
        .filter(|sent| matches!(sent.as_str(), "sources/list" | "sources/create"))
        .collect();
    assert_eq!(sent, ["sources/list", "sources/create", "sources/list", "sources/create"]);
}

#[tokio::test]
async fn a_create_that_two_could_come_from_is_an_error_with_their_ids() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("sources/create", FaultAction::StatusAfter(504)).unwrap().when(Occasion::Times(1)));
    // So late does the look come after the create.
    sandbox.fault(Fault::on("sources/list", FaultAction::DelayMs(300)).unwrap().when(Occasion::Nth(2)));
    let workspace = client(&sandbox).workspace(None).await.unwrap();
    let other = async {
        while !operations(&sandbox).iter().any(|sent| sent == "sources/create") {
            tokio::task::yield_now().await;
        }
        let other = client(&sandbox).workspace(None).await.unwrap();
        other.create_source("Shop", "Postgres", &shop(&json!("postgres"))).await.unwrap()
    };
    let (made, _) = tokio::join!(set_up(&workspace), other);
    let error = made.unwrap_err();
    assert_eq!(error.to_string(), "2 sources fit `Shop`");
    let there = workspace.sources().await.unwrap();
    assert_eq!(there.len(), 2);
    assert!(there.iter().all(|it| error.hint().unwrap().contains(it.id())), "{:?}", error.hint());
    assert_eq!(operations(&sandbox).iter().filter(|sent| *sent == "sources/create").count(), 2);
}

#[tokio::test]
async fn a_server_that_gets_to_a_create_after_it_was_made_again_is_told_of_with_both_ids() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("sources/create", FaultAction::Status(504)).unwrap().when(Occasion::Times(1)));
    // One list before it, five looks after it, and one after the second.
    let last = FaultAction::DelayMs(400);
    sandbox.fault(Fault::on("sources/list", last).unwrap().when(Occasion::Nth(7)));
    let workspace = client(&sandbox).workspace(None).await.unwrap();
    // What the server does late, somebody else does here.
    let other = client(&sandbox).workspace(None).await.unwrap();
    let definition = other.source_definition("Postgres").await.unwrap();
    let late = async {
        while operations(&sandbox).iter().filter(|sent| *sent == "sources/list").count() < 6 {
            tokio::task::yield_now().await;
        }
        let body = json!({
            "workspaceId": other.id(), "sourceDefinitionId": definition.id(), "name": "Shop",
            "connectionConfiguration": shop(&json!("postgres")),
        });
        other.airbyte().call_raw("sources/create", &body).await.unwrap()
    };
    let (made, _) = tokio::join!(set_up(&workspace), late);
    let error = made.unwrap_err();
    assert_eq!(error.to_string(), "2 sources fit `Shop`");
    assert_eq!(workspace.sources().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_that_gets_to_a_create_after_the_first_look_makes_it_once() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("sources/create", FaultAction::Status(504)).unwrap().when(Occasion::Times(1)));
    let retries = Retries::default().first_pause(Duration::from_millis(50));
    let airbyte = Airbyte::builder().server(sandbox.url()).retries(retries).build().unwrap();
    let workspace = airbyte.workspace(None).await.unwrap();
    // What the server does late, somebody else does here.
    let late = async {
        while !operations(&sandbox).iter().any(|sent| sent == "sources/create") {
            tokio::task::yield_now().await;
        }
        let other = client(&sandbox).workspace(None).await.unwrap();
        other.create_source("Shop", "Postgres", &shop(&json!("postgres"))).await.unwrap()
    };
    let (made, late) = tokio::join!(set_up(&workspace), late);
    assert_eq!(made.unwrap().0, [Change::Created, Change::Created, Change::Created]);
    assert_eq!(workspace.sources().await.unwrap(), [late]);
}
