//! What a run that was interrupted leaves running on the server.

use crate::runtime::{Host, Target};

/// Says which jobs go on without the run, and how to follow them.
pub(crate) fn tell(host: &Host) {
    let jobs = host.running.list();
    if jobs.is_empty() {
        return;
    }
    let ends = match &host.settings.target {
        Target::Sandbox(settings) => settings.database.is_none(),
        Target::Default | Target::Server(_) => false,
    };
    let state = if ends { "ends with the embedded Airbyte" } else { "is still running" };
    for (job, connection) in &jobs {
        host.screen.say(format_args!("job {job} of connection `{connection}` {state}"));
    }
    if ends {
        return;
    }
    let server = match &host.settings.target {
        Target::Server(address) => format!(" --server {address}"),
        Target::Sandbox(settings) => {
            let database = settings.database.as_ref().map(|database| format!(" --sandbox-db {}", database.display()));
            database.unwrap_or_default()
        }
        Target::Default => String::new(),
    };
    let (job, _) = &jobs[0];
    host.screen.say(format_args!(
        "hint: run the script again, or `airway repl{server}` with `connect().job({job}).wait()`, to follow it"
    ));
    host.screen.say(format_args!("hint: `airway api jobs/cancel -F id:={job}{server}` cancels it"));
}
