//! Several syncs at once, and all of them waited for: `cargo run -p airway-client --example many_jobs`.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use std::time::Duration;

use airway_client::{Airbyte, ConnectionSettings, WaitOptions};
use airway_sandbox::Sandbox;
use futures::future::try_join_all;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().speed(1_000.0).start().await?;
    let airbyte = Airbyte::builder().server(sandbox.url()).build()?;
    let workspace = airbyte.workspace(None).await?;

    let shop = json!({
        "host": "postgres", "port": 5432, "database": "ecommerce", "username": "postgres",
        "password": airbyte.secret("postgres"), "ssl": false, "replication_method": {"method": "Standard"},
    });
    let shop = workspace.ensure_source("Shop", "Postgres", &shop).await?.resource;
    let warehouse = json!({
        "host": "postgres", "port": 5432, "database": "warehouse", "username": "postgres",
        "password": airbyte.secret("postgres"), "schema": "raw", "ssl": false,
    });
    let warehouse = workspace.ensure_destination("Warehouse", "Postgres", &warehouse).await?.resource;

    let catalog = shop.discover().await?;
    let mut jobs = Vec::new();
    for stream in ["public.customers", "public.orders", "public.products"] {
        let settings = ConnectionSettings::copying(catalog.select([stream])?);
        let connection = workspace.ensure_connection(stream, &shop, &warehouse, &settings).await?.resource;
        jobs.push(connection.sync().await?);
    }

    let patience = WaitOptions::default().timeout(Duration::from_mins(1)).poll(Duration::from_millis(100));
    try_join_all(jobs.iter().map(|job| job.succeeded(patience))).await?;
    for job in &jobs {
        println!("{}: {}, {} records", job.connection(), job.status(), job.tally().records);
    }
    Ok(())
}
