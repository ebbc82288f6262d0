//! Lists of any length, a page at a time: `cargo run -p airway-client --example streaming_lists`.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use airway_client::Airbyte;
use airway_sandbox::Sandbox;
use futures::TryStreamExt;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let airbyte = Airbyte::builder().server(sandbox.url()).build()?;
    let organization = airbyte.server().await?.default_organization_id.clone();
    for number in 1..=250 {
        let workspace = json!({ "name": format!("Team {number:03}"), "organizationId": organization });
        airbyte.call_raw("workspaces/create", &workspace).await?;
    }

    // Whichever way of paging the list has is followed; no page is asked for before it is needed.
    let list = json!({ "organizationId": organization });
    let mut pages = std::pin::pin!(airbyte.pages("workspaces/list_by_organization_id", &list, Some(100))?);
    while let Some(page) = pages.try_next().await? {
        println!("a page of {}", page.len());
    }
    Ok(())
}
