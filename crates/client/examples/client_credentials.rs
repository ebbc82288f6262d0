//! Logging in with client id and secret: `cargo run -p airway-client --example client_credentials`.
//!
//! Runs on an embedded sandbox that wants them; its tokens are had, kept and renewed without a word here.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use std::time::{Duration, Instant};

use airway_client::{Airbyte, Retries, Timeouts};
use airway_sandbox::{Auth, Sandbox};
use futures::future::try_join_all;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().auth(Auth::simple("the-id", "the-secret")).start().await?;

    let mut timeouts = Timeouts::default();
    timeouts.discover = Duration::from_mins(30);
    let settings = || {
        Airbyte::builder()
            .server(sandbox.url())
            .header("X-Team", "data")
            .timeouts(timeouts)
            .retries(Retries::default().per_request(5))
            .deadline(Instant::now() + Duration::from_mins(10))
    };

    let airbyte = settings().client_credentials("the-id", "the-secret").build()?;
    // All of these wait for one token.
    let answers = try_join_all((0..8).map(|_| airbyte.workspaces().into_future())).await?;
    println!("{} answers", answers.len());
    for workspace in &answers[0] {
        println!("workspace `{}`", workspace.name());
    }
    let tokens = sandbox.requests().iter().filter(|request| request.path.ends_with("/applications/token")).count();
    println!("{tokens} token");

    let stranger = settings().client_credentials("the-id", "a-guess").build()?;
    if let Err(error) = stranger.workspaces().await {
        println!("{error}");
        println!("hint: {}", error.hint().unwrap_or_default());
    }
    Ok(())
}
