//! Answers of three server generations, and of one that does not exist yet: all are read, and nothing in them is lost.

use airway_client::{Airbyte, JobStatus, Schedule, TimeUnit};
use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::{Value, json};

const CONNECTION: &str = "c0a80100-0000-4000-8000-000000000001";
const WORKSPACE: &str = "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6";

/// A server that gives these answers; what is not named is an unknown route.
async fn server(answers: &[(&str, Value)]) -> (MockServer, Airbyte) {
    let server = MockServer::start_async().await;
    for (path, body) in answers {
        let method = if *path == "instance_configuration" { GET } else { POST };
        server
            .mock_async(|when, then| {
                when.method(method).path(format!("/api/v1/{path}"));
                then.status(200).json_body(body.clone());
            })
            .await;
    }
    let airbyte = Airbyte::builder().server(server.base_url()).build().unwrap();
    (server, airbyte)
}

fn workspaces(more: &Value) -> Value {
    let mut workspace = json!({"workspaceId": WORKSPACE, "name": "default", "slug": "default"});
    workspace.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "workspaces": [workspace] })
}

fn instance(version: &str) -> Value {
    json!({
        "version": version, "edition": "community", "auth": {"mode": "none"},
        "defaultOrganizationId": "00000000-0000-0000-0000-000000000000",
    })
}

fn connection(more: &Value) -> Value {
    let mut connection = json!({
        "connectionId": CONNECTION, "name": "Shop → Lake", "sourceId": "s-1", "destinationId": "d-1", "status": "active",
        "syncCatalog": {"streams": [{
            "stream": {"name": "orders", "namespace": "public", "jsonSchema": {}, "supportedSyncModes": ["full_refresh"]},
            "config": {"syncMode": "full_refresh", "destinationSyncMode": "append", "selected": true},
        }]},
    });
    connection.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    connection
}

#[tokio::test]
async fn connections_of_every_generation_are_read() {
    let generations = [
        // 0.50: a region, the schedule in its older form only, no creation time.
        json!({"geography": "auto", "schedule": {"units": 6, "timeUnit": "hours"}, "breakingChange": false}),
        // 1.0: both forms of the schedule.
        json!({
            "schedule": {"units": 6, "timeUnit": "hours"}, "scheduleType": "basic", "created_at": 1_725_000_000,
            "scheduleData": {"basicSchedule": {"units": 6, "timeUnit": "hours"}}, "nonBreakingChangesPreference": "ignore",
        }),
        // 2.0: a data plane instead of a region, tags.
        json!({
            "scheduleType": "basic", "scheduleData": {"basicSchedule": {"units": 360, "timeUnit": "minutes"}},
            "tags": [{"tagId": "t-1", "name": "shop", "color": "FBECB1"}], "dataplaneGroupId": "g-1",
        }),
        // Later: nulls for what is required, a status and a member that nobody knows.
        json!({
            "scheduleType": "basic", "scheduleData": {"basicSchedule": {"units": 6, "timeUnit": "hours"}, "cron": null},
            "status": "hibernating", "breakingChange": null, "moonPhase": {"waxing": true},
        }),
    ];
    for (number, generation) in generations.into_iter().enumerate() {
        let (_server, airbyte) = server(&[
            ("workspaces/list", workspaces(&json!({}))),
            ("web_backend/connections/list", json!({ "connections": [connection(&generation)] })),
            ("connections/get", connection(&generation)),
        ])
        .await;
        let workspace = airbyte.workspace(None).await.unwrap();
        let read = workspace.connections().await.unwrap().remove(0);
        let schedule = read.refreshed().await.unwrap().schedule();
        assert_eq!(schedule, Some(Schedule::every(6, TimeUnit::Hours).unwrap()), "generation {number}");
        assert_eq!(read.catalog().await.unwrap().streams()[0].full_name(), "public.orders");
        assert_eq!(read.status(), if number == 3 { "hibernating" } else { "active" });
        let raw = airbyte.call_raw("connections/get", &json!({"connectionId": CONNECTION})).await.unwrap();
        assert_eq!(raw, connection(&generation), "nothing is lost");
    }
}

#[tokio::test]
async fn jobs_of_every_generation_are_counted() {
    let job = |more: Value| {
        let mut job = json!({"id": 7, "configType": "sync", "configId": CONNECTION, "status": "succeeded", "createdAt": 1, "updatedAt": 61});
        job.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        job
    };
    let attempt = json!({"attempt": {"id": 0, "status": "succeeded", "recordsSynced": 5, "bytesSynced": 500}});
    let cases = [
        // 0.50 knows no aggregate: the attempts tell.
        (json!({"job": job(json!({})), "attempts": [attempt]}), JobStatus::Succeeded, (5, 500)),
        (
            json!({"job": job(json!({"aggregatedStats": {"recordsCommitted": 9, "bytesCommitted": 900}})), "attempts": [attempt]}),
            JobStatus::Succeeded,
            (9, 900),
        ),
        (json!({"job": job(json!({"status": "queued"})), "attempts": null}), JobStatus::Queued, (0, 0)),
        (
            json!({"job": job(json!({"status": "paused", "configType": "backfill"})), "attempts": [{"attempt": null}]}),
            JobStatus::Other("paused".to_owned()),
            (0, 0),
        ),
    ];
    for (answer, status, (records, bytes)) in cases {
        let (_server, airbyte) = server(&[("jobs/get_without_logs", answer)]).await;
        let job = airbyte.job(7).await.unwrap();
        assert_eq!((job.status(), job.tally().records, job.tally().bytes), (status, records, bytes));
    }
}

#[tokio::test]
async fn a_server_is_known_by_what_it_says_or_not_at_all() {
    let (_old, airbyte) = server(&[("workspaces/list", workspaces(&json!({"geography": "eu"})))]).await;
    assert_eq!(airbyte.server().await.unwrap().version, None);
    assert_eq!(airbyte.workspaces().await.unwrap()[0].id(), WORKSPACE);

    let mut later = instance("3.1.0");
    later["edition"] = json!("galactic");
    later["licenseStatus"] = Value::Null;
    let (_new, airbyte) = server(&[
        ("instance_configuration", later),
        ("workspaces/list_by_organization_id", workspaces(&json!({"orbit": 3}))),
    ])
    .await;
    let told = airbyte.server().await.unwrap();
    assert_eq!((told.version.as_deref(), told.edition.as_deref()), (Some("3.1.0"), Some("galactic")));
    assert_eq!(airbyte.workspaces().await.unwrap()[0].name(), "default");
}

#[tokio::test]
async fn a_user_who_may_not_list_the_organisation_sees_the_workspaces_of_the_user() {
    let mut instance = instance("2.0.0");
    instance["defaultUserId"] = json!("11111111-1111-1111-1111-111111111111");
    let (server, airbyte) =
        server(&[("instance_configuration", instance), ("workspaces/list_by_user_id", workspaces(&json!({})))]).await;
    server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/workspaces/list_by_organization_id");
            then.status(403).json_body(json!({"message": "organisation readers only", "errorId": "e"}));
        })
        .await;
    assert_eq!(airbyte.workspaces().await.unwrap().len(), 1);
}
