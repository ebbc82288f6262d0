//! Starting jobs: which one was started, whatever became of the answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use airway_client::{
    Airbyte, Change, Connection, ConnectionSettings, Event, Job, JobStatus, RefreshMode, Result, Retries, Schedule,
    WaitOptions,
};
use airway_sandbox::{Clock, Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;

use crate::support::{operations, set_up};

const START_MS: i64 = 1_760_774_400_000;
const WAYS: [&str; 6] = [
    "connections/sync",
    "connections/refresh",
    "connections/clear",
    "connections/clear/stream",
    "connections/reset",
    "connections/reset/stream",
];

/// The jobs of which observers were told that they were started.
type Heard = Arc<Mutex<Vec<Option<String>>>>;

fn listening(sandbox: &Sandbox) -> (Airbyte, Heard) {
    let heard = Heard::default();
    let listener = Arc::clone(&heard);
    let observer = move |event: &Event| {
        if let Event::Written(written) = event
            && written.change == Change::Started
        {
            listener.lock().unwrap().push(written.id.clone());
        }
    };
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    (Airbyte::builder().server(sandbox.url()).retries(quick).observer(observer).build().unwrap(), heard)
}

async fn pipeline(airbyte: &Airbyte) -> Connection {
    let pipeline = set_up(&airbyte.workspace(None).await.unwrap()).await.unwrap().1;
    // Nothing is to start but what is started here.
    pipeline.update(&ConnectionSettings::default().schedule(Schedule::Manual)).await.unwrap()
}

fn once(operation: &str, action: FaultAction) -> Fault {
    Fault::on(operation, action).unwrap().when(Occasion::Times(1))
}

async fn start(pipeline: &Connection, way: &str) -> Result<Job> {
    match way {
        "connections/sync" => pipeline.sync().await,
        "connections/refresh" => Ok(pipeline.refresh(RefreshMode::Merge, &["orders"]).await?.unwrap()),
        "connections/clear" => pipeline.clear(&[]).await,
        "connections/clear/stream" => pipeline.clear(&["orders"]).await,
        "connections/reset" => pipeline.reset(&[]).await,
        _ => pipeline.reset(&["orders"]).await,
    }
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_found_even_when_it_is_over() {
    for way in WAYS {
        let sandbox = Sandbox::start().await.unwrap();
        let (airbyte, heard) = listening(&sandbox);
        let pipeline = pipeline(&airbyte).await;
        start(&pipeline, way).await.unwrap().wait(WaitOptions::default()).await.unwrap();
        let lost = [
            FaultAction::DropAfter,
            FaultAction::Truncate,
            FaultAction::StatusAfter(500),
            FaultAction::StatusAfter(504),
        ];
        for (number, action) in (2..).zip(lost) {
            sandbox.fault(once(way, action.clone()));
            let job = start(&pipeline, way).await.unwrap_or_else(|error| panic!("{way}, {action:?}: {error}"));
            assert_eq!((job.id(), job.status()), (number, JobStatus::Succeeded), "{way}, {action:?}");
            assert_eq!(pipeline.last_job().await.unwrap().unwrap().id(), number);
        }
        let told: Vec<_> = (1..=5).map(|number| Some(number.to_string())).collect();
        assert_eq!(*heard.lock().unwrap(), told, "{way}");
    }
}

#[tokio::test]
async fn an_older_job_is_not_taken_for_the_one_that_was_not_started() {
    for way in WAYS {
        for action in [FaultAction::DropBefore, FaultAction::Status(500), FaultAction::Status(504)] {
            let sandbox = Sandbox::start().await.unwrap();
            let (airbyte, heard) = listening(&sandbox);
            let pipeline = pipeline(&airbyte).await;
            start(&pipeline, way).await.unwrap().wait(WaitOptions::default()).await.unwrap();
            sandbox.fault(once(way, action.clone()));
            let error = start(&pipeline, way).await.unwrap_err();
            assert_eq!((error.operation(), error.is_unclear()), (Some(way), true), "{action:?}");
            assert_eq!(operations(&sandbox).iter().filter(|sent| *sent == way).count(), 2, "{way}, {action:?}");
            assert_eq!(heard.lock().unwrap().len(), 1, "{way}, {action:?}");
        }
    }
}

#[tokio::test]
async fn a_running_job_that_does_something_else_is_not_adopted() {
    let sandbox = Sandbox::builder().clock(Clock::manual(START_MS)).speed(1.0).start().await.unwrap();
    let (airbyte, _) = listening(&sandbox);
    let pipeline = pipeline(&airbyte).await;
    assert_eq!(pipeline.clear(&["customers"]).await.unwrap().id(), 1);
    for way in ["connections/clear/stream", "connections/clear", "connections/reset/stream", "connections/reset"] {
        sandbox.fault(once(way, FaultAction::Status(504)));
        let error = start(&pipeline, way).await.unwrap_err();
        assert_eq!((error.status(), error.operation()), (Some(504), Some(way)));
    }
    let sandbox = Sandbox::builder().clock(Clock::manual(START_MS)).speed(1.0).start().await.unwrap();
    let (airbyte, _) = listening(&sandbox);
    let pipeline = self::pipeline(&airbyte).await;
    assert_eq!(pipeline.refresh(RefreshMode::Merge, &["orders"]).await.unwrap().unwrap().id(), 1);
    sandbox.fault(once("connections/refresh", FaultAction::Status(504)));
    let error = pipeline.refresh(RefreshMode::Truncate, &["customers"]).await.unwrap_err();
    assert_eq!(error.status(), Some(504));
}

#[tokio::test]
async fn a_job_that_somebody_else_starts_meanwhile_is_adopted_only_if_it_does_the_same() {
    let sandbox = Sandbox::start().await.unwrap();
    let (airbyte, _) = listening(&sandbox);
    let pipeline = pipeline(&airbyte).await;
    // It is started in the moment of the call, which is not carried out.
    sandbox.fault(once("connections/clear/stream", FaultAction::Status(504)));
    let other = async {
        while !operations(&sandbox).iter().any(|sent| sent == "connections/clear/stream") {
            tokio::task::yield_now().await;
        }
        let (other, _) = listening(&sandbox);
        let connections = other.workspace(None).await.unwrap().connections().await.unwrap();
        connections[0].reset(&["customers"]).await.unwrap()
    };
    let (cleared, other) = tokio::join!(pipeline.clear(&["orders"]), other);
    assert_eq!((cleared.unwrap_err().status(), other.id()), (Some(504), 1));
}

#[tokio::test]
async fn a_sync_can_be_started_where_jobs_cannot_be_listed() {
    let sandbox = Sandbox::start().await.unwrap();
    let (airbyte, _) = listening(&sandbox);
    let pipeline = pipeline(&airbyte).await;
    sandbox.fault(Fault::on("jobs/list", FaultAction::Status(403)).unwrap());
    assert_eq!(pipeline.sync().await.unwrap().id(), 1);
    assert_eq!(pipeline.clear(&[]).await.unwrap().id(), 2);
}

#[tokio::test]
async fn what_started_no_job_is_not_told_to_have_started_one() {
    let sandbox = Sandbox::builder().speed(1.0).start().await.unwrap();
    let (airbyte, heard) = listening(&sandbox);
    let pipeline = pipeline(&airbyte).await;
    sandbox.fault(once("connections/refresh", FaultAction::Answer { status: 200, body: json!({}) }));
    let error = pipeline.refresh(RefreshMode::Merge, &[]).await.unwrap_err();
    assert_eq!(error.label(), "impossible");
    assert_eq!(*heard.lock().unwrap(), []);
    pipeline.sync().await.unwrap();
    assert_eq!(pipeline.refresh(RefreshMode::Merge, &[]).await.unwrap(), None);
    assert_eq!(*heard.lock().unwrap(), [Some("1".to_owned())]);
}
