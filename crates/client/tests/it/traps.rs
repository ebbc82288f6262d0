//! Where the reference and real servers part ways, and that the client goes the servers' way.

use airway_client::{ConnectionSettings, ErrorKind, JobStatus, Schedule, TimeUnit, WaitOptions, Workspace};
use airway_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Tested, airbyte, builder, operations, shop, start, warehouse};

async fn sandbox(generation: &str) -> Tested {
    start(Sandbox::builder().emulate(generation.parse().unwrap())).await
}

async fn pipeline(workspace: &Workspace) -> airway_client::Connection {
    let configuration = shop(&json!("postgres"));
    let source = workspace.create_source("Shop", "Postgres", &configuration).await.unwrap();
    let destination = workspace.create_destination("Warehouse", "Postgres", &warehouse()).await.unwrap();
    let streams = source.discover().await.unwrap().select(["public.orders"]).unwrap();
    let settings = ConnectionSettings::copying(streams).schedule(Schedule::every(6, TimeUnit::Hours).unwrap());
    workspace.create_connection("Shop → Warehouse", &source, &destination, &settings).await.unwrap()
}

#[tokio::test]
async fn workspaces_are_listed_in_the_way_that_each_generation_knows() {
    let new = sandbox("2.0").await;
    assert_eq!(airbyte(&new).workspaces().await.unwrap().len(), 1);
    assert_eq!(operations(&new), ["instance_configuration", "workspaces/list_by_organization_id"]);

    let error = airbyte(&new).call_raw("workspaces/list", &Value::Null).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "this server does not have `workspaces/list`: only Airbyte up to 1.6 does, this is 2.0.0"
    );

    let old = sandbox("0.50").await;
    assert_eq!(airbyte(&old).workspaces().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_destination_is_looked_up_among_destinations() {
    let sandbox = sandbox("2.0").await;
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    let source = workspace.source_definition("postgres").await.unwrap();
    let destination = workspace.destination_definition("postgres").await.unwrap();
    assert_ne!(source.id(), destination.id());
    assert_eq!(destination.docker_repository(), "airbyte/destination-postgres");
    let created = workspace.create_destination("Staging", "postgres", &warehouse()).await.unwrap();
    assert_eq!(created.definition_id(), destination.id());
}

#[tokio::test]
async fn a_schedule_is_changed_without_posting_the_read_object_back() {
    for generation in ["1.5", "2.0"] {
        let sandbox = sandbox(generation).await;
        let airbyte = airbyte(&sandbox);
        let connection = pipeline(&airbyte.workspace(None).await.unwrap()).await;
        let read = airbyte.call_raw("connections/get", &json!({"connectionId": connection.id()})).await.unwrap();
        assert_eq!(read["schedule"], json!({"units": 6, "timeUnit": "hours"}));
        let refused = airbyte
            .call_raw("connections/update", &json!({"connectionId": connection.id(), "schedule": read["schedule"]}))
            .await
            .unwrap_err();
        assert_eq!(refused.status(), Some(500));
        let changed = connection.set_schedule(Schedule::every(12, TimeUnit::Hours).unwrap()).await.unwrap();
        assert_eq!(changed.schedule(), Some(Schedule::every(12, TimeUnit::Hours).unwrap()));
    }
}

#[tokio::test]
async fn records_come_from_the_aggregate_because_no_job_has_a_summary() {
    for generation in ["0.50", "1.5", "2.0"] {
        let sandbox = sandbox(generation).await;
        let airbyte = airbyte(&sandbox);
        let job = pipeline(&airbyte.workspace(None).await.unwrap()).await.sync().await.unwrap();
        assert_eq!(job.wait(WaitOptions::default()).await.unwrap(), JobStatus::Succeeded);
        assert_eq!(job.tally().records, 52_340, "{generation}");
        let read = airbyte.call_raw("jobs/get", &json!({"id": job.id()})).await.unwrap();
        assert_eq!(read["job"].get("summary"), None);
    }
}

#[tokio::test]
async fn a_check_without_a_status_has_failed() {
    let sandbox = sandbox("2.0").await;
    let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
    let mut configuration = warehouse();
    configuration["host"] = json!("crash");
    let report = workspace.check_destination("Postgres", &configuration).await.unwrap();
    assert_eq!((report.succeeded, report.message.is_none(), report.failure.is_some()), (false, true, true));
}

#[tokio::test]
async fn listed_jobs_are_taken_out_of_their_items() {
    let sandbox = sandbox("2.0").await;
    let connection = pipeline(&airbyte(&sandbox).workspace(None).await.unwrap()).await;
    for _ in 0..3 {
        connection.sync().await.unwrap().wait(WaitOptions::default()).await.unwrap();
    }
    let jobs = connection.jobs().limit(2).await.unwrap();
    assert_eq!(jobs.iter().map(airway_client::Job::id).collect::<Vec<_>>(), [3, 2]);
    assert!(jobs.iter().all(|job| job.status() == JobStatus::Succeeded && job.kind() == "sync"));
}

#[tokio::test]
async fn all_sources_are_listed_where_servers_page_and_where_they_do_not() {
    for generation in ["1.5", "2.0"] {
        let sandbox = sandbox(generation).await;
        let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
        for number in 0..45 {
            workspace.create_destination(&format!("Staging {number:02}"), "Postgres", &warehouse()).await.unwrap();
        }
        let mut names: Vec<String> =
            workspace.destinations().await.unwrap().iter().map(|found| found.name().to_owned()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 45, "{generation}");
        assert_eq!(workspace.destination("Staging 44").await.unwrap().name(), "Staging 44");
    }
}

#[tokio::test]
async fn a_running_sync_is_followed_instead_of_a_second_one() {
    let sandbox = start(builder().speed(60.0)).await;
    let connection = pipeline(&airbyte(&sandbox).workspace(None).await.unwrap()).await;
    let first = connection.sync().await.unwrap();
    let second = connection.sync().await.unwrap();
    assert_eq!(first, second);
    second.cancel().await.unwrap();
    assert_eq!(second.status(), JobStatus::Cancelled);
    // A job that is over is not cancelled again: the server would cancel whatever runs by then.
    second.cancel().await.unwrap();
    assert_eq!(operations(&sandbox).iter().filter(|path| *path == "jobs/cancel").count(), 1);
}

#[tokio::test]
async fn an_unknown_operation_or_member_is_refused_before_it_is_sent() {
    let sandbox = sandbox("2.0").await;
    let airbyte = airbyte(&sandbox);
    let error = airbyte.call_raw("conections/list", &Value::Null).await.unwrap_err();
    assert_eq!(
        (error.to_string(), error.hint()),
        ("the API has no operation `conections/list`".to_owned(), Some("did you mean `connections/list`?".to_owned()),)
    );
    let error = airbyte.call_raw("connections/list", &json!({"workspaceID": "x"})).await.unwrap_err();
    let ErrorKind::InvalidRequest { violations, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(violations.len(), 2, "{error}");
    assert_eq!(operations(&sandbox), [] as [String; 0]);
}

#[tokio::test]
async fn what_a_server_lacks_is_told_with_no_more_than_is_known_of_releases() {
    let text = async |generation: &str| {
        let sandbox = sandbox(generation).await;
        let workspace = airbyte(&sandbox).workspace(None).await.unwrap();
        let error =
            workspace.airbyte().call_raw("tags/list", &json!({"workspaceId": workspace.id()})).await.unwrap_err();
        assert!(operations(&sandbox).contains(&"tags/list".to_owned()), "it is asked all the same");
        error.to_string()
    };
    assert_eq!(
        text("1.5").await,
        "this server does not have `tags/list`: it was first seen in Airbyte 2.0 and is not in 1.0, this is 1.5.0"
    );
}

#[tokio::test]
async fn ways_are_chosen_once_and_shown() {
    // The oldest one does not tell its version.
    for (generation, pages) in [("0.50", None), ("1.5", Some(false)), ("2.0", Some(true))] {
        let sandbox = sandbox(generation).await;
        let airbyte = airbyte(&sandbox);
        let workspace = airbyte.workspace(None).await.unwrap();
        let connection = pipeline(&workspace).await;
        let job = connection.sync().await.unwrap();
        for _ in 0..2 {
            job.refresh().await.unwrap();
            assert_eq!(workspace.connections().await.unwrap().len(), 1);
            airbyte.workspaces().await.unwrap();
        }
        let ways = airbyte.capabilities().await.unwrap();
        assert_eq!((ways.workspaces, ways.pages), ("workspaces/list_by_organization_id", pages), "{generation}");
        assert_eq!((ways.connections, ways.job), ("web_backend/connections/list", "jobs/get_without_logs"));
        let asked = operations(&sandbox);
        assert_eq!(asked.iter().filter(|path| *path == "instance_configuration").count(), 1, "{generation}");
    }
}

#[tokio::test]
async fn a_way_that_is_missing_or_closed_leads_to_the_next() {
    let server = httpmock::MockServer::start_async().await;
    let id = "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6";
    let listed = json!({"connections": [{"connectionId": id, "name": "c", "syncCatalog": {"streams": []}}]});
    let answers = [
        ("workspaces/list", 200, json!({"workspaces": [{"workspaceId": id, "name": "w"}]})),
        ("web_backend/connections/list", 404, Value::Null),
        ("connections/list", 200, listed),
        ("jobs/get_without_logs", 404, Value::Null),
        ("jobs/get", 404, Value::Null),
        ("jobs/get_light", 200, json!({"job": {"id": 7, "status": "running"}})),
    ];
    for (path, status, body) in answers {
        server
            .mock_async(|when, then| {
                when.path(format!("/api/v1/{path}"));
                if body.is_null() {
                    then.status(status).body("Object not found.")
                } else {
                    then.status(status).json_body(body)
                };
            })
            .await;
    }
    let airbyte = airway_client::Airbyte::builder().server(server.base_url()).build().unwrap();
    let workspace = airbyte.workspace(None).await.unwrap();
    let connections = workspace.connections().await.unwrap();
    assert!(connections[0].catalog().await.unwrap().is_empty());
    assert_eq!(airbyte.job(7).await.unwrap().status(), JobStatus::Running);
    let ways = airbyte.capabilities().await.unwrap();
    assert_eq!(
        (ways.workspaces, ways.connections, ways.job),
        ("workspaces/list", "connections/list", "jobs/get_light")
    );
    assert_eq!(ways.pages, None);
}
