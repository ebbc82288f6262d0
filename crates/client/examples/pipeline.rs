//! The reference pipeline from Rust: `cargo run -p airway-client --example pipeline`.
//!
//! Runs on the embedded sandbox, or with `AIRBYTE_SERVER` on a server that has the systems it names.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use airway_client::{Airbyte, ConnectionSettings, Event, Schedule, TimeUnit, WaitOptions};
use airway_sandbox::Sandbox;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let server = std::env::var("AIRBYTE_SERVER").unwrap_or_else(|_| sandbox.url());
    let airbyte = Airbyte::builder()
        .server(server)
        .observer(|event: &Event| {
            if let Event::Written(written) = event {
                println!("{} {} `{}`", written.change, written.resource, written.name);
            }
        })
        .build()?;
    let workspace = airbyte.workspace(None).await?;

    let shop = json!({
        "host": "postgres", "port": 5432, "database": "ecommerce", "username": "postgres",
        "password": airbyte.secret(std::env::var("POSTGRES_PASSWORD").unwrap_or_else(|_| "postgres".to_owned())),
        "ssl": false, "replication_method": {"method": "Standard"},
    });
    let shop = workspace.ensure_source("PostgreSQL - Ecommerce", "Postgres", &shop).await?.resource;

    let lake = json!({
        "s3_bucket_name": "datalake", "s3_bucket_path": "bronze/", "s3_bucket_region": "us-east-1",
        "access_key_id": airbyte.secret("minioadmin"), "secret_access_key": airbyte.secret("minioadmin"),
        "s3_endpoint": "http://minio:9000", "format": {"format_type": "Parquet", "compression_codec": "snappy"},
    });
    let lake = workspace.ensure_destination("MinIO - Bronze", "S3", &lake).await?.resource;

    let catalog = shop.discover().await?;
    let streams = catalog.select(["public.customers", "public.orders"])?.incremental("updated_at")?.append();
    let settings = ConnectionSettings::copying(streams).schedule(Schedule::every(6, TimeUnit::Hours)?);
    let pipeline = workspace.ensure_connection("PostgreSQL → MinIO", &shop, &lake, &settings).await?.resource;

    let job = pipeline.sync().await?;
    job.succeeded(WaitOptions::default()).await?;
    println!("job {}: {} records, {} bytes", job.id(), job.tally().records, job.tally().bytes);
    Ok(())
}
