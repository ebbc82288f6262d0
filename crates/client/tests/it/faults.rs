//! Whatever goes wrong with whichever write: a plain re-run leads to where an undisturbed run leads, with nothing twice and nothing lost.

use airway_client::{Error, Outcome, WaitOptions};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use serde_json::{Value, json};

use crate::support::{airbyte, operations, set_up};

const WRITES: [&str; 4] = ["sources/create", "destinations/create", "connections/create", "connections/sync"];

fn faults() -> Vec<FaultAction> {
    vec![
        FaultAction::DropBefore,
        FaultAction::DropAfter,
        FaultAction::Truncate,
        FaultAction::Status(500),
        FaultAction::Status(504),
        FaultAction::Html(502),
        FaultAction::TooMany { retry_after: Some(0) },
        FaultAction::TooMany { retry_after: None },
        FaultAction::DelayMs(20),
    ]
}

async fn run(sandbox: &Sandbox) -> Result<Vec<Outcome>, Error> {
    let airbyte = airbyte(sandbox);
    let workspace = airbyte.workspace(None).await?;
    let (outcomes, pipeline) = set_up(&workspace).await?;
    pipeline.sync().await?.succeeded(WaitOptions::default()).await?;
    Ok(outcomes)
}

/// What the server holds: names of sources, destinations and connections, what each connection copies, and how many jobs ended well.
async fn state(sandbox: &Sandbox) -> Value {
    let workspace = airbyte(sandbox).workspace(None).await.unwrap();
    let sources: Vec<String> = workspace.sources().await.unwrap().iter().map(|it| it.name().to_owned()).collect();
    let destinations: Vec<String> =
        workspace.destinations().await.unwrap().iter().map(|it| it.name().to_owned()).collect();
    let connections: Vec<Value> = workspace
        .connections()
        .await
        .unwrap()
        .iter()
        .map(|it| {
            let streams: Vec<String> = it.catalog().streams().iter().map(airway_client::Stream::full_name).collect();
            json!({"name": it.name(), "streams": streams, "schedule": it.schedule().unwrap().to_string()})
        })
        .collect();
    json!({"sources": sources, "destinations": destinations, "connections": connections})
}

#[tokio::test]
async fn after_any_fault_and_a_plain_rerun_the_state_is_the_undisturbed_one() {
    let undisturbed = Sandbox::start().await.unwrap();
    run(&undisturbed).await.unwrap();
    let wanted = state(&undisturbed).await;

    for operation in WRITES {
        for action in faults() {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fault(Fault::on(operation, action.clone()).unwrap().when(Occasion::Times(1)));
            // It may succeed all the same, or end in an error: neither may leave anything twice.
            let _ = run(&sandbox).await;
            let again = run(&sandbox).await;
            assert!(again.is_ok(), "{operation}, {action:?}: {again:?}");
            assert_eq!(state(&sandbox).await, wanted, "{operation}, {action:?}");
        }
    }
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_adopted_and_not_repeated() {
    for action in [FaultAction::DropAfter, FaultAction::Truncate] {
        for operation in &WRITES[..3] {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fault(Fault::on(operation, action.clone()).unwrap().when(Occasion::Times(1)));
            let outcomes = run(&sandbox).await.unwrap();
            assert_eq!(outcomes, [Outcome::Created, Outcome::Created, Outcome::Created], "{operation}, {action:?}");
            let sent = operations(&sandbox).into_iter().filter(|sent| sent == operation).count();
            assert_eq!(sent, 1, "{operation}, {action:?}");
        }
    }
}

#[tokio::test]
async fn a_create_that_never_arrived_is_made_again_after_a_look() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("sources/create", FaultAction::DropBefore).unwrap().when(Occasion::Times(1)));
    run(&sandbox).await.unwrap();
    let sent: Vec<String> = operations(&sandbox)
        .into_iter()
        .filter(|sent| matches!(sent.as_str(), "sources/list" | "sources/create"))
        .collect();
    assert_eq!(sent, ["sources/list", "sources/create", "sources/list", "sources/create"]);
}
