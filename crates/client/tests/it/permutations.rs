//! A thing that is there is found unchanged, in whichever order and spelling it is wanted again: nothing is written.

use std::sync::atomic::{AtomicU32, Ordering};

use airway_client::{
    Airbyte, Catalog, Change, ConnectionSettings, Effect, Namespace, Result, Schedule, TimeUnit, Workspace, operations,
};
use airway_sandbox::{Fault, FaultAction, Sandbox};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// One way of saying what is wanted; every field chooses among spellings of the same thing.
#[derive(Debug, Clone)]
struct Spelling {
    members: Vec<usize>,
    streams: Vec<usize>,
    fields: Vec<usize>,
    schedule: usize,
    /// How the time zone UTC is spelt.
    zone: usize,
    /// Whether the server shows a schedule in its older form only.
    is_legacy: bool,
    settings: usize,
    empties: usize,
    tags: Vec<usize>,
}

fn order(length: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..length).collect::<Vec<_>>()).prop_shuffle()
}

fn spelling() -> impl Strategy<Value = Spelling> {
    let schedule = (0..6_usize, 0..5_usize, any::<bool>());
    (order(6), order(3), order(3), schedule, 0..8_usize, 0..81_usize, order(3)).prop_map(
        |(members, streams, fields, (schedule, zone, is_legacy), settings, empties, tags)| Spelling {
            members,
            streams,
            fields,
            schedule,
            zone,
            is_legacy,
            settings,
            empties,
            tags,
        },
    )
}

/// The configuration with or without what is its default, in some order.
fn configuration(airbyte: &Airbyte, spelling: &Spelling) -> Value {
    let mut members = vec![
        ("host", json!("db")),
        ("port", if spelling.empties.is_multiple_of(2) { json!(5432) } else { json!(5432.0) }),
        ("database", json!("ecommerce")),
        ("username", json!("reader")),
        ("password", json!(airbyte.secret("hunter2"))),
        ("replication_method", json!({"method": "Standard"})),
    ];
    members = spelling.members.iter().map(|at| members[*at].clone()).collect();
    let optional = [("schemas", json!(["public"])), ("ssl", json!(true)), ("jdbc_url_params", json!(""))];
    let chosen = optional.into_iter().enumerate().filter(|(at, _)| spelling.empties >> at & 1 == 1);
    members.extend(chosen.map(|(_, member)| member));
    let text: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    serde_json::from_str(&format!("{{{}}}", text.join(","))).unwrap()
}

/// The same streams with the same settings: in some order, and with members that say nothing. Key and cursor of those that are
/// deduplicated are their source's own.
fn streams(discovered: &Catalog, spelling: &Spelling, deduplicated: bool) -> Catalog {
    let names = ["public.customers", "public.orders", "public.products"];
    let fields = ["id", "created_at", "updated_at"];
    let fields: Vec<&str> = spelling.fields.iter().map(|at| fields[*at]).collect();
    let selected = discovered
        .select(["public.customers", "public.orders", "public.products"])
        .unwrap()
        .full_refresh()
        .unwrap()
        .overwrite();
    let selected = selected.only_fields(&fields).unwrap();
    let digit = |place: u32| spelling.empties / 3_usize.pow(place) % 3;
    let items: Vec<Value> = spelling
        .streams
        .iter()
        .map(|at| {
            let stream = selected.streams().iter().find(|stream| stream.full_name() == names[*at]).unwrap();
            let selected: Vec<Value> = fields.iter().map(|field| json!({"fieldPath": [field]})).collect();
            let (read, written) =
                if deduplicated { ("incremental", "append_dedup") } else { ("full_refresh", "overwrite") };
            let mut config = json!({
                "syncMode": read, "destinationSyncMode": written, "fieldSelectionEnabled": true,
                "selectedFields": selected,
            });
            // Absent, null and empty are the same, and so is what the source defines; a full refresh has neither cursor nor
            // key, and an alias changes nothing.
            for (place, name) in [(0, "cursorField"), (1, "primaryKey"), (2, "aliasName")] {
                match (digit(place), name) {
                    (0, _) => {}
                    (1, _) => config[name] = Value::Null,
                    (_, "aliasName") if spelling.zone.is_multiple_of(2) => config[name] = json!("another_name"),
                    (_, "aliasName") => config[name] = json!(stream.name()),
                    (_, "cursorField") if spelling.zone.is_multiple_of(2) => config[name] = json!(["updated_at"]),
                    (_, "primaryKey") if spelling.zone.is_multiple_of(2) => config[name] = json!([["id"]]),
                    _ => config[name] = json!([]),
                }
            }
            let mut described = json!({
                "name": stream.name(), "namespace": stream.namespace(), "jsonSchema": stream.schema(),
                "supportedSyncModes": stream.supported_sync_modes(),
            });
            if deduplicated {
                described["sourceDefinedPrimaryKey"] = json!([["id"]]);
                described["sourceDefinedCursor"] = json!(true);
                described["defaultCursorField"] = json!(["updated_at"]);
            }
            json!({"stream": described, "config": config})
        })
        .collect();
    Catalog::from_json(&items.into()).unwrap()
}

fn settings(discovered: &Catalog, spelling: &Spelling, number: u32) -> Result<ConnectionSettings> {
    let zone = ["UTC", "utc", "GMT", "Zulu", "UCT"][spelling.zone];
    let schedule = match (number.is_multiple_of(2), spelling.schedule % 3) {
        (true, 0) => Schedule::cron("0 6 * * *", zone)?,
        (true, 1) => Schedule::cron("0 0 6 * * ?", zone)?,
        (true, _) => Schedule::cron("0  0 6 * * ? *", zone)?,
        (false, 0) => Schedule::every(1, TimeUnit::Days)?,
        (false, 1) => Schedule::every(24, TimeUnit::Hours)?,
        (false, _) => Schedule::every(1440, TimeUnit::Minutes)?,
    };
    let tags = ["a", "b", "c"];
    let mut settings = ConnectionSettings::copying(streams(discovered, spelling, number.is_multiple_of(3)))
        .schedule(schedule)
        .tags(spelling.tags.iter().map(|at| tags[*at]));
    if spelling.settings & 1 == 1 {
        settings = settings.prefix("");
    }
    if spelling.settings & 2 == 2 {
        settings = settings.namespace(Namespace::Source);
    }
    if spelling.settings & 4 == 4 {
        settings = settings.active(true);
    }
    Ok(settings)
}

async fn ensure(workspace: &Workspace, number: u32, spelling: &Spelling) -> Result<Vec<Change>> {
    let name = |kind: &str| format!("{kind} {number}");
    let configuration = configuration(workspace.airbyte(), spelling);
    let source = workspace.ensure_source(&name("Shop"), "Postgres", &configuration).await?;
    let mut warehouse = configuration;
    // Unknown here, or of another default.
    for unknown in ["schemas", "replication_method", "ssl"] {
        warehouse.as_object_mut().unwrap().remove(unknown);
    }
    warehouse["schema"] = json!("public");
    let destination = workspace.ensure_destination(&name("Warehouse"), "Postgres", &warehouse).await?;
    let discovered = source.resource.discover().await?;
    let settings = settings(&discovered, spelling, number)?;
    let (from, to) = (&source.resource, &destination.resource);
    let pipeline = workspace.ensure_connection(&name("Copy"), from, to, &settings).await?;
    Ok(vec![source.change, destination.change, pipeline.change])
}

fn writes(sandbox: &Sandbox) -> usize {
    let is_write = |path: &str| operations().get(path).is_some_and(|operation| operation.effect != Effect::Read);
    sandbox.requests().iter().filter(|request| request.operation.as_deref().is_some_and(is_write)).count()
}

#[test]
fn what_is_there_is_unchanged_in_every_order_and_spelling() {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = tokio.block_on(Sandbox::start()).unwrap();
    let client = || Airbyte::builder().server(sandbox.url()).build().unwrap();
    let number = AtomicU32::new(0);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    runner
        .run(&(spelling(), spelling()), |(first, second)| {
            let number = number.fetch_add(1, Ordering::Relaxed);
            tokio.block_on(async {
                let workspace = client().workspace(None).await.unwrap();
                let made = ensure(&workspace, number, &first).await.unwrap();
                prop_assert_eq!(made, vec![Change::Created, Change::Created, Change::Created]);
                let before = writes(&sandbox);
                if second.is_legacy && !number.is_multiple_of(2) {
                    for newer in ["/scheduleType", "/scheduleData"] {
                        let hidden = FaultAction::Hide(newer.to_owned());
                        sandbox.fault(Fault::on("connections/get", hidden).unwrap());
                    }
                }
                // What is known from the first time, and what a new client reads.
                let again = ensure(&workspace, number, &second).await.unwrap();
                prop_assert_eq!(again, vec![Change::Unchanged, Change::Unchanged, Change::Unchanged]);
                let fresh = client().workspace(None).await.unwrap();
                let again = ensure(&fresh, number, &second).await.unwrap();
                prop_assert_eq!(again, vec![Change::Unchanged, Change::Unchanged, Change::Unchanged]);
                prop_assert_eq!(writes(&sandbox), before);
                sandbox.clear_faults();
                Ok(())
            })
        })
        .unwrap();
}
