//! Jobs: following and cancelling them.

use airway_client::{Attempt, ErrorKind, Failure, Job, JobStatus, StreamTally, WaitOptions as Patience};
use rhai::{Array, Dynamic, Map};

use super::failures::lost;
use crate::prelude::{Duration, Span, time_text};
use crate::registry::{Call, Handle, Items, ListOf, Raise, Registry};

impl Handle for Job {
    const NAME: &'static str = "Job";
    const DOC: &'static str = "A run of a connection.";

    fn show(&self) -> String {
        format!("job {}: {}", self.id(), self.status())
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

choices! {
    /// What happens when the time for a job has run out.
    enum OnTimeout {
        /// The script fails with kind `still_running`; the job goes on.
        Fail = "fail",
        /// The script goes on, and so does the job.
        Detach = "detach",
        /// The job is cancelled.
        Cancel = "cancel",
    }
}

choices! {
    /// What happens when a job does not succeed.
    enum OnFailure {
        /// The script goes on: it may look at `status`.
        Return = "return",
        /// The script fails with kind `job_failed`.
        Fail = "fail",
    }
}

options! {
    /// Options of `job.wait` and `wait_all`.
    struct WaitOptions {
        /// how long to wait; one hour when it is left out
        timeout: Option<Span>,
        /// what to do when the time has run out: "fail", "detach" or "cancel"
        on_timeout: OnTimeout = OnTimeout::Fail,
        /// what to do when a job ends without success: "return" goes on, "fail" fails
        on_failure: OnFailure = OnFailure::Return,
        /// the longest pause between two looks
        poll: Option<Span>,
        /// how long to bear with a server that does not answer; two minutes when it is left out
        patience: Option<Span>,
    }
}

options! {
    /// Options of `job.logs`.
    struct LogsOptions {
        /// only of the attempt with this number, from 0
        attempt: Option<i64>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Job>();
    api.method("wait")
        .doc("Waits until the job is over, showing how far it is, and returns it. A job that failed is no error: look at `status`.")
        .param("options", "how long")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet job = pipeline.sync().wait(#{ timeout: \"1h\", on_timeout: \"detach\" });\nprint(job.status);")
        .native(|call: &Call<'_>, job: Job, options: WaitOptions| -> Result<Job, Raise> {
            follow(call, std::slice::from_ref(&job), &options)?;
            Ok(job)
        });
    api.function("wait_all")
        .doc("Waits until all the jobs are over, showing how far they are, and returns them. They are looked at together: one request for all jobs of a workspace.")
        .param("jobs", "such as what `sync` returns")
        .param("options", "how long")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nfor job in wait_all([pipeline.sync()], #{ timeout: \"1h\" }) { print(`${job.id}: ${job.status}`); }")
        .native(|call: &Call<'_>, jobs: ListOf<Job>, options: WaitOptions| -> Result<Items<Job>, Raise> {
            follow(call, &jobs.0, &options)?;
            Ok(Items(jobs.0))
        });
    api.method("logs")
        .doc("Returns the lines of the log, oldest first.")
        .param("options", "of which attempt")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nfor line in job.logs() { print(line); }")
        .pure()
        .native(|call: &Call<'_>, job: Job, options: LogsOptions| {
            call.run(job.logs(options.attempt)).map(Items)
        });
    api.method("refresh")
        .doc("Reads the state of the job again and returns it.")
        .example(
            "let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.refresh().status);",
        )
        .native(|call: &Call<'_>, job: Job| -> Result<Job, Raise> {
            call.run(job.refresh())?;
            Ok(job)
        });
    api.method("cancel").doc("Cancels the job, unless it is over, and returns it.").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(pipeline.sync().cancel().status);")
        .native(
        |call: &Call<'_>, job: Job| -> Result<Job, Raise> {
            call.run(job.cancel())?;
            Ok(job)
        },
    );
    api.property("id")
        .doc("Its number.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.id);")
        .native(|_: &Call<'_>, job: Job| job.id());
    api.property("status")
        .doc("\"pending\", \"running\", \"incomplete\", \"succeeded\", \"failed\" or \"cancelled\".")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect_eq(job.status, \"succeeded\");")
        .native(|_: &Call<'_>, job: Job| job.status().to_string());
    api.property("kind")
        .doc("\"sync\", \"refresh\", \"reset_connection\" or \"clear\".")
        .example(
            "let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect_eq(job.kind, \"sync\");",
        )
        .native(|_: &Call<'_>, job: Job| job.kind());
    api.property("connection")
        .doc("The name of its connection, where it was reached through it; else empty.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect_eq(job.connection, \"Shop → Lake\");")
        .native(|_: &Call<'_>, job: Job| job.connection().to_owned());
    api.property("records_synced")
        .doc("How many records reached the destination.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect(job.records_synced > 0, \"nothing was loaded\");")
        .native(|_: &Call<'_>, job: Job| job.tally().records);
    api.property("bytes_synced")
        .doc("How many bytes reached the destination.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.bytes_synced);")
        .native(|_: &Call<'_>, job: Job| job.tally().bytes);
    api.property("attempts")
        .doc("One map per attempt, oldest first: `number` (from 0), `status`, `records`, `bytes`, `duration` and `failure`.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect_eq(job.attempts.len, 1);")
        .native(|_: &Call<'_>, job: Job| job.attempts().iter().map(attempt).map(Dynamic::from).collect::<Array>());
    api.property("created_at")
        .doc("When it was created, in UTC, such as `2026-01-31T09:30:00Z`: times in this form can be compared. `()` where the server does not say.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.created_at);")
        .native(|_: &Call<'_>, job: Job| job.created_at().map(time_text));
    api.property("duration")
        .doc("How long it took.")
        .example(
            "let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.duration.seconds);",
        )
        .native(|_: &Call<'_>, job: Job| Duration(job.duration()));
    api.property("streams")
        .doc("Maps with `name`, `records` and `bytes`, one per stream.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nfor stream in job.streams { print(`${stream.name}: ${stream.records}`); }")
        .native(|_: &Call<'_>, job: Job| tallies(&job.streams()));
    api.property("failure")
        .doc("Why it failed: a map with `message`, `origin`, `type` and `stream`; `()` when it did not.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nif job.failure != () { print(job.failure.message); }")
        .native(|_: &Call<'_>, job: Job| job.failure().as_ref().map(failure));
}

/// Waits for a job, as long as usual when no timeout is given.
pub(super) fn wait(call: &Call<'_>, job: Job, timeout: Option<Span>) -> Result<Job, Raise> {
    let options =
        WaitOptions { timeout, on_timeout: OnTimeout::Fail, on_failure: OnFailure::Return, poll: None, patience: None };
    follow(call, std::slice::from_ref(&job), &options)?;
    Ok(job)
}

fn follow(call: &Call<'_>, jobs: &[Job], options: &WaitOptions) -> Result<(), Raise> {
    let mut waiting = Patience::default();
    waiting.timeout = options.timeout.as_ref().map_or(waiting.timeout, |span| span.0);
    waiting.poll = options.poll.as_ref().map_or(waiting.poll, |span| span.0);
    waiting.patience = options.patience.as_ref().map_or(waiting.patience, |span| span.0);
    waiting.cancel_on_timeout = options.on_timeout == OnTimeout::Cancel;
    match call.run(async { Ok::<_, Raise>(Job::wait_all(jobs, waiting).await) })? {
        Ok(()) => {}
        Err(error) => match error.kind() {
            ErrorKind::StillRunning { .. } if options.on_timeout == OnTimeout::Detach => return Ok(()),
            _ => return Err(lost(&error)),
        },
    }
    let failed = jobs.iter().find(|job| job.status() != JobStatus::Succeeded);
    match failed.filter(|_| options.on_failure == OnFailure::Fail) {
        Some(job) => Err(call.run(async { Ok::<_, Raise>(job.failed().await) })?.into()),
        None => Ok(()),
    }
}

/// Maps with `name`, `records` and `bytes`.
pub(super) fn tallies(streams: &[StreamTally]) -> Array {
    let one = |stream: &StreamTally| {
        let mut map = Map::new();
        map.insert("name".into(), stream.name.clone().into());
        map.insert("records".into(), stream.tally.records.into());
        map.insert("bytes".into(), stream.tally.bytes.into());
        Dynamic::from(map)
    };
    streams.iter().map(one).collect()
}

fn attempt(attempt: &Attempt) -> Map {
    let mut map = Map::new();
    map.insert("number".into(), attempt.number.into());
    map.insert("status".into(), attempt.status.clone().into());
    map.insert("records".into(), attempt.tally.records.into());
    map.insert("bytes".into(), attempt.tally.bytes.into());
    map.insert("duration".into(), Dynamic::from(Duration(attempt.duration)));
    map.insert("failure".into(), attempt.failure.as_ref().map_or(Dynamic::UNIT, |reason| failure(reason).into()));
    map
}

/// A map with `message`, `origin`, `type` and `stream`; what is not known is `()`.
pub(super) fn failure(failure: &Failure) -> Map {
    let Failure { message, origin, kind, stream, .. } = failure;
    let members = [("message", message), ("origin", origin), ("type", kind), ("stream", stream)];
    let text = |text: &Option<String>| text.clone().map_or(Dynamic::UNIT, Into::into);
    members.into_iter().map(|(name, value)| (name.into(), text(value))).collect()
}
