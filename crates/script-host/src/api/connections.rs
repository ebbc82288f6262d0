//! Connections.

use airway_client::{
    Catalog, Connection, ConnectionSettings, Destination, Error, Job, JobFilter, JobKind, JobStatus, Namespace,
    Schedule, SchemaChangePolicy, Source, Workspace,
};
use rhai::{Array, Dynamic};

use super::lists::{self, Count, ListOptions};
use crate::registry::{Arg, Call, Handle, Items, Json, ListOf, Mismatch, Raise, Registry, Ty};

impl Handle for Connection {
    const NAME: &'static str = "Connection";
    const DOC: &'static str = "A pipeline from a source to a destination.";

    fn show(&self) -> String {
        self.name().to_owned()
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// The streams of a connection: a catalog, or a list in the API's own form.
pub(super) struct Streams(pub(super) Catalog);

impl Arg for Streams {
    const TY: Ty = Ty::Either(&[Ty::Handle("Catalog"), Ty::List(&Ty::Map)]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if !value.is::<Array>() {
            return Catalog::take(value).map(Self).map_err(|_| Mismatch::wrong_type(Self::TY, "something else"));
        }
        let list = Json::take(value)?;
        Catalog::from_json(&list.0).map(Self).map_err(|error| Mismatch::value(error.to_string()))
    }
}

/// A word for what happens when the schema of the source changes.
struct OnSchemaChange(SchemaChangePolicy);

impl Arg for OnSchemaChange {
    const TY: Ty = Ty::Choice(&["ignore", "disable", "propagate_columns", "propagate_fully"]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let word = String::take(value)?;
        word.parse().map(Self).map_err(|error: airway_client::UnknownPolicy| Mismatch::value(error.to_string()))
    }
}

choices! {
    /// Whether a connection may run.
    enum Status {
        /// It may.
        Active = "active",
        /// It may not.
        Inactive = "inactive",
    }
}

options! {
    /// Settings of a connection.
    struct Settings {
        /// what is copied, and how
        streams: Option<Streams>,
        /// when it runs by itself: `every(…)`, `cron(…)` or `manual()`
        schedule: Option<Schedule>,
        /// "source", "destination" or a format with `${SOURCE_NAMESPACE}`
        namespace: Option<String>,
        /// what is put before the names of its streams
        prefix: Option<String>,
        /// "active" or "inactive"
        status: Option<Status>,
        /// `"ignore"`, `"disable"`, `"propagate_columns"` or `"propagate_fully"`
        on_schema_change: Option<OnSchemaChange>,
        /// its tags by name, all of them; the workspace gets those that it does not have
        tags: Option<ListOf<String>>,
    }
}

impl From<Settings> for ConnectionSettings {
    fn from(given: Settings) -> Self {
        let mut settings = Self::default();
        settings.streams = given.streams.map(|streams| streams.0);
        settings.schedule = given.schedule;
        settings.namespace = given.namespace.as_deref().map(Namespace::from);
        settings.prefix = given.prefix;
        settings.active = given.status.map(|status| status == Status::Active);
        settings.on_schema_change = given.on_schema_change.map(|policy| policy.0);
        settings.tags = given.tags.map(|names| names.0);
        settings
    }
}

choices! {
    /// What a job does.
    enum Kind {
        /// It copies.
        Sync = "sync",
        /// It reads streams from their beginning.
        Refresh = "refresh",
        /// It removes what was written.
        Reset = "reset_connection",
    }
}

/// One or several, or none for all.
struct Several<T>(Vec<T>);

impl<T: Arg> Arg for Several<T> {
    const TY: Ty = Ty::Either(&[T::TY, Ty::List(&T::TY)]);
    const OPTIONAL: bool = true;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if value.is::<Array>() {
            ListOf::take(value).map(|list| Self(list.0))
        } else {
            T::take(value).map(|one| Self(vec![one]))
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

options! {
    /// Options of `connection.jobs`.
    struct JobsOptions {
        /// how many at most
        limit: Count = Count(10),
        /// only of these kinds: `"sync"`, `"refresh"`, `"reset_connection"`
        types: Several<Kind>,
        /// only in one of these statuses, such as "failed"
        status: Several<String>,
    }
}

impl From<JobsOptions> for JobFilter {
    fn from(options: JobsOptions) -> Self {
        let filter = options.types.0.into_iter().fold(Self::default(), |filter, kind| {
            filter.of_kind(match kind {
                Kind::Sync => JobKind::Sync,
                Kind::Refresh => JobKind::Refresh,
                Kind::Reset => JobKind::Reset,
            })
        });
        let statuses = options.status.0.iter().map(|status| JobStatus::from(status.as_str()));
        statuses.fold(filter, Self::in_status)
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Connection>();
    finding(api);
    making(api);
    properties(api);
    running(api);
}

fn finding(api: &mut Registry) {
    api.method("connection")
        .doc("Returns the connection of that name or id.")
        .param("name", "name or id")
        .example("let ws = connect().workspace();\nprint(ws.connection(\"Shop → Lake\").status);")
        .native(|call: &Call<'_>, workspace: Workspace, name: String| -> Result<Connection, Raise> {
            call.run(workspace.connection(&name))
        });
    api.method("find_connection")
        .doc("Returns the connection of that name or id, or `()` when there is none.")
        .param("name", "name or id")
        .example("let ws = connect().workspace();\nif ws.find_connection(\"Shop → Warehouse\") == () { print(\"not there yet\"); }")
        .pure()
        .native(|call: &Call<'_>, workspace: Workspace, name: String| -> Result<Option<Connection>, Raise> {
            call.run(workspace.find_connection(&name))
        });
    api.method("connections")
        .doc("Returns the connections of the workspace. What they copy is read when it is looked at.")
        .param("options", "how many")
        .example("for connection in connect().workspace().connections(#{ limit: 5 }) { print(connection.name); }")
        .pure()
        .native(|call: &Call<'_>, workspace: Workspace, options: ListOptions| {
            lists::read(call, workspace.connections(), &options)
        });
}

fn making(api: &mut Registry) {
    api.method("ensure_connection")
        .doc("Makes sure that there is a connection of that name with these settings: creates it, updates only what differs, or does nothing.")
        .param("name", "its name")
        .param("source", "where it reads")
        .param("destination", "where it writes")
        .param("settings", "how it copies, and when")
        .example("let ws = connect().workspace();\nlet shop = ws.source(\"Shop\");\nlet pipeline = ws.ensure_connection(\"Customers\", shop, ws.destination(\"Lake\"), #{\n    streams: shop.discover().select(\"public.customers\").full_refresh().overwrite(),\n    schedule: every(6, \"hours\"),\n});\nprint(pipeline.status);")
        .native(
            |call: &Call<'_>, workspace: Workspace, name: String, source: Source, destination: Destination, settings: Settings| -> Result<Connection, Raise> {
                let settings = settings.into();
                let ensured = workspace.ensure_connection(&name, &source, &destination, &settings);
                call.run(ensured).map(|ensured| ensured.resource)
            },
        );
    api.method("create_connection")
        .doc("Creates a connection, whether or not there is one of that name.")
        .param("name", "its name")
        .param("source", "where it reads")
        .param("destination", "where it writes")
        .param("settings", "how it copies, and when")
        .example("let ws = connect().workspace();\nlet shop = ws.source(\"Shop\");\nlet pipeline = ws.create_connection(\"Once more\", shop, ws.destination(\"Lake\"), #{\n    streams: shop.discover().select(\"public.customers\"),\n    schedule: manual(),\n});")
        .native(
            |call: &Call<'_>,
             workspace: Workspace,
             name: String,
             source: Source,
             destination: Destination,
             settings: Settings|
             -> Result<Connection, Raise> {
                let settings = settings.into();
                call.run(workspace.create_connection(&name, &source, &destination, &settings))
            },
        );
    api.method("update")
        .doc("Changes what the settings name, leaves the rest as it is, and returns the changed connection.")
        .param("settings", "what to change")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet changed = pipeline.update(#{ schedule: every(1, \"days\"), prefix: \"shop_\" });\nexpect_eq(changed.prefix, \"shop_\");")
        .native(|call: &Call<'_>, connection: Connection, settings: Settings| -> Result<Connection, Raise> {
            call.run(connection.update(&settings.into()))
        });
    api.method("enable").doc("Lets the connection run.").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.enable().status, \"active\");")
        .native(
        |call: &Call<'_>, connection: Connection| -> Result<Connection, Raise> { call.run(connection.enable()) },
    );
    api.method("disable").doc("Keeps the connection from running.").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.disable().status, \"inactive\");")
        .native(
        |call: &Call<'_>, connection: Connection| -> Result<Connection, Raise> { call.run(connection.disable()) },
    );
    api.method("delete")
        .doc("Deletes the connection; a sync that runs is cancelled.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\npipeline.delete();\nexpect_eq(connect().workspace().find_connection(\"Shop → Lake\"), ());")
        .native(|call: &Call<'_>, connection: Connection| -> Result<(), Raise> { call.run(connection.delete()) });
}

fn properties(api: &mut Registry) {
    api.property("id")
        .doc("Its id.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(pipeline.id);")
        .native(|_: &Call<'_>, connection: Connection| connection.id().to_owned());
    api.property("name").doc("Its name.").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.name, \"Shop → Lake\");")
        .native(|_: &Call<'_>, connection: Connection| connection.name().to_owned());
    api.property("status")
        .doc("\"active\", \"inactive\" or \"deprecated\".")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.status, \"active\");")
        .native(|_: &Call<'_>, connection: Connection| connection.status());
    api.property("schedule")
        .doc("When it runs by itself.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(pipeline.schedule);")
        .native(|_: &Call<'_>, connection: Connection| connection.schedule());
    api.property("tags")
        .doc("The names of its tags.")
        .example("print(connect().workspace().connection(\"Shop → Lake\").tags);")
        .native(|_: &Call<'_>, connection: Connection| Items(connection.tags()));
    api.property("prefix")
        .doc("What is put before the names of its streams.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(pipeline.prefix);")
        .native(|call: &Call<'_>, connection: Connection| {
            call.run(async { connection.prefix().await.map(str::to_owned) })
        });
    api.property("namespace")
        .doc("The namespace that it writes to, as settings take it: \"source\", \"destination\" or a format.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.namespace, \"source\");")
        .native(|call: &Call<'_>, connection: Connection| {
            call.run(async { Ok::<_, Error>(connection.namespace().await?.and_then(namespace_text)) })
        });
    api.property("on_schema_change")
        .doc("What it does when the schema of its source changes, as settings take it.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.on_schema_change, \"ignore\");")
        .native(|call: &Call<'_>, connection: Connection| {
            call.run(async { Ok::<_, Error>(connection.on_schema_change().await?.map(|policy| policy.to_string())) })
        });
    api.property("streams")
        .doc("The streams that it copies: a catalog.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nfor stream in pipeline.streams { print(`${stream.full_name}: ${stream.sync_mode}`); }")
        .native(|call: &Call<'_>, connection: Connection| call.run(connection.catalog()));
    api.property("source_id")
        .doc("The id of its source.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.source_id, connect().workspace().source(\"Shop\").id);")
        .native(|_: &Call<'_>, connection: Connection| connection.source_id().to_owned());
    api.property("destination_id")
        .doc("The id of its destination.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(pipeline.destination_id);")
        .native(|_: &Call<'_>, connection: Connection| connection.destination_id().to_owned());
}

fn running(api: &mut Registry) {
    api.method("sync")
        .doc("Starts a sync and returns its job. A job that runs already is returned instead: a connection runs one at a time.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet job = pipeline.sync().wait();\nexpect_eq(job.status, \"succeeded\");")
        .native(|call: &Call<'_>, connection: Connection| -> Result<Job, Raise> {
            call.run(async { connection.sync().await.map_err(|error| not_started(error, &connection)) })
        });
    api.method("jobs").doc("Returns the newest jobs, newest first.").param("options", "which").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nfor job in pipeline.jobs(#{ limit: 3 }) { print(`${job.id}: ${job.status}`); }")
        .pure()
        .native(
        |call: &Call<'_>, connection: Connection, options: JobsOptions| {
            let limit = options.limit.0;
            call.run(connection.jobs_matching(options.into()).limit(limit).into_future()).map(Items)
        },
    );
    api.method("last_job").doc("Returns the newest job, or `()` when it never ran.").example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet job = pipeline.last_job();\nif job != () { print(job.status); }")
        .pure()
        .native(
        |call: &Call<'_>, connection: Connection| -> Result<Option<Job>, Raise> { call.run(connection.last_job()) },
    );
}

/// Servers do not say that a connection is inactive: they fail.
fn not_started(error: Error, connection: &Connection) -> Raise {
    let is_refused = error.status().is_some();
    match Raise::from(error) {
        Raise::Fault(fault) if is_refused && connection.status() == "inactive" => {
            fault.hint(Some("the connection is inactive: `enable()` lets it run")).into()
        }
        raise => raise,
    }
}

fn namespace_text(namespace: Namespace) -> Option<String> {
    match namespace {
        Namespace::Source => Some("source".to_owned()),
        Namespace::Destination => Some("destination".to_owned()),
        Namespace::Custom(format) => Some(format),
        _ => None,
    }
}
