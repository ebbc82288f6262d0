//! Sources and destinations: find, ensure, check, update, delete, discover.

use airway_client::{Catalog, CheckReport, Destination, EnsureOptions, Source, Workspace};
use serde_json::Value;

use super::lists::{self, ListOptions};
use crate::registry::{Call, Handle, Json, JsonMap, Raise, Registry};

/// The outcome of a check.
#[derive(Clone, PartialEq)]
pub(super) struct Check {
    succeeded: bool,
    message: Option<String>,
}

impl Handle for Check {
    const NAME: &'static str = "Check";
    const DOC: &'static str = "Whether a connector reached its system.";

    fn show(&self) -> String {
        let status = if self.succeeded { "succeeded" } else { "failed" };
        self.message.as_ref().map_or_else(|| status.to_owned(), |message| format!("{status}: {message}"))
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl From<CheckReport> for Check {
    fn from(report: CheckReport) -> Self {
        let failure = report.failure.map(|failure| failure.to_string());
        Self { succeeded: report.succeeded, message: report.message.or(failure) }
    }
}

options! {
    /// Options of `ensure_source` and `ensure_destination`.
    struct CareOptions {
        /// whether the connector tries the configuration before it is stored
        check: bool = true,
        /// whether secrets are written of which is not known whether they have changed
        write_unknown_secrets: bool = false,
    }
}

options! {
    /// Options of `discover`.
    struct DiscoverOptions {
        /// whether the connector looks again instead of the server remembering
        fresh: bool = false,
    }
}

fn ensure_options(options: &CareOptions) -> EnsureOptions {
    let careful = if options.check { EnsureOptions::default() } else { EnsureOptions::unchecked() };
    if options.write_unknown_secrets { careful.writing_unknown_secrets() } else { careful }
}

/// Sources and destinations have the same functions under their own names.
macro_rules! actor {
    ($describe:ident, $Actor:ident, $kind:literal, $find:ident, $get:ident, $all:ident, $ensure:literal, $ensure_with:ident,
     $create:ident, $check:ident, $name:literal, $connector:literal, $configuration:literal) => {
        impl Handle for $Actor {
            const NAME: &'static str = stringify!($Actor);
            const DOC: &'static str = concat!("A configured ", $kind, ".");

            fn show(&self) -> String {
                self.name().to_owned()
            }

            fn same(&self, other: &Self) -> bool {
                self == other
            }
        }

        fn $describe(api: &mut Registry) {
            api.handle::<$Actor>();
            api.method(stringify!($get))
                .doc(concat!("Returns the ", $kind, " of that name or id."))
                .param("name", "name or id")
                .example(concat!("let ws = connect().workspace();\n", "print(ws.", $kind, "(\"", $name, "\").connector);"))
                .native(|call: &Call<'_>, workspace: Workspace, name: String| -> Result<$Actor, Raise> {
                    call.run(workspace.$get(&name))
                });
            api.method(stringify!($find))
                .doc(concat!("Returns the ", $kind, " of that name or id, or `()` when there is none."))
                .param("name", "name or id")
                .example(concat!("let ws = connect().workspace();\n", "if ws.find_", $kind, "(\"Another\") == () { print(\"not there yet\"); }"))
                .pure()
                .native(|call: &Call<'_>, workspace: Workspace, name: String| -> Result<Option<$Actor>, Raise> {
                    call.run(workspace.$find(&name))
                });
            api.method(stringify!($all))
                .doc(concat!("Returns the ", $kind, "s of the workspace."))
                .param("options", "how many")
                .example(concat!("for one in connect().workspace().", stringify!($all), "(#{ limit: 5 }) { print(one.name); }"))
                .pure()
                .native(|call: &Call<'_>, workspace: Workspace, options: ListOptions| {
                    lists::read(call, workspace.$all(), &options)
                });
            api.method($ensure)
                .doc(concat!("Makes sure that there is a ", $kind, " of that name with that configuration: creates it, updates it, or does nothing. The configuration is validated and tried before anything is written."))
                .param("name", "its name")
                .param("connector", "its connector, by image, name or a part of the name")
                .param("configuration", "what the connector's specification asks for")
                .param("options", "how careful to be")
                .example(concat!("let ws = connect().workspace();\n", "let ", $kind, " = ws.ensure_", $kind, "(\"", $name, " 2\", \"", $connector, "\", ", $configuration, ");"))
                .native(
                    |call: &Call<'_>, workspace: Workspace, name: String, connector: String, configuration: JsonMap, options: CareOptions| -> Result<$Actor, Raise> {
                        let configuration = Value::Object(configuration.0);
                        let ensured = workspace.$ensure_with(&name, &connector, &configuration, ensure_options(&options));
                        call.run(ensured).map(|ensured| ensured.resource)
                    },
                );
            api.method(stringify!($create))
                .doc(concat!("Creates a ", $kind, ", whether or not there is one of that name."))
                .param("name", "its name")
                .param("connector", "its connector, by image, name or a part of the name")
                .param("configuration", "what the connector's specification asks for")
                .example(concat!("let ws = connect().workspace();\n", "let ", $kind, " = ws.create_", $kind, "(\"", $name, " 2\", \"", $connector, "\", ", $configuration, ");"))
                .native(|call: &Call<'_>, workspace: Workspace, name: String, connector: String, configuration: JsonMap| -> Result<$Actor, Raise> {
                    call.run(workspace.$create(&name, &connector, &Value::Object(configuration.0)))
                });
            api.method(stringify!($check))
                .doc("Lets a connector try a configuration that is not stored.")
                .param("connector", "the connector, by image, name or a part of the name")
                .param("configuration", "what the connector's specification asks for")
                .example(concat!("let ws = connect().workspace();\n", "let found = ws.check_", $kind, "(\"", $connector, "\", ", $configuration, ");\nif !found.succeeded { print(found.message); }"))
                .pure()
                .native(|call: &Call<'_>, workspace: Workspace, connector: String, configuration: JsonMap| -> Result<Check, Raise> {
                    call.run(workspace.$check(&connector, &Value::Object(configuration.0))).map(Check::from)
                });
            api.method("check")
                .doc("Lets the connector try the stored configuration. A check that ends badly is no error: look at `succeeded`.")
                .example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "expect(", $kind, ".check().succeeded);"))
                .pure()
                .native(|call: &Call<'_>, actor: $Actor| -> Result<Check, Raise> {
                    call.run(actor.check()).map(Check::from)
                });
            api.method("update")
                .doc("Replaces the configuration and returns the changed one. What it leaves out is gone.")
                .param("configuration", "the whole configuration")
                .example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "let changed = ", $kind, ".update(", $configuration, ");"))
                .native(|call: &Call<'_>, actor: $Actor, configuration: JsonMap| -> Result<$Actor, Raise> {
                    call.run(actor.update(actor.name(), &Value::Object(configuration.0)))
                });
            api.method("delete")
                .doc(concat!("Deletes the ", $kind, " and every connection that uses it."))
                .example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", $kind, ".delete();"))
                .native(|call: &Call<'_>, actor: $Actor| -> Result<(), Raise> { call.run(actor.delete()) });
            api.property("id").doc("Its id.").example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "print(", $kind, ".id);"))
                .native(|_: &Call<'_>, actor: $Actor| actor.id().to_owned());
            api.property("name").doc("Its name.").example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "print(", $kind, ".name);"))
                .native(|_: &Call<'_>, actor: $Actor| actor.name().to_owned());
            api.property("connector")
                .doc("The name of its connector.")
                .example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "print(", $kind, ".connector);"))
                .native(|_: &Call<'_>, actor: $Actor| actor.connector().to_owned());
            api.property("configuration")
                .doc("Its configuration as the server shows it: secrets are masked.")
                .example(concat!("let ", $kind, " = connect().workspace().", $kind, "(\"", $name, "\");\n", "print(", $kind, ".configuration);"))
                .native(|_: &Call<'_>, actor: $Actor| Json(actor.configuration().clone()));
        }
    };
}

actor!(
    sources,
    Source,
    "source",
    find_source,
    source,
    sources,
    "ensure_source",
    ensure_source_with,
    create_source,
    check_source,
    "Shop",
    "Postgres",
    "#{\n    host: \"db\", port: 5432, database: \"shop\", username: \"reader\", password: secret(\"SHOP_PASSWORD\"),\n    ssl: false, replication_method: #{ method: \"Standard\" },\n}"
);
actor!(
    destinations,
    Destination,
    "destination",
    find_destination,
    destination,
    destinations,
    "ensure_destination",
    ensure_destination_with,
    create_destination,
    check_destination,
    "Lake",
    "S3",
    "#{\n    s3_bucket_name: \"lake\", s3_bucket_path: \"raw/\", s3_bucket_region: \"us-east-1\",\n    access_key_id: secret(\"LAKE_USER\"), secret_access_key: secret(\"LAKE_PASSWORD\"),\n    s3_endpoint: \"http://minio:9000\", format: #{ format_type: \"Parquet\", compression_codec: \"snappy\" },\n}"
);

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Check>();
    api.property("succeeded")
        .doc("Whether the connector reached its system.")
        .example("let check = connect().workspace().source(\"Shop\").check();\nexpect(check.succeeded);")
        .native(|_: &Call<'_>, check: Check| check.succeeded);
    api.property("status")
        .doc("\"succeeded\" or \"failed\".")
        .example("let check = connect().workspace().source(\"Shop\").check();\nexpect_eq(check.status, \"succeeded\");")
        .native(|_: &Call<'_>, check: Check| if check.succeeded { "succeeded" } else { "failed" });
    api.property("message")
        .doc("The words of the connector; `()` when it had none.")
        .example("let check = connect().workspace().source(\"Shop\").check();\nprint(check.message);")
        .native(|_: &Call<'_>, check: Check| check.message);
    sources(api);
    destinations(api);
    api.method("discover")
        .doc("Returns the streams of the source.")
        .param("options", "how")
        .example(
            "let catalog = connect().workspace().source(\"Shop\").discover(#{ fresh: true });\nprint(catalog.len());",
        )
        .native(|call: &Call<'_>, source: Source, options: DiscoverOptions| -> Result<Catalog, Raise> {
            if options.fresh { call.run(source.discover_fresh()) } else { call.run(source.discover()) }
        });
}
