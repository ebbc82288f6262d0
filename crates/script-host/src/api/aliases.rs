//! Helper names of older Python scripts, so that those translate line by line. Each works on the workspace of the run.
//!
//! Where the Python helpers created a duplicate on every run, these ensure.

use airway_client::{
    Connection, ConnectionSettings, Definition, Destination, Job, Schedule, Source, SourceKind, TimeUnit, Workspace,
};
use rhai::Dynamic;
use serde_json::json;

use super::connections::Streams;
use super::lists::Count;
use crate::prelude::Span;
use crate::registry::{Arg, Call, Items, JsonMap, Mismatch, Raise, Registry, Ty};
use crate::values::kind_of;

/// An id, or the thing itself.
struct Id(String);

impl Arg for Id {
    const TY: Ty = Ty::Either(&[Ty::Text, Ty::Handle("Source"), Ty::Handle("Destination"), Ty::Handle("Connection")]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let id = value.read_lock::<Source>().map(|source| source.id().to_owned());
        let id = id.or_else(|| value.read_lock::<Destination>().map(|destination| destination.id().to_owned()));
        let id = id.or_else(|| value.read_lock::<Connection>().map(|connection| connection.id().to_owned()));
        match id {
            Some(id) => Ok(Self(id)),
            None if value.is_string() => String::take(value).map(Self),
            None => Err(Mismatch::wrong_type(Self::TY, kind_of(&value))),
        }
    }
}

options! {
    /// Where the warehouse of `create_postgres_destination` is.
    struct Warehouse {
        /// the host
        host: String = "postgres".to_owned(),
        /// the port
        port: i64 = 5432,
        /// the database
        database: String = "datawarehouse".to_owned(),
        /// the user
        username: String = "postgres".to_owned(),
        /// the password, best a `secret(…)`
        password: String = "postgres".to_owned(),
        /// whether to encrypt the connection
        ssl: bool = false,
    }
}

fn workspace(call: &Call<'_>) -> Result<Workspace, Raise> {
    let host = call.host();
    call.run(host.server.workspace(host))
}

pub(super) fn describe(api: &mut Registry) {
    workspaces(api);
    sources(api);
    destinations(api);
    connections(api);
    jobs(api);
}

fn workspaces(api: &mut Registry) {
    api.function("get_workspace_id")
        .doc("Returns the id of the workspace of this run. Same as `connect().workspace().id`.")
        .example("print(get_workspace_id().len);")
        .native(|call: &Call<'_>| workspace(call).map(|workspace| workspace.id().to_owned()));
    api.function("get_source_definition")
        .doc("Returns a source connector by name. Same as `ws.source_definition(name)`.")
        .param("name", "the name or a part of it that only one connector has")
        .example("print(get_source_definition(\"postgres\").name);")
        .native(|call: &Call<'_>, name: String| -> Result<Definition<SourceKind>, Raise> {
            call.run(workspace(call)?.source_definition(&name))
        });
    api.function("list_sources")
        .doc("Returns every source. Same as `ws.sources()`.")
        .example("for source in list_sources() { print(source.name); }")
        .pure()
        .native(|call: &Call<'_>| call.run(workspace(call)?.sources().into_future()).map(Items));
}

fn sources(api: &mut Registry) {
    api.function("create_postgres_source")
        .doc("Ensures a Postgres source. Same as `ws.ensure_source(name, \"Postgres\", configuration)`.")
        .param("name", "its name")
        .param("configuration", "host, port, database, username, password …")
        .example("let shop = create_postgres_source(\"Shop 2\", #{\n    host: \"db\", port: 5432, database: \"shop\", username: \"reader\", password: secret(\"SHOP_PASSWORD\"),\n    ssl: false, replication_method: #{ method: \"Standard\" },\n});")
        .native(|call: &Call<'_>, name: String, configuration: JsonMap| -> Result<Source, Raise> {
            let configuration = configuration.0.into();
            call.run(workspace(call)?.ensure_source(&name, "Postgres", &configuration)).map(|ensured| ensured.resource)
        });
    api.function("create_api_source")
        .doc("Ensures a source that reads a REST API.")
        .param("name", "its name")
        .param("api_url", "what to read")
        .param("api_key", "the key to read it with, best a `secret(…)`")
        .example("let crm = create_api_source(\"CRM\", \"https://crm.example.com/customers\", secret(\"CRM_KEY\"));")
        .native(|call: &Call<'_>, name: String, url: String, key: String| -> Result<Source, Raise> {
            let configuration = json!({ "url": url, "api_key": key, "method": "GET" });
            call.run(workspace(call)?.ensure_source(&name, "REST API", &configuration)).map(|ensured| ensured.resource)
        });
}

fn destinations(api: &mut Registry) {
    api.function("create_s3_destination")
        .doc("Ensures an S3 destination. Same as `ws.ensure_destination(name, \"S3\", configuration)`.")
        .param("name", "its name")
        .param("configuration", "bucket, path, region, keys, endpoint, format")
        .example("let lake = create_s3_destination(\"Lake 2\", #{\n    s3_bucket_name: \"lake\", s3_bucket_path: \"raw/\", s3_bucket_region: \"us-east-1\",\n    access_key_id: secret(\"S3_USER\"), secret_access_key: secret(\"S3_PASSWORD\"), s3_endpoint: \"http://minio:9000\",\n    format: #{ format_type: \"Parquet\", compression_codec: \"snappy\" },\n});")
        .native(|call: &Call<'_>, name: String, configuration: JsonMap| -> Result<Destination, Raise> {
            let configuration = configuration.0.into();
            call.run(workspace(call)?.ensure_destination(&name, "S3", &configuration)).map(|ensured| ensured.resource)
        });
    api.function("create_postgres_destination")
        .doc("Ensures a Postgres destination; the connector is looked up among destinations.")
        .param("name", "its name")
        .param("schema", "the schema to write to")
        .param("warehouse", "where it is")
        .example("let warehouse = create_postgres_destination(\"Warehouse\", \"raw\", #{ password: secret(\"WAREHOUSE_PASSWORD\") });")
        .native(|call: &Call<'_>, name: String, schema: String, warehouse: Warehouse| -> Result<Destination, Raise> {
            let Warehouse { host, port, database, username, password, ssl } = warehouse;
            let configuration = json!({
                "host": host, "port": port, "database": database, "username": username, "password": password,
                "schema": schema, "ssl": ssl,
            });
            call.run(workspace(call)?.ensure_destination(&name, "Postgres", &configuration))
                .map(|ensured| ensured.resource)
        });
    api.function("test_destination")
        .doc("Returns whether the check of a destination succeeds. Same as `destination.check().succeeded`.")
        .param("destination", "the destination or its id")
        .example("expect(test_destination(connect().workspace().destination(\"Lake\")));")
        .pure()
        .native(|call: &Call<'_>, destination: Id| -> Result<bool, Raise> {
            let destination = call.run(workspace(call)?.destination(&destination.0))?;
            Ok(call.run(destination.check())?.succeeded)
        });
}

fn connections(api: &mut Registry) {
    api.function("create_connection")
        .doc("Ensures a connection that runs every so many hours; it is named after both ids.")
        .param("source", "the source or its id")
        .param("destination", "the destination or its id")
        .param("streams", "a selection, or a list in the form of the API")
        .param("schedule_hours", "24 when it is left out")
        .example("let ws = connect().workspace();\nlet shop = ws.source(\"Shop\");\nlet daily = create_connection(shop, ws.destination(\"Lake\"), shop.discover().select(\"public.customers\"), 24);")
        .native(
            |call: &Call<'_>,
             source: Id,
             destination: Id,
             streams: Streams,
             hours: Option<i64>|
             -> Result<Connection, Raise> {
                let workspace = workspace(call)?;
                let schedule = Schedule::every(hours.unwrap_or(24), TimeUnit::Hours)?;
                let settings = ConnectionSettings::copying(streams.0).schedule(schedule);
                call.run(async {
                    let (source, destination) =
                        (workspace.source(&source.0).await?, workspace.destination(&destination.0).await?);
                    let short = |id: &str| id.chars().take(8).collect::<String>();
                    let name = format!("{} → {}", short(source.id()), short(destination.id()));
                    let ensured = workspace.ensure_connection(&name, &source, &destination, &settings).await?;
                    Ok::<_, Raise>(ensured.resource)
                })
            },
        );
    api.function("update_connection_schedule")
        .doc("Lets a connection run every so many hours and returns it. Only the schedule is sent.")
        .param("connection", "the connection or its id")
        .param("hours", "at least 1")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nprint(update_connection_schedule(pipeline, 12).schedule);")
        .native(|call: &Call<'_>, connection: Id, hours: i64| -> Result<Connection, Raise> {
            let connection = call.run(workspace(call)?.connection(&connection.0))?;
            call.run(connection.set_schedule(Schedule::every(hours, TimeUnit::Hours)?))
        });
    api.function("trigger_sync")
        .doc("Starts a sync and returns the number of its job. Same as `connection.sync().id`.")
        .param("connection", "the connection or its id")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet id = trigger_sync(pipeline);\nprint(wait_for_job(id).status);")
        .native(|call: &Call<'_>, connection: Id| -> Result<i64, Raise> {
            let connection = call.run(workspace(call)?.connection(&connection.0))?;
            Ok(call.run(connection.sync())?.id())
        });
}

fn jobs(api: &mut Registry) {
    api.function("wait_for_job")
        .doc("Waits until a job is over and returns it. Same as `airbyte.job(id).wait(#{ timeout })`.")
        .param("job", "the number of the job")
        .param("timeout", "one hour when it is left out")
        .example("print(wait_for_job(1, \"10m\").status);")
        .native(|call: &Call<'_>, job: i64, timeout: Option<Span>| -> Result<Job, Raise> {
            let host = call.host();
            let airbyte = call.run(host.server.airbyte(host))?;
            let job = call.run(airbyte.job(job))?;
            super::jobs::wait(call, job, timeout)
        });
    api.function("list_connection_jobs")
        .doc("Returns the newest jobs of a connection. Same as `connection.jobs(#{ limit })`.")
        .param("connection", "the connection or its id")
        .param("limit", "10 when it is left out")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nfor job in list_connection_jobs(pipeline, 3) { print(job.id); }")
        .pure()
        .native(|call: &Call<'_>, connection: Id, limit: Option<Count>| {
            let connection = call.run(workspace(call)?.connection(&connection.0))?;
            call.run(connection.jobs().limit(limit.map_or(10, |limit| limit.0)).into_future()).map(Items)
        });
}
