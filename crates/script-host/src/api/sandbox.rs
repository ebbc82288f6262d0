//! What a script can do with the embedded Airbyte beyond its API: let things go wrong, let time pass, look at requests.

use airway_sandbox::{Emulator, Fault, FaultError};
use serde_json::{Value, json};

use crate::prelude::Span;
use crate::registry::{Call, Handle, Json, JsonMap, Raise, Registry};
use crate::values::{self, FaultKind};

/// The embedded Airbyte of the run.
#[derive(Clone)]
pub(crate) struct Sandbox(Emulator);

impl Handle for Sandbox {
    const NAME: &'static str = "Sandbox";
    const DOC: &'static str = "The embedded Airbyte that this run speaks to.";

    fn show(&self) -> String {
        format!("sandbox, Airbyte {}", self.0.generation())
    }

    fn same(&self, _: &Self) -> bool {
        // A run has one at most.
        true
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Sandbox>();
    api.function("sandbox")
        .doc("Returns the embedded Airbyte of this run, to test how a script copes. It is an error where the run speaks to another server.")
        .example("print(sandbox());")
        .native(sandbox);
    api.method("fault")
        .doc("Lets something go wrong from now on: `operation` says with what (a path such as \"connections/sync\", a family such as \"sources/*\", \"*\", or \"schedule\" for the jobs that schedules start), `when` on which calls (`#{ times: 2 }`, `#{ nth: 3 }`, `#{ after: 3 }`, `#{ share: 0.2 }`; without, on all), `do` what happens (such as `#{ status: 503 }`, `#{ check_fails: \"no route\" }`, `#{ job_fails: \"disk full\" }`, \"drop_after\"; the sandbox\'s README lists all).")
        .param("fault", "a map of `operation`, `when` and `do`")
        .example("sandbox().fault(#{ operation: \"workspaces/*\", when: #{ times: 1 }, do: #{ status: 503 } });\nprint(connect().workspace().name);  // asked again, as the first answer was an error")
        .native(|_: &Call<'_>, sandbox: Sandbox, fault: JsonMap| -> Result<(), Raise> {
            sandbox.0.fault(Fault::from_value(&Value::Object(fault.0)).map_err(|error| refused(&error))?);
            Ok(())
        });
    api.method("clear_faults")
        .doc("Lets nothing go wrong any more.")
        .example("sandbox().clear_faults();")
        .native(|_: &Call<'_>, sandbox: Sandbox| sandbox.0.clear_faults());
    api.method("faults")
        .doc("Returns what goes wrong, each with how many `calls` of its operation there were and how many of them it `met`.")
        .example("let s = sandbox();\ns.fault(#{ operation: \"health\", do: #{ html: 502 } });\nprint(s.faults()[0].met);")
        .native(|_: &Call<'_>, sandbox: Sandbox| Json(json!(sandbox.0.faults())));
    api.method("advance")
        .doc("Lets time pass at once: schedules fire and jobs go on as they would in that time.")
        .param("time", "how much, such as \"6h\"")
        .example("sandbox().advance(\"6h\");")
        .native(|_: &Call<'_>, sandbox: Sandbox, time: Span| sandbox.0.advance(time.0));
    api.method("requests")
        .doc("Returns the requests so far, oldest first: maps of `operation`, `method`, `path`, `status`, `faults` (how many it met) and `body`, with secrets masked.")
        .example("connect().workspace();\nprint(sandbox().requests()[-1].operation);")
        .native(|_: &Call<'_>, sandbox: Sandbox| Json(sandbox.0.requests().iter().map(request).collect()));
}

fn sandbox(call: &Call<'_>) -> Result<Sandbox, Raise> {
    let host = call.host();
    if let Some(emulator) = call.run(host.server.sandbox(host))? {
        return Ok(Sandbox(emulator));
    }
    let address = call.run(host.server.airbyte(host))?.address().to_string();
    let message = format!("`sandbox`: this run speaks to `{address}`, which is no embedded Airbyte");
    Err(values::Fault::new(FaultKind::Environment, message).hint(Some("run the script with `--sandbox`")).into())
}

fn refused(error: &FaultError) -> Raise {
    let fault = values::Fault::new(FaultKind::Argument, format!("`fault`: {error}"));
    fault.hint(error.hint()).into()
}

fn request(request: &airway_sandbox::Recorded) -> Value {
    json!({
        "operation": request.operation, "method": request.method, "path": request.path, "status": request.status,
        "faults": request.faults, "body": request.body,
    })
}
