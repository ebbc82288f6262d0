//! Following jobs: few requests, patience with servers, and errors that say what is known.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use airway_client::{Airbyte, Connection, ConnectionSettings, ErrorKind, Event, Job, JobStatus, Retries, WaitOptions};
use airway_sandbox::{Clock, Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;

use crate::support::{airbyte, lake, operations, set_up, shop};

const START_MS: i64 = 1_760_774_400_000;

/// A sandbox whose time stands still, and what moves it on.
async fn standing(generation: &str) -> (Sandbox, Clock) {
    let clock = Clock::manual(START_MS);
    let sandbox = Sandbox::builder().emulate(generation.parse().unwrap()).clock(clock.clone()).speed(1.0);
    (sandbox.start().await.unwrap(), clock)
}

/// A client under which a sync takes so many looks: time goes on by `step` at each look at the first job.
fn ticking(sandbox: &Sandbox, clock: &Clock, step: Duration) -> (Airbyte, Arc<Mutex<usize>>) {
    let (clock, ticks) = (clock.clone(), Arc::new(Mutex::new(0)));
    let seen = Arc::clone(&ticks);
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    let observer = move |event: &Event| {
        if let Event::Job(progress) = event
            && progress.job == 1
        {
            *seen.lock().unwrap() += 1;
            clock.advance(step);
        }
    };
    (Airbyte::builder().server(sandbox.url()).retries(quick).observer(observer).build().unwrap(), ticks)
}

fn quickly() -> WaitOptions {
    WaitOptions::default().poll(Duration::from_millis(1))
}

async fn connections(airbyte: &Airbyte, count: usize) -> Vec<Connection> {
    let workspace = airbyte.workspace(None).await.unwrap();
    let source = workspace.create_source("Shop", "Postgres", &shop(&json!("postgres"))).await.unwrap();
    let destination = workspace.create_destination("Lake", "S3", &lake()).await.unwrap();
    let streams = source.discover().await.unwrap().select(["public.orders"]).unwrap();
    let settings = ConnectionSettings::copying(streams);
    let mut made = Vec::new();
    for number in 0..count {
        made.push(
            workspace.create_connection(&format!("c{number:02}"), &source, &destination, &settings).await.unwrap(),
        );
    }
    made
}

async fn jobs(connections: &[Connection]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for connection in connections {
        jobs.push(connection.sync().await.unwrap());
    }
    jobs
}

fn count(sandbox: &Sandbox, prefix: &str) -> usize {
    operations(sandbox).iter().filter(|path| path.starts_with(prefix)).count()
}

#[tokio::test]
async fn fifty_jobs_cost_one_request_a_look() {
    for generation in ["0.50", "1.0", "2.0"] {
        let (sandbox, clock) = standing(generation).await;
        let (airbyte, ticks) = ticking(&sandbox, &clock, Duration::from_secs(50));
        let jobs = jobs(&connections(&airbyte, 50).await).await;
        let before = operations(&sandbox).len();
        Job::wait_all(&jobs, quickly()).await.unwrap();
        assert!(jobs.iter().all(|job| job.status() == JobStatus::Succeeded), "{generation}");
        assert!(jobs.iter().all(|job| job.tally().records == 52_340), "{generation}");
        let ticks = *ticks.lock().unwrap();
        assert_eq!((ticks, operations(&sandbox).len() - before), (4, 4), "{generation}");
        assert_eq!(count(&sandbox, "jobs/list_for_workspaces"), 4, "{generation}");
    }
}

#[tokio::test]
async fn jobs_that_no_list_shows_are_looked_at_one_by_one() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("jobs/list_for_workspaces", FaultAction::Status(403)).unwrap());
    let airbyte = airbyte(&sandbox);
    let jobs = jobs(&connections(&airbyte, 3).await).await;
    Job::wait_all(&jobs, quickly()).await.unwrap();
    assert_eq!((count(&sandbox, "jobs/list_for_workspaces"), count(&sandbox, "jobs/get_without_logs")), (1, 3));
    assert!(jobs.iter().all(|job| job.status() == JobStatus::Succeeded));
}

#[tokio::test]
async fn where_no_job_comes_without_its_logs_the_light_form_is_looked_at_and_the_numbers_read_once_it_is_over() {
    let (sandbox, clock) = standing("2.0").await;
    let missing = FaultAction::Answer { status: 404, body: json!("Object not found.") };
    sandbox.fault(Fault::on("jobs/get_without_logs", missing).unwrap());
    let (airbyte, ticks) = ticking(&sandbox, &clock, Duration::from_secs(50));
    let job = jobs(&connections(&airbyte, 1).await).await.remove(0);
    assert_eq!(job.wait(quickly()).await.unwrap(), JobStatus::Succeeded);
    assert_eq!((*ticks.lock().unwrap(), job.tally().records), (4, 52_340));
    let asked = ["jobs/get_without_logs", "jobs/get_light"].map(|operation| count(&sandbox, operation));
    // `jobs/get` begins like the others.
    assert_eq!((asked, operations(&sandbox).iter().filter(|it| *it == "jobs/get").count()), ([2, 4], 1));
}

#[tokio::test]
async fn a_sync_that_meets_a_job_which_clears_is_started_after_it() {
    let (sandbox, clock) = standing("2.0").await;
    let (airbyte, _) = ticking(&sandbox, &clock, Duration::from_secs(50));
    let connection = connections(&airbyte, 1).await.remove(0);
    let clearing = connection.clear(&[]).await.unwrap();
    let job = connection.sync().await.unwrap();
    assert_eq!((clearing.id(), job.id(), job.kind().as_str()), (1, 2, "sync"));
    clearing.refresh().await.unwrap();
    assert_eq!(clearing.status(), JobStatus::Succeeded);
    // Another one of the same kind is followed, and not waited for.
    assert_eq!(connection.sync().await.unwrap().id(), 2);
}

#[tokio::test]
async fn progress_tells_records_bytes_and_streams() {
    let (sandbox, clock) = standing("2.0").await;
    let heard: Arc<Mutex<Vec<Event>>> = Arc::default();
    let (listener, hand) = (Arc::clone(&heard), clock.clone());
    let airbyte = Airbyte::builder().server(sandbox.url()).observer(move |event: &Event| {
        if matches!(event, Event::Job(_)) {
            listener.lock().unwrap().push(event.clone());
            hand.advance(Duration::from_secs(45));
        }
    });
    let airbyte = airbyte.build().unwrap();
    let (_, pipeline) = set_up(&airbyte.workspace(None).await.unwrap()).await.unwrap();
    pipeline.sync().await.unwrap().wait(quickly()).await.unwrap();
    let told: Vec<(String, i64, usize, usize)> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|event| match event {
            Event::Job(it) => (it.status.to_string(), it.tally.records, it.streams.len(), it.attempt),
            other => panic!("{other:?}"),
        })
        .collect();
    let word = |word: &str| word.to_owned();
    assert_eq!(told.first(), Some(&(word("pending"), 0, 2, 0)));
    assert_eq!(told.last(), Some(&(word("succeeded"), 64_840, 2, 1)));
    assert!(told.iter().any(|(status, records, ..)| status == "running" && (1..64_840).contains(records)), "{told:?}");
}

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_borne_with() {
    for action in [FaultAction::DropBefore, FaultAction::Status(500), FaultAction::Html(502), FaultAction::Truncate] {
        let sandbox = Sandbox::start().await.unwrap();
        let airbyte = airbyte(&sandbox);
        let jobs = jobs(&connections(&airbyte, 1).await).await;
        // More often than one request is repeated.
        sandbox.fault(Fault::on("jobs/*", action.clone()).unwrap().when(Occasion::Times(10)));
        assert_eq!(jobs[0].wait(quickly()).await.unwrap(), JobStatus::Succeeded, "{action:?}");
    }
}

#[tokio::test]
async fn a_job_that_cannot_be_observed_is_not_a_failed_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = airbyte(&sandbox);
    let jobs = jobs(&connections(&airbyte, 2).await).await;
    sandbox.fault(Fault::on("jobs/*", FaultAction::Status(500)).unwrap());
    let error = Job::wait_all(&jobs, quickly().patience(Duration::ZERO)).await.unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("jobs 1 and 2 could not be observed for "), "{said}");
    assert_eq!(error.label(), "unobserved");
    assert_eq!(error.hint().as_deref(), Some("job 1 may go on, or be over: look at it again later"));
    let ErrorKind::Unobserved { cause, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(cause.status(), Some(500));
    sandbox.clear_faults();
    assert_eq!(jobs[0].wait(quickly()).await.unwrap(), JobStatus::Succeeded);
}

#[tokio::test]
async fn what_is_refused_is_told_at_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = airbyte(&sandbox);
    let job = jobs(&connections(&airbyte, 1).await).await.remove(0);
    sandbox.fault(Fault::on("jobs/*", FaultAction::Status(401)).unwrap());
    let error = job.wait(quickly()).await.unwrap_err();
    assert_eq!((error.status(), count(&sandbox, "jobs/get_without_logs")), (Some(401), 1));
}

#[tokio::test]
async fn when_the_time_is_up_jobs_go_on_or_are_cancelled() {
    let (sandbox, _clock) = standing("2.0").await;
    let airbyte = airbyte(&sandbox);
    let jobs = jobs(&connections(&airbyte, 3).await).await;
    let soon = quickly().timeout(Duration::from_millis(20));
    let error = jobs[0].wait(soon).await.unwrap_err();
    assert_eq!(error.to_string(), "job 1 is still pending after 20 ms");
    let error = Job::wait_all(&jobs, soon).await.unwrap_err();
    assert_eq!(error.to_string(), "jobs 1, 2 and 3 are not over after 20 ms");
    assert_eq!(count(&sandbox, "jobs/cancel"), 0);
    let error = Job::wait_all(&jobs, soon.cancel_on_timeout()).await.unwrap_err();
    assert_eq!(error.to_string(), "jobs 1, 2 and 3 were not over after 20 ms and were cancelled");
    assert_eq!(error.hint(), None);
    assert_eq!(count(&sandbox, "jobs/cancel"), 3);
    assert!(jobs.iter().all(|job| job.status() == JobStatus::Cancelled));
}

#[tokio::test]
async fn all_are_cancelled_that_can_be_and_of_the_others_is_told_why_not() {
    let (sandbox, _clock) = standing("2.0").await;
    let airbyte = airbyte(&sandbox);
    let jobs = jobs(&connections(&airbyte, 3).await).await;
    sandbox.fault(Fault::on("jobs/cancel", FaultAction::Status(403)).unwrap().when(Occasion::Times(1)));
    let soon = quickly().timeout(Duration::from_millis(20)).cancel_on_timeout();
    let error = Job::wait_all(&jobs, soon).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "jobs 1, 2 and 3 were not over after 20 ms; job 1 could not be cancelled: the server answered 403: the sandbox was \
         told to answer 403; jobs 2 and 3 were cancelled"
    );
    assert_eq!(error.hint().as_deref(), Some("job 1 goes on; wait for it again or cancel it"));
    assert_eq!(error.label(), "still_running");
    let statuses: Vec<JobStatus> = jobs.iter().map(Job::status).collect();
    assert_eq!(statuses, [JobStatus::Pending, JobStatus::Cancelled, JobStatus::Cancelled]);
    sandbox.fault(Fault::on("jobs/cancel", FaultAction::Status(403)).unwrap());
    let error = jobs[0].wait(soon).await.unwrap_err().to_string();
    assert!(error.starts_with("job 1 was not over after 20 ms; job 1 could not be cancelled: "), "{error}");
}

#[tokio::test]
async fn a_job_that_ends_just_before_it_is_cancelled_has_ended() {
    let (sandbox, clock) = standing("2.0").await;
    // The look shows it pending; it is over when it is to be cancelled.
    let (airbyte, _) = ticking(&sandbox, &clock, Duration::from_secs(200));
    let connections = connections(&airbyte, 2).await;
    let job = connections[0].sync().await.unwrap();
    let now = quickly().timeout(Duration::ZERO).cancel_on_timeout();
    assert_eq!(job.wait(now).await.unwrap(), JobStatus::Succeeded);
    assert_eq!((job.tally().records, count(&sandbox, "jobs/cancel")), (52_340, 0));
}

#[tokio::test]
async fn the_time_of_a_wait_bounds_its_looks() {
    let (sandbox, _clock) = standing("2.0").await;
    let job = jobs(&connections(&airbyte(&sandbox), 1).await).await.remove(0);
    sandbox.fault(Fault::on("jobs/get_without_logs", FaultAction::DelayMs(20_000)).unwrap());
    let started = std::time::Instant::now();
    let error = job.wait(quickly().timeout(Duration::from_millis(200))).await.unwrap_err();
    assert_eq!(error.to_string(), "job 1 is still pending after 200 ms");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    sandbox.clear_faults();
    // One that is longer than clocks count, and none at all.
    let error = job.wait(quickly().timeout(Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.to_string(), "job 1 is still pending after 0 s");
    job.cancel().await.unwrap();
    assert_eq!(job.wait(quickly().timeout(Duration::MAX)).await.unwrap(), JobStatus::Cancelled);
}

#[tokio::test]
async fn a_job_that_is_over_is_not_cancelled_so_that_the_next_one_is_not() {
    let (sandbox, clock) = standing("2.0").await;
    let airbyte = airbyte(&sandbox);
    let connection = connections(&airbyte, 1).await.remove(0);
    let first = connection.sync().await.unwrap();
    clock.advance(Duration::from_secs(200));
    let second = connection.sync().await.unwrap();
    assert_eq!((first.id(), second.id()), (1, 2));
    first.cancel().await.unwrap();
    second.refresh().await.unwrap();
    assert_eq!((first.status(), second.status()), (JobStatus::Succeeded, JobStatus::Pending));
    assert_eq!(count(&sandbox, "jobs/cancel"), 0);
}

#[tokio::test]
async fn a_cancel_whose_answer_was_lost_is_looked_for() {
    let (sandbox, _clock) = standing("2.0").await;
    let airbyte = airbyte(&sandbox);
    let job = jobs(&connections(&airbyte, 1).await).await.remove(0);
    sandbox.fault(Fault::on("jobs/cancel", FaultAction::DropAfter).unwrap());
    job.cancel().await.unwrap();
    assert_eq!((job.status(), count(&sandbox, "jobs/cancel")), (JobStatus::Cancelled, 1));
}

#[tokio::test]
async fn a_failed_job_says_why_with_the_end_of_its_log() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = airbyte(&sandbox);
    let connection = connections(&airbyte, 1).await.remove(0);
    let fails =
        FaultAction::JobFails { message: "disk full".to_owned(), at_percent: 40, attempts: None, streams: Vec::new() };
    sandbox.fault(Fault::on("connections/sync", fails).unwrap());
    let job = connection.sync().await.unwrap();
    let error = job.succeeded(quickly()).await.unwrap_err();
    assert_eq!(error.to_string(), "job 1 failed: disk full (replication, system_error)");
    let hint = error.hint().unwrap();
    assert!(hint.starts_with("the log ends with:\n") && hint.contains("ERROR replication: disk full"), "{hint}");
    let [attempt] = job.attempts().try_into().unwrap();
    assert_eq!((attempt.number, attempt.status.as_str()), (0, "failed"));
    assert_eq!(attempt.failure.unwrap().message.as_deref(), Some("disk full"));
    assert!(job.logs(Some(0)).await.unwrap().iter().any(|line| line.contains("disk full")));
}

#[tokio::test]
async fn the_stream_that_failed_is_named() {
    let sandbox = Sandbox::start().await.unwrap();
    let connection = connections(&airbyte(&sandbox), 1).await.remove(0);
    let job = connection.sync().await.unwrap();
    let failure = json!({
        "failureOrigin": "source", "failureType": "config_error", "externalMessage": "a torn page", "timestamp": 1,
        "streamDescriptor": {"name": "orders", "namespace": "public"},
    });
    let attempt = json!({"id": 0, "status": "failed", "failureSummary": {"failures": [failure]}});
    let body = json!({
        "job": {"id": job.id(), "configType": "sync", "configId": connection.id(), "status": "failed"},
        "attempts": [{"attempt": attempt}],
    });
    sandbox.fault(Fault::on("jobs/get_without_logs", FaultAction::Answer { status: 200, body }).unwrap());
    let error = job.succeeded(quickly()).await.unwrap_err();
    let ErrorKind::JobFailed { failure: Some(failure), .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(failure.stream.as_deref(), Some("public.orders"));
    assert_eq!(error.to_string(), "job 1 failed: a torn page (source, config_error, stream `public.orders`)");
}

#[tokio::test]
async fn attempts_are_counted_by_how_their_streams_are_read() {
    // Old servers leave the counting to the reader.
    for generation in ["0.50", "2.0"] {
        let sandbox = Sandbox::builder().emulate(generation.parse().unwrap()).start().await.unwrap();
        let airbyte = airbyte(&sandbox);
        let workspace = airbyte.workspace(None).await.unwrap();
        let (_, pipeline) = set_up(&workspace).await.unwrap();
        let streams = pipeline.catalog().await.unwrap();
        let whole = streams.select(["customers"]).unwrap().full_refresh().unwrap().overwrite();
        let both = streams.select(["orders"]).unwrap().and(&whole);
        let pipeline = pipeline.update(&ConnectionSettings::copying(both)).await.unwrap();
        let fails = FaultAction::JobFails {
            message: "away".to_owned(),
            at_percent: 40,
            attempts: Some(1),
            streams: Vec::new(),
        };
        sandbox.fault(Fault::on("connections/sync", fails).unwrap());
        let job = pipeline.sync().await.unwrap();
        job.wait(quickly()).await.unwrap();
        assert_eq!((job.status(), job.attempts().len()), (JobStatus::Succeeded, 2), "{generation}");
        let counted: Vec<(String, i64)> = job.streams().into_iter().map(|it| (it.name, it.tally.records)).collect();
        let expected = [("public.customers".to_owned(), 12_500), ("public.orders".to_owned(), 52_340)];
        assert!(expected.iter().all(|stream| counted.contains(stream)), "{generation}: {counted:?}");
        assert_eq!(job.tally().records, 64_840, "{generation}");
    }
}
