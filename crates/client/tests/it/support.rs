//! What the tests set up and look at.

use std::time::Duration;

use airway_client::{Airbyte, Change, Connection, ConnectionSettings, Result, Retries, Schedule, TimeUnit, Workspace};
use airway_contract::Held;
use airway_sandbox::{Sandbox, SandboxBuilder};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// A sandbox. When it goes, all that was asked and answered is held against the API's description.
pub(crate) type Tested = Held<Sandbox>;

/// Settings of a sandbox of the generation under test.
pub(crate) fn builder() -> SandboxBuilder {
    let version = airway_contract::test_generation();
    version.map_or_else(Sandbox::builder, |version| Sandbox::builder().emulate(version.parse().unwrap()))
}

/// Starts a sandbox with settings of its own.
pub(crate) async fn start(builder: SandboxBuilder) -> Tested {
    let journal = NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
    let sandbox = builder.journal(&journal).start().await.unwrap();
    Held::new(sandbox, journal, |sandbox| sandbox.requests().len())
}

/// Starts a sandbox of the generation under test.
pub(crate) async fn sandbox() -> Tested {
    start(builder()).await
}

/// A client that does not wait long before it asks again.
pub(crate) fn airbyte(sandbox: &Sandbox) -> Airbyte {
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    Airbyte::builder().server(sandbox.url()).retries(quick).build().unwrap()
}

pub(crate) fn shop(password: &Value) -> Value {
    json!({
        "host": "postgres", "port": 5432, "database": "ecommerce",
        "username": "postgres", "password": password,
        "ssl": false, "replication_method": {"method": "Standard"},
    })
}

pub(crate) fn lake() -> Value {
    json!({
        "s3_bucket_name": "datalake", "s3_bucket_path": "bronze/", "s3_bucket_region": "us-east-1",
        "access_key_id": "minioadmin", "secret_access_key": "minioadmin", "s3_endpoint": "http://minio:9000",
        "format": {"format_type": "Parquet", "compression_codec": "snappy"},
    })
}

pub(crate) fn warehouse() -> Value {
    json!({
        "host": "postgres", "port": 5432, "database": "datawarehouse", "username": "postgres",
        "password": "postgres", "schema": "raw", "ssl": false,
    })
}

/// Brings the reference pipeline about; the outcome of each ensure, and the connection.
pub(crate) async fn set_up(workspace: &Workspace) -> Result<(Vec<Change>, Connection)> {
    let password = json!(workspace.airbyte().secret("postgres"));
    let shop = workspace.ensure_source("Shop", "postgres", &shop(&password)).await?;
    let lake = workspace.ensure_destination("Lake", "S3", &lake()).await?;
    let catalog = shop.resource.discover().await?;
    let streams = catalog.select(["public.customers", "public.orders"])?.incremental("updated_at")?.append();
    let settings = ConnectionSettings::copying(streams).schedule(Schedule::every(6, TimeUnit::Hours)?);
    let pipeline = workspace.ensure_connection("Shop → Lake", &shop.resource, &lake.resource, &settings).await?;
    Ok((vec![shop.change, lake.change, pipeline.change], pipeline.resource))
}

/// The operations that were asked for.
pub(crate) fn operations(sandbox: &Sandbox) -> Vec<String> {
    sandbox.requests().into_iter().map(|request| request.path.replace("/api/v1/", "")).collect()
}

/// Those of them that change something.
pub(crate) fn writes(sandbox: &Sandbox) -> Vec<String> {
    let verbs = ["/create", "/update", "/delete", "/sync", "/cancel", "/reset", "/clear", "/refresh"];
    operations(sandbox).into_iter().filter(|path| verbs.iter().any(|verb| path.ends_with(verb))).collect()
}
