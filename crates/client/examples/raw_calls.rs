//! Operations that have no method of their own here: `cargo run -p airway-client --example raw_calls`.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use airway_client::{Airbyte, operations, types};
use airway_sandbox::Sandbox;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let airbyte = Airbyte::builder().server(sandbox.url()).build()?;
    let workspace = airbyte.workspace(None).await?;

    // With JSON in and out, by path or by id.
    let tag = json!({ "workspaceId": workspace.id(), "name": "nightly", "color": "FBECB1" });
    let made = airbyte.call_raw("tags/create", &tag).await?;
    println!("made tag {}", made["name"]);

    // With the types of the API.
    let body = types::TagListRequestBody { workspace_id: workspace.id().to_owned().into() };
    let tags: Vec<types::Tag> = airbyte.call_typed("tags/list", &body).await?;
    println!("{} tag", tags.len());

    // What does not fit is refused before it is sent.
    if let Err(error) = airbyte.call_raw("tags/create", &json!({ "workspaceID": workspace.id() })).await {
        println!("{error}");
    }
    let known = operations().get("tags/list").ok_or("an operation of the API")?;
    println!("{} is there since {}", known.name(), known.since.as_deref().unwrap_or("ever"));
    Ok(())
}
