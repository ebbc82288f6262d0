//! What is done with a connection besides syncing it, on each generation that differs.

use airway_client::{
    Connection, ConnectionSettings, ConnectionState, ErrorKind, JobFilter, JobKind, JobStatus, RefreshMode, Schedule,
    SchemaChange, SchemaChangePolicy, TimeUnit, WaitOptions,
};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;

use crate::support::{airbyte, operations, set_up, shop, writes};

const GENERATIONS: [&str; 4] = ["0.50", "1.0", "1.8", "2.0"];

async fn sandbox(generation: &str) -> Sandbox {
    Sandbox::builder().emulate(generation.parse().unwrap()).start().await.unwrap()
}

async fn pipeline(sandbox: &Sandbox) -> Connection {
    let workspace = airbyte(sandbox).workspace(None).await.unwrap();
    set_up(&workspace).await.unwrap().1
}

async fn synced(sandbox: &Sandbox) -> Connection {
    let pipeline = pipeline(sandbox).await;
    pipeline.sync().await.unwrap().succeeded(WaitOptions::default()).await.unwrap();
    pipeline
}

#[tokio::test]
async fn state_is_saved_and_restored_as_a_whole_and_by_stream() {
    for generation in GENERATIONS {
        let sandbox = sandbox(generation).await;
        let pipeline = pipeline(&sandbox).await;
        assert_eq!(pipeline.state().await.unwrap().kind(), "not_set", "{generation}");
        pipeline.sync().await.unwrap().succeeded(WaitOptions::default()).await.unwrap();
        let saved = pipeline.state().await.unwrap();
        assert_eq!((saved.kind(), saved.streams().len()), ("stream", 2), "{generation}");
        let orders = saved.stream("public.orders").cloned().unwrap();

        let cleared = pipeline.set_stream_state("orders", None).await.unwrap();
        assert_eq!(
            (cleared.streams(), cleared.stream("customers")),
            (vec!["public.customers".to_owned()], saved.stream("customers"))
        );
        let set = pipeline.set_stream_state("public.orders", Some(&orders)).await.unwrap();
        assert_eq!(set.stream("orders"), Some(&orders), "{generation}");
        let restored = ConnectionState::from_json(&saved.to_json()).unwrap();
        assert_eq!(pipeline.set_state(&restored).await.unwrap(), saved, "{generation}");
        let error = pipeline.set_stream_state("order", None).await.unwrap_err();
        assert_eq!(error.to_string(), "no stream fits `order`");
    }
}

#[tokio::test]
async fn state_is_not_written_under_a_running_sync() {
    let sandbox = Sandbox::builder().speed(1.0).start().await.unwrap();
    let pipeline = pipeline(&sandbox).await;
    let state = pipeline.state().await.unwrap();
    pipeline.sync().await.unwrap();
    let error = pipeline.set_state(&state).await.unwrap_err();
    assert_eq!(error.status(), Some(423), "{error}");
}

#[tokio::test]
async fn streams_are_cleared_in_the_way_that_each_generation_knows() {
    for generation in GENERATIONS {
        let sandbox = sandbox(generation).await;
        let pipeline = synced(&sandbox).await;
        let job = pipeline.clear(&["orders"]).await.unwrap();
        assert_eq!(
            (job.kind().as_str(), job.wait(WaitOptions::default()).await.unwrap()),
            ("reset_connection", JobStatus::Succeeded)
        );
        assert_eq!(pipeline.state().await.unwrap().streams(), ["public.customers"], "{generation}");
        pipeline.reset(&[]).await.unwrap().wait(WaitOptions::default()).await.unwrap();
        assert_eq!(pipeline.state().await.unwrap().streams(), [] as [&str; 0], "{generation}");
        let sent = writes(&sandbox);
        let clear = if generation == "0.50" { "connections/reset/stream" } else { "connections/clear/stream" };
        assert!(operations(&sandbox).contains(&clear.to_owned()), "{generation}: {sent:?}");
        assert_eq!(sent.last().map(String::as_str), Some("connections/reset"));
        let error = pipeline.clear(&["oders"]).await.unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `public.orders`?"));
    }
}

#[tokio::test]
async fn a_refresh_reads_streams_from_their_beginning_where_servers_can() {
    for generation in &GENERATIONS[1..] {
        let sandbox = sandbox(generation).await;
        let pipeline = synced(&sandbox).await;
        let job = pipeline.refresh(RefreshMode::Merge, &["public.orders"]).await.unwrap().unwrap();
        assert_eq!(job.wait(WaitOptions::default()).await.unwrap(), JobStatus::Succeeded);
        assert_eq!((job.kind().as_str(), job.connection()), ("refresh", "Shop → Lake"), "{generation}");
        let orders = job.streams().into_iter().find(|it| it.name == "public.orders").unwrap();
        assert_eq!(orders.tally.records, 52_340, "{generation}");
    }
    let old = sandbox("0.50").await;
    let error = pipeline(&old).await.refresh(RefreshMode::Truncate, &[]).await.unwrap_err();
    assert!(error.is_unsupported());
    assert!(
        error
            .to_string()
            .starts_with("this server does not have `connections/refresh`: it was first seen in Airbyte 1.0"),
        "{error}"
    );
}

#[tokio::test]
async fn a_refresh_under_a_running_sync_waits_for_the_next_one() {
    let sandbox = Sandbox::builder().speed(1.0).start().await.unwrap();
    let pipeline = pipeline(&sandbox).await;
    pipeline.sync().await.unwrap();
    assert_eq!(pipeline.refresh(RefreshMode::Merge, &[]).await.unwrap(), None);
}

#[tokio::test]
async fn a_run_whose_answer_was_lost_is_adopted_and_not_started_twice() {
    for operation in ["connections/refresh", "connections/clear", "connections/sync"] {
        let sandbox = Sandbox::builder().speed(1.0).start().await.unwrap();
        let pipeline = pipeline(&sandbox).await;
        sandbox.fault(Fault::on(operation, FaultAction::DropAfter).unwrap().when(Occasion::Times(1)));
        let job = match operation {
            "connections/refresh" => pipeline.refresh(RefreshMode::Merge, &[]).await.unwrap().unwrap(),
            "connections/clear" => pipeline.clear(&[]).await.unwrap(),
            _ => pipeline.sync().await.unwrap(),
        };
        assert_eq!((job.id(), pipeline.jobs().limit(10).await.unwrap().len()), (1, 1), "{operation}");
    }
}

#[tokio::test]
async fn jobs_are_found_by_kind_and_status() {
    for generation in GENERATIONS {
        let sandbox = sandbox(generation).await;
        let pipeline = synced(&sandbox).await;
        pipeline.clear(&[]).await.unwrap().wait(WaitOptions::default()).await.unwrap();
        let fails =
            FaultAction::JobFails { message: "no".to_owned(), at_percent: 0, attempts: None, streams: Vec::new() };
        sandbox.fault(Fault::on("connections/sync", fails).unwrap().when(Occasion::Times(1)));
        for _ in 0..2 {
            pipeline.sync().await.unwrap().wait(WaitOptions::default()).await.unwrap();
        }
        let ids = async |filter: JobFilter| -> Vec<i64> {
            pipeline.jobs_matching(filter).await.unwrap().iter().map(airway_client::Job::id).collect()
        };
        let newest = JobFilter::default();
        assert_eq!(ids(newest.clone()).await, [4, 3, 2, 1], "{generation}");
        assert_eq!(ids(newest.clone().of_kind(JobKind::Sync)).await, [4, 3, 1], "{generation}");
        assert_eq!(ids(newest.clone().of_kind(JobKind::Reset)).await, [2], "{generation}");
        assert_eq!(ids(newest.clone().in_status(JobStatus::Failed)).await, [3], "{generation}");
        let both = newest.in_status(JobStatus::Failed).in_status(JobStatus::Succeeded);
        assert_eq!(ids(both.of_kind(JobKind::Sync)).await, [4, 3, 1], "{generation}");
        assert_eq!(ids(JobFilter::default().in_status(JobStatus::Succeeded)).await[..1], [4], "{generation}");
    }
    // Before 1.0, servers refuse kinds that they do not know.
    let old = sandbox("0.50").await;
    assert_eq!(pipeline(&old).await.jobs().limit(5).await.unwrap().len(), 0);
    let asked = old.requests().into_iter().rfind(|request| request.path.ends_with("jobs/list")).unwrap();
    assert_eq!(asked.body["configTypes"], json!(["sync", "reset_connection"]));
}

#[tokio::test]
async fn how_a_connection_is_doing_is_one_word_everywhere() {
    for generation in GENERATIONS {
        let sandbox = sandbox(generation).await;
        let pipeline = pipeline(&sandbox).await;
        assert_eq!(pipeline.sync_status().await.unwrap().status, "pending", "{generation}");
        pipeline.sync().await.unwrap().wait(WaitOptions::default()).await.unwrap();
        let status = pipeline.sync_status().await.unwrap();
        assert_eq!((status.status.as_str(), status.last_success.is_some()), ("synced", true), "{generation}");
        let paused = pipeline.disable().await.unwrap();
        assert_eq!(paused.sync_status().await.unwrap().status, "paused", "{generation}");
        assert_eq!(paused.progress().await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_a_connection_has_already_is_not_written() {
    let sandbox = sandbox("2.0").await;
    let pipeline = pipeline(&sandbox).await;
    let before = writes(&sandbox).len();
    let same = ConnectionSettings::copying(pipeline.catalog().await.unwrap())
        .schedule(Schedule::every(360, TimeUnit::Minutes).unwrap());
    pipeline.update(&same).await.unwrap();
    pipeline.enable().await.unwrap();
    assert_eq!(writes(&sandbox).len(), before);
    let off = pipeline.disable().await.unwrap();
    assert_eq!((off.status(), writes(&sandbox).len()), ("inactive".to_owned(), before + 1));
    // The handle is older than the change; the server is asked.
    assert_eq!(pipeline.enable().await.unwrap().status(), "active");
    let sent = sandbox.requests().into_iter().rfind(|request| request.path.ends_with("connections/update")).unwrap();
    assert_eq!(sent.body, json!({"connectionId": pipeline.id(), "status": "active"}));
}

#[tokio::test]
async fn streams_without_what_their_mode_needs_are_refused_before_anything_is_written() {
    let sandbox = sandbox("2.0").await;
    let pipeline = pipeline(&sandbox).await;
    let before = writes(&sandbox).len();
    let bare = airway_client::Catalog::from_json(&json!([
        {"stream": {"name": "orders", "namespace": "public"}, "config": {"syncMode": "incremental"}},
    ]));
    let error = pipeline.update(&ConnectionSettings::copying(bare.unwrap())).await.unwrap_err();
    assert_eq!(error.to_string(), "stream `public.orders` needs a cursor: its source defines none");
    assert_eq!(writes(&sandbox).len(), before);
}

#[tokio::test]
async fn harmless_changes_of_the_schema_are_taken_over_and_others_refused() {
    for generation in GENERATIONS {
        let sandbox = sandbox(generation).await;
        let airbyte = airbyte(&sandbox);
        let workspace = airbyte.workspace(None).await.unwrap();
        let (_, pipeline) = set_up(&workspace).await.unwrap();
        assert_eq!(pipeline.schema_changes().await.unwrap().change(), SchemaChange::None, "{generation}");
        let before = writes(&sandbox).len();
        pipeline.apply_schema_changes().await.unwrap();
        assert_eq!(writes(&sandbox).len(), before, "{generation}");

        let source = workspace.source("Shop").await.unwrap();
        let mut configuration = shop(&json!(airbyte.secret("postgres")));
        configuration["database"] = json!("ecommerce_v2");
        let source = source.update("Shop", &configuration).await.unwrap();
        let changes = pipeline.schema_changes().await.unwrap();
        assert_eq!(changes.change(), SchemaChange::NonBreaking, "{generation}: {changes}");
        let (renewed, applied) = pipeline.apply_schema_changes().await.unwrap();
        assert_eq!(applied, changes);
        assert_eq!(renewed.schema_changes().await.unwrap().change(), SchemaChange::None, "{generation}");
        assert!(renewed.catalog().await.unwrap().streams().iter().all(|stream| stream.cursor() == ["updated_at"]));

        configuration["database"] = json!("ecommerce_v3");
        source.update("Shop", &configuration).await.unwrap();
        let before = writes(&sandbox).len();
        let error = renewed.apply_schema_changes().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Impossible { .. }), "{error:?}");
        assert!(error.to_string().contains("cursor `updated_at` is gone"), "{error}");
        assert_eq!(writes(&sandbox).len(), before, "{generation}");
    }
}

#[tokio::test]
async fn taking_over_a_schema_starts_no_job_stops_none_and_leaves_nothing_to_take_over() {
    for generation in GENERATIONS {
        let builder = Sandbox::builder().emulate(generation.parse().unwrap()).speed(1.0);
        let sandbox = builder.start().await.unwrap();
        let airbyte = airbyte(&sandbox);
        let workspace = airbyte.workspace(None).await.unwrap();
        let (_, pipeline) = set_up(&workspace).await.unwrap();
        let paused = pipeline.disable().await.unwrap();
        assert_eq!(paused.on_schema_change().await.unwrap(), Some(SchemaChangePolicy::Ignore), "{generation}");
        let job = pipeline.enable().await.unwrap().sync().await.unwrap();
        pipeline.disable().await.unwrap();

        let mut configuration = shop(&json!(airbyte.secret("postgres")));
        configuration["database"] = json!("ecommerce_v2");
        workspace.source("Shop").await.unwrap().update("Shop", &configuration).await.unwrap();
        let (renewed, changes) = pipeline.apply_schema_changes().await.unwrap();
        assert_eq!(changes.change(), SchemaChange::NonBreaking, "{generation}");
        job.refresh().await.unwrap();
        assert!(!job.status().is_final(), "{generation}: {job:?}");
        assert_eq!(pipeline.jobs().limit(10).await.unwrap().len(), 1, "{generation}");
        // Whoever stopped it had a reason.
        assert_eq!(renewed.status(), "inactive", "{generation}");
        let seen =
            airbyte.call_raw("web_backend/connections/get", &json!({"connectionId": pipeline.id()})).await.unwrap();
        assert_eq!(seen["schemaChange"], "no_change", "{generation}");
    }
}

#[tokio::test]
async fn the_next_runs_follow_from_schedule_and_last_sync() {
    let sandbox = sandbox("2.0").await;
    let pipeline = synced(&sandbox).await;
    let started = pipeline.last_job().await.unwrap().unwrap().created_at().unwrap();
    let next = pipeline.next_runs(2).await.unwrap();
    let expected = Schedule::every(6, TimeUnit::Hours).unwrap().next_runs(started, 2).unwrap();
    assert_eq!((next.len(), next), (2, expected));
    assert_eq!(pipeline.disable().await.unwrap().next_runs(2).await.unwrap(), []);
}
