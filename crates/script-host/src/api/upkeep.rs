//! What is done with a connection besides syncing it: state, refreshing, clearing, changes of schema, how it is doing.

use airway_client::{CatalogDiff, Connection, ConnectionState, Job, RefreshMode, StreamDiff};
use jiff::Zoned;
use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use super::catalogs::Names;
use super::jobs::{failure, tallies};
use crate::prelude::Duration;
use crate::registry::{Arg, Call, Handle, Json, JsonMap, Mismatch, Raise, Registry, Ty};
use crate::values::{Fault, FaultKind};

impl Handle for CatalogDiff {
    const NAME: &'static str = "CatalogDiff";
    const DOC: &'static str = "What changed between two looks at a source.";

    fn show(&self) -> String {
        self.to_string()
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

options! {
    /// Options of `connection.state` and `connection.set_state`.
    struct StateOptions {
        /// only this stream, by `namespace.name` or name
        stream: Option<String>,
    }
}

/// A state, or nothing for the beginning.
struct StateGiven(Option<Value>);

impl Arg for StateGiven {
    const TY: Ty = Ty::Either(&[Ty::Map, Ty::Nothing]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if value.is_unit() {
            return Ok(Self(None));
        }
        JsonMap::take(value).map(|state| Self(Some(Value::Object(state.0))))
    }
}

choices! {
    /// What becomes of what the destination has.
    enum Mode {
        /// It stays.
        Merge = "merge",
        /// It is replaced.
        Truncate = "truncate",
    }
}

options! {
    /// Options of `connection.refresh`.
    struct RefreshOptions {
        /// what becomes of what the destination has: "merge" keeps it, "truncate" replaces it
        mode: Mode = Mode::Merge,
        /// names and patterns over `namespace.name`; all streams when they are left out
        streams: Option<Names>,
    }
}

options! {
    /// Options of `connection.clear` and `connection.reset`.
    struct ClearOptions {
        /// names and patterns over `namespace.name`; all streams when they are left out
        streams: Option<Names>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    state(api);
    runs(api);
    schema(api);
    health(api);
}

fn state(api: &mut Registry) {
    api.method("state")
        .doc("Returns how far the streams have been read, as a map that can be saved and given to `set_state`; with `stream`, the state of that stream, or `()` when it has none.")
        .param("options", "of which stream")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet saved = pipeline.state();\nprint(saved.stateType);\nprint(pipeline.state(#{ stream: \"public.orders\" }));")
        .pure()
        .native(|call: &Call<'_>, connection: Connection, options: StateOptions| -> Result<Option<Json>, Raise> {
            let state = call.run(connection.state())?;
            Ok(match options.stream {
                None => Some(Json(state.to_json())),
                Some(stream) => state.stream(&stream).cloned().map(Json),
            })
        });
    api.method("set_state")
        .doc("Replaces how far the streams have been read, such as by what `state` returned before; with `stream`, of that stream only. Refused while a sync runs.")
        .param("state", "a whole state, or the one of the stream; `()` lets the stream be read from its beginning")
        .param("options", "of which stream")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet saved = pipeline.state();\npipeline.set_state((), #{ stream: \"public.orders\" });\nexpect_eq(pipeline.state(#{ stream: \"public.orders\" }), ());\npipeline.set_state(saved);")
        .native(|call: &Call<'_>, connection: Connection, StateGiven(state): StateGiven, options: StateOptions| -> Result<(), Raise> {
            if let Some(stream) = options.stream {
                call.run(connection.set_stream_state(&stream, state.as_ref()))?;
                return Ok(());
            }
            let state = ConnectionState::from_json(&state.unwrap_or_default());
            let state = state.map_err(|error| Fault::new(FaultKind::Argument, error.to_string()))?;
            call.run(connection.set_state(&state))?;
            Ok(())
        });
}

fn runs(api: &mut Registry) {
    api.method("refresh")
        .doc("Reads streams from their beginning and returns the job; `()` when a job runs, then the next one does it. Needs Airbyte 1.0 or newer.")
        .param("options", "which streams, and what becomes of what the destination has")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nlet job = pipeline.refresh(#{ mode: \"merge\", streams: \"public.orders\" });\nif job != () { print(job.wait().kind); }")
        .native(|call: &Call<'_>, connection: Connection, options: RefreshOptions| -> Result<Option<Job>, Raise> {
            let mode = if options.mode == Mode::Merge { RefreshMode::Merge } else { RefreshMode::Truncate };
            call.run(connection.refresh(mode, &strs(options.streams.as_ref())))
        });
    api.method("clear")
        .doc("Removes what streams have written, and their state, and returns the job that does it. A sync that runs is cancelled.")
        .param("options", "which streams")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\npipeline.clear(#{ streams: [\"public.orders\"] }).wait();\nexpect_eq(pipeline.state(#{ stream: \"public.orders\" }), ());")
        .native(|call: &Call<'_>, connection: Connection, options: ClearOptions| -> Result<Job, Raise> {
            call.run(connection.clear(&strs(options.streams.as_ref())))
        });
    api.method("reset")
        .doc("Does what `clear` does, by the name that servers before 1.0 know it by.")
        .param("options", "which streams")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.reset().wait().kind, \"reset_connection\");")
        .native(|call: &Call<'_>, connection: Connection, options: ClearOptions| -> Result<Job, Raise> {
            call.run(connection.reset(&strs(options.streams.as_ref())))
        });
}

fn strs(names: Option<&Names>) -> Vec<&str> {
    names.map(Names::as_strs).unwrap_or_default()
}

fn schema(api: &mut Registry) {
    api.handle::<CatalogDiff>();
    api.property("change")
        .doc("How much it matters: \"none\", \"non_breaking\" or \"breaking\".")
        .example("let shop = connect().workspace().source(\"Shop\");\nexpect_eq(shop.discover().diff(shop.discover()).change, \"none\");")
        .native(|_: &Call<'_>, diff: CatalogDiff| diff.change().to_string());
    api.property("added")
        .doc("Full names of the streams that came.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.select(\"public.orders\").diff(catalog.select([\"public.orders\", \"public.customers\"])).added, [\"public.customers\"]);")
        .native(|_: &Call<'_>, diff: CatalogDiff| texts(&diff.added));
    api.property("removed")
        .doc("Full names of the streams that went.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.select(\"public.orders\").diff(catalog.select(\"public.customers\")).removed, [\"public.orders\"]);")
        .native(|_: &Call<'_>, diff: CatalogDiff| texts(&diff.removed));
    api.property("changed")
        .doc("One map per stream that changed: `stream`, the fields that were `added`, `removed` and `retyped`, `key_changed`, and why it is `breaking`: an empty list when it is not.")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nfor stream in pipeline.schema_changes().changed { print(`${stream.stream}: ${stream.added}`); }")
        .native(|_: &Call<'_>, diff: CatalogDiff| diff.changed.iter().map(changed).map(Dynamic::from).collect::<Array>());
    api.method("schema_changes")
        .doc("Looks at the source anew and returns what changed in the streams that the connection copies. Nothing is written.")
        .example("let changes = connect().workspace().connection(\"Shop → Lake\").schema_changes();\nexpect_eq(changes.change, \"none\");")
        .pure()
        .native(|call: &Call<'_>, connection: Connection| -> Result<CatalogDiff, Raise> {
            call.run(connection.schema_changes())
        });
    api.method("apply_schema_changes")
        .doc("Looks at the source anew, takes over what changed in the streams that the connection copies, and returns what that was. Streams keep their settings; refused when one cannot go on with them.")
        .example("let applied = connect().workspace().connection(\"Shop → Lake\").apply_schema_changes();\nexpect_eq(applied.change, \"none\");")
        .native(|call: &Call<'_>, connection: Connection| -> Result<CatalogDiff, Raise> {
            Ok(call.run(connection.apply_schema_changes())?.1)
        });
}

fn changed(stream: &StreamDiff) -> Map {
    let lists = [("added", &stream.added), ("removed", &stream.removed), ("retyped", &stream.retyped)];
    let mut map: Map = lists.into_iter().map(|(name, list)| (name.into(), texts(list).into())).collect();
    map.insert("stream".into(), stream.stream.clone().into());
    map.insert("key_changed".into(), stream.key_changed.into());
    map.insert("breaking".into(), texts(&stream.breaking).into());
    map
}

fn texts(list: &[String]) -> Array {
    list.iter().cloned().map(Dynamic::from).collect()
}

fn health(api: &mut Registry) {
    api.method("sync_status")
        .doc("Returns how the connection is doing: a map with `status` (\"running\", \"queued\", \"pending\", \"failed\", \"paused\", \"incomplete\" or \"synced\"), `last_job`, `last_success` and `failure`; each of the last three may be `()`.")
        .example("let status = connect().workspace().connection(\"Shop → Lake\").sync_status();\nexpect_eq(status.status, \"synced\");")
        .pure()
        .native(|call: &Call<'_>, connection: Connection| -> Result<Map, Raise> {
            let status = call.run(connection.sync_status())?;
            let last_success = status.last_success.map(|at| at.to_string());
            let mut map = Map::new();
            map.insert("status".into(), status.status.into());
            map.insert("last_job".into(), status.last_job.map_or(Dynamic::UNIT, Dynamic::from));
            map.insert("last_success".into(), last_success.map_or(Dynamic::UNIT, Dynamic::from));
            map.insert("failure".into(), status.failure.as_ref().map_or(Dynamic::UNIT, |it| failure(it).into()));
            Ok(map)
        });
    api.method("progress")
        .doc("Returns how far the running job is: a map with `job`, `status`, `records`, `bytes`, `streams` and `duration`; `()` when nothing runs.")
        .example("let progress = connect().workspace().connection(\"Shop → Lake\").progress();\nif progress != () { print(`${progress.records} records`); }")
        .pure()
        .native(|call: &Call<'_>, connection: Connection| -> Result<Option<Map>, Raise> {
            let progress = call.run(connection.progress())?;
            Ok(progress.map(|progress| {
                let mut map = Map::new();
                map.insert("job".into(), progress.job.into());
                map.insert("status".into(), progress.status.to_string().into());
                map.insert("records".into(), progress.tally.records.into());
                map.insert("bytes".into(), progress.tally.bytes.into());
                map.insert("streams".into(), tallies(&progress.streams).into());
                map.insert("duration".into(), Dynamic::from(Duration(progress.duration)));
                map
            }))
        });
    api.method("next_runs")
        .doc("Returns when the connection will run by itself the next times, such as `2026-03-30T06:00:00+02:00`; nothing when it is not active or only runs when asked to.")
        .param("count", "how many, 5 when it is left out")
        .example("let pipeline = connect().workspace().connection(\"Shop → Lake\");\nexpect_eq(pipeline.next_runs(2).len, 2);")
        .pure()
        .native(|call: &Call<'_>, connection: Connection, count: Option<i64>| -> Result<Array, Raise> {
            let count = usize::try_from(count.unwrap_or(5)).unwrap_or(0);
            Ok(times(&call.run(connection.next_runs(count))?))
        });
}

/// Times with their offset: what every program reads.
pub(super) fn times(times: &[Zoned]) -> Array {
    times.iter().map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into()).collect()
}
