//! Jobs: following and cancelling them.

use airway_client::{ErrorKind, Failure, Job, WaitOptions as Patience};
use rhai::{Array, Dynamic, Map};

use super::failures::lost;
use crate::prelude::{Duration, Span};
use crate::registry::{Call, Handle, Raise, Registry};

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

options! {
    /// Options of `job.wait`.
    struct WaitOptions {
        /// how long to wait; one hour when it is left out
        timeout: Option<Span>,
        /// what to do when the time has run out: "fail", "detach" or "cancel"
        on_timeout: OnTimeout = OnTimeout::Fail,
        /// the longest pause between two looks
        poll: Option<Span>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Job>();
    api.method("wait")
        .doc("Waits until the job is over, showing how far it is, and returns it. A job that failed is no error: look at `status`.")
        .param("options", "how long")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet job = pipeline.sync().wait(#{ timeout: \"1h\", on_timeout: \"detach\" });\nprint(job.status);")
        .native(|call: &Call<'_>, job: Job, options: WaitOptions| {
            let mut patience = Patience::default();
            if let Some(poll) = options.poll {
                patience = patience.poll(poll.0);
            }
            if options.on_timeout == OnTimeout::Cancel {
                patience = patience.cancel_on_timeout();
            }
            let detach = options.on_timeout == OnTimeout::Detach;
            follow(call, job, with_timeout(patience, options.timeout), detach)
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
    api.property("records_synced")
        .doc("How many records reached the destination.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect(job.records_synced > 0, \"nothing was loaded\");")
        .native(|_: &Call<'_>, job: Job| job.tally().records);
    api.property("bytes_synced")
        .doc("How many bytes reached the destination.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.bytes_synced);")
        .native(|_: &Call<'_>, job: Job| job.tally().bytes);
    api.property("attempts")
        .doc("How many attempts there were.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nexpect_eq(job.attempts, 1);")
        .native(|_: &Call<'_>, job: Job| i64::try_from(job.attempts()).unwrap_or(i64::MAX));
    api.property("duration")
        .doc("How long it took.")
        .example(
            "let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.duration.seconds);",
        )
        .native(|_: &Call<'_>, job: Job| Duration(job.duration()));
    api.property("streams")
        .doc("Maps with `name`, `records` and `bytes`, one per stream.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nfor stream in job.streams { print(`${stream.name}: ${stream.records}`); }")
        .native(|_: &Call<'_>, job: Job| streams(&job));
    api.property("failure")
        .doc("Why it failed: a map with `message`, `origin` and `type`; `()` when it did not.")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nif job.failure != () { print(job.failure.message); }")
        .native(|_: &Call<'_>, job: Job| job.failure().as_ref().map(failure));
}

/// Waits for a job, as long as usual when no timeout is given.
pub(super) fn wait(call: &Call<'_>, job: Job, timeout: Option<Span>) -> Result<Job, Raise> {
    follow(call, job, with_timeout(Patience::default(), timeout), false)
}

fn with_timeout(patience: Patience, timeout: Option<Span>) -> Patience {
    timeout.map_or(patience, |timeout| patience.timeout(timeout.0))
}

fn follow(call: &Call<'_>, job: Job, patience: Patience, detach: bool) -> Result<Job, Raise> {
    let waited = call.run(async { Ok::<_, Raise>(job.wait(patience).await) })?;
    match waited {
        Ok(_) => Ok(job),
        Err(error) => match error.kind() {
            ErrorKind::StillRunning { .. } if detach => Ok(job),
            _ => Err(lost(&error)),
        },
    }
}

fn streams(job: &Job) -> Array {
    job.streams()
        .into_iter()
        .map(|stream| {
            let mut map = Map::new();
            map.insert("name".into(), stream.name.into());
            map.insert("records".into(), stream.tally.records.into());
            map.insert("bytes".into(), stream.tally.bytes.into());
            Dynamic::from(map)
        })
        .collect()
}

fn failure(failure: &Failure) -> Map {
    let members = [("message", &failure.message), ("origin", &failure.origin), ("type", &failure.kind)];
    let text = |text: &Option<String>| text.clone().map_or(Dynamic::UNIT, Into::into);
    members.into_iter().map(|(name, value)| (name.into(), text(value))).collect()
}
