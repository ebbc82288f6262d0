//! `connect()` and what it returns.

use airway_client::{Airbyte, Capabilities, Job, Workspace};
use rhai::{Dynamic, Map};
use serde_json::Value;

use super::lists::{self, ListOptions};
use super::server::finish;
use crate::registry::{Call, Handle, Json, JsonMap, Raise, Registry};
use crate::runtime::{Host, Login};
use crate::values::{Fault, FaultKind};

impl Handle for Airbyte {
    const NAME: &'static str = "Airbyte";
    const DOC: &'static str = "An Airbyte server.";

    fn show(&self) -> String {
        self.address().to_string()
    }

    fn same(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

options! {
    /// Options of `connect`.
    struct ConnectOptions {
        /// address of the server
        server: Option<String>,
        /// a token to log in with
        token: Option<String>,
        /// a user to log in as
        user: Option<String>,
        /// the user's password
        password: Option<String>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Airbyte>();
    api.function("connect")
        .doc("Returns the Airbyte of this run: the one that the command line, the environment or the options name. Nothing is sent yet.")
        .param("options", "another server than that of the run, or another login")
        .example("let airbyte = connect();")
        .pure()
        .native(connect);
    api.property("url")
        .doc("The address of the API.")
        .example("print(connect().url.starts_with(\"http\"));")
        .native(|_: &Call<'_>, airbyte: Airbyte| airbyte.address().to_string());
    api.property("server")
        .doc("What the server is, learned once in a run: a map with `version`, `edition`, `auth_mode` and `default_organization_id`, each `()` where it does not say, and `capabilities`: the operations `workspaces`, `connections` and `job` that are used where servers differ, and whether lists come in `pages`.")
        .example("let server = connect().server;\nprint(`${server.version}, ${server.capabilities.workspaces}`);")
        .native(|call: &Call<'_>, airbyte: Airbyte| {
            call.run(async {
                let server = airbyte.server().await?;
                let text = |text: &Option<String>| text.clone().map_or(Dynamic::UNIT, Into::into);
                let members = [
                    ("version", &server.version),
                    ("edition", &server.edition),
                    ("auth_mode", &server.auth_mode),
                    ("default_organization_id", &server.default_organization_id),
                ];
                let mut map: Map = members.into_iter().map(|(name, value)| (name.into(), text(value))).collect();
                map.insert("capabilities".into(), capabilities(&airbyte.capabilities().await?).into());
                Ok::<_, Raise>(map)
            })
        });
    api.method("workspace")
        .doc("Returns the workspace of that name or id; without one, that of the command line, or the only one there is.")
        .param("name", "name or id")
        .example("let ws = connect().workspace();")
        .native(|call: &Call<'_>, airbyte: Airbyte, name: Option<String>| -> Result<Workspace, Raise> {
            let name = name.or_else(|| call.host().settings.workspace.clone());
            call.run(airbyte.workspace(name.as_deref()))
        });
    api.method("workspaces")
        .doc("Returns the workspaces that the login may see.")
        .param("options", "how many")
        .example("for ws in connect().workspaces() { print(ws.name); }")
        .pure()
        .native(|call: &Call<'_>, airbyte: Airbyte, options: ListOptions| {
            lists::read(call, airbyte.workspaces(), &options)
        });
    api.method("ensure_workspace")
        .doc("Makes sure that there is a workspace of that name: creates it in the default organisation, or does nothing.")
        .param("name", "its name")
        .example("let ws = connect().ensure_workspace(\"Analytics\");")
        .native(|call: &Call<'_>, airbyte: Airbyte, name: String| -> Result<Workspace, Raise> {
            call.run(airbyte.ensure_workspace(&name)).map(|ensured| ensured.resource)
        });
    api.method("find_workspace")
        .doc("Returns the workspace of that name or id, or `()` when there is none.")
        .param("name", "name or id")
        .example("print(connect().find_workspace(\"Analytics\") == ());")
        .native(|call: &Call<'_>, airbyte: Airbyte, name: String| -> Result<Option<Workspace>, Raise> {
            call.run(airbyte.find_workspace(&name))
        });
    api.method("api")
        .doc("Calls any operation of the API by path or id and returns its answer. What is sent is compared with the API's description before it is sent.")
        .param("operation", "such as \"connections/list\"")
        .param("input", "the members of the body, and the parameters of path and query")
        .example("let ws = connect().workspace();\nprint(connect().api(\"sources/list\", #{ workspaceId: ws.id }).sources.len);")
        .native(|call: &Call<'_>, airbyte: Airbyte, operation: String, input: Option<JsonMap>| -> Result<Json, Raise> {
            let input = Value::Object(input.map(|input| input.0).unwrap_or_default());
            call.run(airbyte.call_raw(&operation, &input)).map(Json)
        });
    api.method("job")
        .doc("Returns the job of that number.")
        .param("id", "the number of the job")
        .example("let job = connect().job(1);\nprint(job.status);")
        .native(|call: &Call<'_>, airbyte: Airbyte, id: i64| -> Result<Job, Raise> { call.run(airbyte.job(id)) });
}

fn capabilities(ways: &Capabilities) -> Map {
    let operations = [("workspaces", ways.workspaces), ("connections", ways.connections), ("job", ways.job)];
    let mut map: Map = operations.into_iter().map(|(name, operation)| (name.into(), operation.into())).collect();
    map.insert("pages".into(), ways.pages.map_or(Dynamic::UNIT, Into::into));
    map
}

fn connect(call: &Call<'_>, options: ConnectOptions) -> Result<Airbyte, Raise> {
    let host = call.host();
    let ConnectOptions { server, token, user, password } = options;
    if server.is_none() && token.is_none() && user.is_none() && password.is_none() {
        return call.run(host.server.airbyte(host));
    }
    let login = match (token, user) {
        (Some(token), _) => Login::Token(revealed(host, token)?),
        (None, Some(user)) => {
            Login::Password { user, password: password.map_or(Ok(String::new()), |text| revealed(host, text))? }
        }
        (None, None) => host.settings.login.clone(),
    };
    let builder = match server {
        Some(address) => Airbyte::builder().server(address),
        None => Airbyte::builder().server(call.run(host.server.airbyte(host))?.address().to_string()),
    };
    Ok(finish(builder, &login, host)?)
}

/// A login goes into a header, which the client does not look for placeholders.
fn revealed(host: &Host, text: String) -> Result<String, Raise> {
    let quoted = serde_json::Value::from(text.clone()).to_string();
    let damaged =
        || Raise::Fault(Fault::new(FaultKind::Argument, "`connect`: the secret of the login was cut or changed"));
    match host.vault.reveal_json(&quoted) {
        Ok(None) => Ok(text),
        Ok(Some(quoted)) => serde_json::from_str(&quoted).map_err(|_| damaged()),
        Err(_) => Err(damaged()),
    }
}
