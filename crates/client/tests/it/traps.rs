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
    let jobs = connection.jobs(2).await.unwrap();
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
