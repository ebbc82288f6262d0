//! What may cross threads, and what a call leaves behind that is given up.

use std::time::Duration;

use airway_client::{
    Airbyte, Builder, Catalog, Connection, ConnectionSettings, Destination, Doctor, Error, Job, Retries, RetryBudget,
    Schedule, Secret, Source, Vault, Workspace,
};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;

const fn crosses<T: Send + Sync + 'static>() {}
const fn is_sent<T: Send + 'static>() {}

// Not a test that could fail: what is wrong here does not compile.
const _: () = {
    crosses::<Airbyte>();
    crosses::<Workspace>();
    crosses::<Source>();
    crosses::<Destination>();
    crosses::<Connection>();
    crosses::<ConnectionSettings>();
    crosses::<Catalog>();
    crosses::<Schedule>();
    crosses::<Job>();
    crosses::<Secret>();
    crosses::<Vault>();
    crosses::<Error>();
    crosses::<Retries>();
    crosses::<RetryBudget>();
    crosses::<Builder>();
    is_sent::<Doctor>();
};

#[tokio::test]
async fn every_kind_of_call_can_be_spawned() {
    fn spawnable<F: IntoFuture<IntoFuture: Send>>(future: F) -> F::IntoFuture {
        future.into_future()
    }
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let workspace = spawnable(airbyte.workspace(None)).await.unwrap();
    spawnable(workspace.sources()).await.unwrap();
    spawnable(workspace.source_definitions()).await.unwrap();
    spawnable(airbyte.call_raw("health", &json!({}))).await.unwrap();
    drop(spawnable(workspace.ensure_source("Shop", "Postgres", &json!({}))));
    drop(spawnable(airbyte.job(1)));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_a_client_that_works() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    for operation in ["instance_configuration", "workspaces/list_by_organization_id"] {
        sandbox.fault(Fault::on(operation, FaultAction::DelayMs(2_000)).unwrap().when(Occasion::Times(1)));
        let impatient = tokio::time::timeout(Duration::from_millis(50), airbyte.workspaces());
        assert!(impatient.await.is_err(), "{operation}");
    }
    assert_eq!(airbyte.workspaces().await.unwrap().len(), 1);
}

#[tokio::test]
async fn clients_of_one_process_know_nothing_of_each_other() {
    let sandbox = Sandbox::start().await.unwrap();
    let (one, other) = (
        Airbyte::builder().server(sandbox.url()).bearer("token-of-one").build().unwrap(),
        Airbyte::builder().server(sandbox.url()).bearer("token-of-another").build().unwrap(),
    );
    let placeholder = one.secret("hunter2");
    let error = other.call_raw("jobs/get_light", &json!({ "id": placeholder })).await.unwrap_err();
    assert_eq!(other.vault().redact("hunter2 token-of-one token-of-another"), "hunter2 token-of-one ***");
    assert!(!format!("{error:?}").contains("hunter2"));
}
