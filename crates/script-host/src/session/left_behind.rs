//! What a run that was interrupted leaves running on the server.

use crate::runtime::{Host, Target};

/// Says which jobs go on without the run, and how to follow them. A session goes on itself.
pub(crate) fn tell(host: &Host, is_session: bool) {
    let jobs = host.running.list();
    if jobs.is_empty() {
        return;
    }
    let ends = match &host.settings.target {
        Target::Sandbox(settings) => settings.database_file().is_none() && !is_session,
        Target::Default | Target::Server(_) => false,
    };
    if ends {
        let numbers: Vec<String> = jobs.iter().map(|(job, _)| job.to_string()).collect();
        let thing = if jobs.len() == 1 { "job" } else { "jobs" };
        return host.screen.say(format_args!("{thing} {} ended with the embedded Airbyte", numbers.join(", ")));
    }
    for (job, connection) in &jobs {
        host.screen.say(format_args!("job {job} of connection `{connection}` is still running"));
    }
    let (job, _) = &jobs[0];
    if is_session {
        return host.screen.say(format_args!("hint: `connect().job({job}).wait()` follows it, `.cancel()` cancels it"));
    }
    let server = match &host.settings.target {
        Target::Server(address) => format!(" --server {address}"),
        Target::Sandbox(settings) => {
            let database = settings.database_file().map(|database| format!(" --sandbox-db {}", database.display()));
            database.unwrap_or_default()
        }
        Target::Default => String::new(),
    };
    host.screen.say(format_args!(
        "hint: run the script again, or `airway repl{server}` with `connect().job({job}).wait()`, to follow it"
    ));
    host.screen.say(format_args!("hint: `airway api jobs/cancel -F id:={job}{server}` cancels it"));
}
