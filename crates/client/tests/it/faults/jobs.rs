//! The same for what starts and stops jobs, and for the state that they leave.

use std::time::Duration;

use airway_client::{Airbyte, Event, JobStatus, RefreshMode, Result, Retries, Timeouts, WaitOptions};
use airway_sandbox::{Clock, Fault, FaultAction, Occasion, Sandbox};
use serde_json::{Value, json};

use super::{differing, sent_of, times_for};
use crate::support::{builder, set_up};

const WRITES: [&str; 8] = [
    "connections/sync",
    "jobs/cancel",
    "connections/refresh",
    "connections/clear",
    "connections/clear/stream",
    "connections/reset",
    "connections/reset/stream",
    "state/create_or_update_safe",
];

const START_MS: i64 = 1_760_774_400_000;

/// Time stands still but for looks at jobs.
async fn standing() -> (Sandbox, Clock) {
    let clock = Clock::manual(START_MS);
    (builder().clock(clock.clone()).speed(1.0).start().await.unwrap(), clock)
}

fn client(sandbox: &Sandbox, clock: &Clock, timeouts: Timeouts) -> Airbyte {
    let clock = clock.clone();
    let tick = move |event: &Event| {
        if matches!(event, Event::Job(_)) {
            clock.advance(Duration::from_mins(1));
        }
    };
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    Airbyte::builder().server(sandbox.url()).timeouts(timeouts).retries(quick).observer(tick).build().unwrap()
}

async fn run(airbyte: &Airbyte) -> Result<()> {
    let wait = WaitOptions::default().poll(Duration::from_millis(1));
    let (_, pipeline) = set_up(&airbyte.workspace(None).await?).await?;
    pipeline.sync().await?.cancel().await?;
    pipeline.sync().await?.succeeded(wait).await?;
    let saved = pipeline.state().await?;
    match pipeline.refresh(RefreshMode::Merge, &[]).await {
        Err(error) if error.is_unsupported() => {}
        refreshing => {
            if let Some(job) = refreshing? {
                job.succeeded(wait).await?;
            }
        }
    }
    pipeline.clear(&["orders"]).await?.succeeded(wait).await?;
    pipeline.clear(&[]).await?.succeeded(wait).await?;
    pipeline.reset(&["orders"]).await?.succeeded(wait).await?;
    pipeline.reset(&[]).await?.succeeded(wait).await?;
    pipeline.set_state(&saved).await?;
    Ok(())
}

/// What the jobs have left; and that none runs, and none was started twice by one run.
async fn state(sandbox: &Sandbox) -> Value {
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let pipeline = airbyte.workspace(None).await.unwrap().connection("Shop → Lake").await.unwrap();
    let jobs = pipeline.jobs().limit(50).await.unwrap();
    let of = |kind: &str| jobs.iter().filter(|job| job.kind() == kind).count();
    assert!(jobs.iter().all(|job| job.status().is_final()), "{jobs:?}");
    let counts = (of("sync"), of("refresh"), of("reset_connection"));
    assert!(counts.0 <= 4 && counts.1 <= 2 && counts.2 <= 8, "{counts:?}");
    assert!(jobs.iter().any(|job| job.status() == JobStatus::Cancelled));
    // How far the streams were read goes with the time.
    let state = pipeline.state().await.unwrap();
    json!({"kind": state.kind(), "streams": state.streams(), "schedule": pipeline.schedule().unwrap().to_string()})
}

async fn after(operation: &'static str, action: FaultAction) -> (String, Value) {
    let about = format!("{operation}, {action:?}");
    let (sandbox, clock) = standing().await;
    let timeouts = times_for(&action);
    sandbox.fault(Fault::on(operation, action).unwrap().when(Occasion::Times(1)));
    let _ = run(&client(&sandbox, &clock, timeouts)).await;
    let again = run(&client(&sandbox, &clock, Timeouts::default())).await;
    assert!(again.is_ok(), "{about}: {again:?}");
    (about, state(&sandbox).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_fault_and_a_plain_rerun_jobs_have_left_what_undisturbed_ones_leave() {
    let (undisturbed, clock) = standing().await;
    for _ in 0..2 {
        run(&client(&undisturbed, &clock, Timeouts::default())).await.unwrap();
    }
    let wanted = state(&undisturbed).await;
    let writes = sent_of(&WRITES, &undisturbed);
    assert_eq!(differing(writes, &wanted, after).await, Vec::<String>::new(), "wanted {wanted:#}");
}
