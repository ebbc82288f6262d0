//! Creates are repeated as often as other requests, each time after a look.

use std::time::Duration;

use airway_client::{Airbyte, Result, Retries, Workspace};
use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;

use super::client;
use crate::support::{operations, shop};

const CREATE: &str = "sources/create";

async fn ensure(workspace: &Workspace) -> Result<()> {
    workspace.ensure_source("Shop", "Postgres", &shop(&json!("postgres"))).await.map(drop)
}

fn sent(sandbox: &Sandbox) -> usize {
    operations(sandbox).iter().filter(|sent| *sent == CREATE).count()
}

async fn there(sandbox: &Sandbox) -> usize {
    client(sandbox).workspace(None).await.unwrap().sources().await.unwrap().len()
}

fn quick() -> Retries {
    Retries::default().first_pause(Duration::from_millis(1))
}

async fn workspace(sandbox: &Sandbox, retries: Retries) -> Workspace {
    let airbyte = Airbyte::builder().server(sandbox.url()).retries(retries).build().unwrap();
    airbyte.workspace(None).await.unwrap()
}

#[tokio::test]
async fn what_reads_survive_creates_survive_as_well() {
    for action in [FaultAction::Status(503), FaultAction::DropBefore, FaultAction::Html(502)] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fault(Fault::on(CREATE, action.clone()).unwrap().when(Occasion::Times(3)));
        let made = ensure(&workspace(&sandbox, quick()).await).await;
        assert_eq!((made.is_ok(), sent(&sandbox), there(&sandbox).await), (true, 4, 1), "{action:?}: {made:?}");
    }
}

#[tokio::test]
async fn every_unclear_answer_is_followed_by_a_look() {
    for first in [FaultAction::Status(500), FaultAction::Status(503), FaultAction::DropBefore] {
        for last in [FaultAction::DropAfter, FaultAction::Truncate, FaultAction::StatusAfter(500)] {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fault(Fault::on(CREATE, first.clone()).unwrap().when(Occasion::Nth(1)));
            sandbox.fault(Fault::on(CREATE, last.clone()).unwrap().when(Occasion::Nth(2)));
            let made = ensure(&workspace(&sandbox, quick()).await).await;
            assert_eq!(
                (made.is_ok(), sent(&sandbox), there(&sandbox).await),
                (true, 2, 1),
                "{first:?}, {last:?}: {made:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_create_is_repeated_as_often_as_wished_and_no_more() {
    for (retries, creates) in
        [(quick().per_request(0), 1), (quick().per_request(2), 3), (quick().in_all(1), 2), (quick(), 4)]
    {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fault(Fault::on(CREATE, FaultAction::DropBefore).unwrap());
        let error = ensure(&workspace(&sandbox, retries).await).await.unwrap_err();
        assert_eq!((error.attempts() as usize, sent(&sandbox)), (creates, creates), "{retries:?}");
    }
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on(CREATE, FaultAction::DropAfter).unwrap());
    ensure(&workspace(&sandbox, quick().per_request(0)).await).await.unwrap();
    assert_eq!((sent(&sandbox), there(&sandbox).await), (1, 1));
}

#[tokio::test]
async fn a_create_is_not_repeated_when_no_look_tells_whether_it_was_made() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox, quick()).await;
    workspace.sources().await.unwrap();
    workspace.source_definition("Postgres").await.unwrap();
    sandbox.fault(Fault::on(CREATE, FaultAction::Status(503)).unwrap());
    let made = async {
        let error = ensure(&workspace).await.unwrap_err();
        assert_eq!((error.status(), error.operation()), (Some(503), Some(CREATE)));
    };
    let gone = async {
        while sent(&sandbox) == 0 {
            tokio::task::yield_now().await;
        }
        sandbox.fault(Fault::on("sources/list", FaultAction::Status(500)).unwrap());
    };
    tokio::join!(made, gone);
    assert_eq!(sent(&sandbox), 1);
}
