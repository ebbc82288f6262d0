//! A large catalog: reading it, selecting from it and writing it again, in time and memory, beside what `serde_json` takes for
//! the same bytes, in one run.
//!
//! `cargo bench -p airway-client --bench catalog`
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a measuring program")]

use std::time::{Duration, Instant};

use airway_client::Catalog;
use peak_alloc::PeakAlloc;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const STREAMS: usize = 5_000;
const FIELDS: usize = 47;
const ROUNDS: usize = 7;

fn main() {
    let payload = payload();
    let size = payload.len();
    println!("{STREAMS} streams, {:.1} MB", size as f64 / 1e6);

    let (mut values, mut skips, mut ours, mut some) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // Turn about, so that whatever else the machine does falls on all.
    for _ in 0..ROUNDS {
        values.push(measured(|| {
            let value: Value = serde_json::from_slice(&payload).unwrap();
            serde_json::to_writer(Vec::with_capacity(size), &value).unwrap();
        }));
        skips.push(measured(|| {
            serde_json::from_slice::<IgnoredAny>(&payload).unwrap();
        }));
        ours.push(measured(|| round(&payload, "*", STREAMS)));
        some.push(measured(|| round(&payload, "schema_1.*", STREAMS / 10)));
    }
    let (values, skips, ours, some) = (best(values), best(skips), best(ours), best(some));
    let against = |time: Duration, other: Duration| time.as_secs_f64() / other.as_secs_f64();
    let times = |bytes: usize| bytes as f64 / size as f64;
    println!("                                        time       peak memory beside the payload");
    println!("serde_json: values and back        {:>10.1?}   {:>5.2} × payload", values.0, times(values.1));
    println!("serde_json: skipping over it       {:>10.1?}   {:>5.2} × payload", skips.0, times(skips.1));
    println!("all streams:  parse, select, write {:>10.1?}   {:>5.2} × payload", ours.0, times(ours.1));
    println!("every tenth:  parse, select, write {:>10.1?}   {:>5.2} × payload", some.0, times(some.1));
    println!("ratio to values and back           {:>10.2}   (at most 1.5 is wanted)", against(ours.0, values.0));
    println!("ratio to skipping over it          {:>10.2}", against(ours.0, skips.0));
    let held = measured(|| drop(serde_json::from_slice::<Catalog>(&payload).unwrap()));
    println!("parsing alone                      {:>10.1?}   {:>5.2} × payload", held.0, times(held.1));
}

/// What a program does with a catalog that a server sent: read, choose, set up, send.
fn round(payload: &[u8], pattern: &str, count: usize) {
    let catalog: Catalog = serde_json::from_slice(payload).unwrap();
    let chosen = catalog.select([pattern]).unwrap().incremental("updated_at").unwrap().append();
    assert_eq!(chosen.len(), count);
    drop(catalog);
    // A stream that is set up takes more room than one that is not: by its cursor, for one.
    let body = Vec::with_capacity((payload.len() + 64 * STREAMS) / (STREAMS / count));
    serde_json::to_writer(body, &chosen).unwrap();
}

/// How long it takes, and how much more memory than before it takes at most.
fn measured(work: impl FnOnce()) -> (Duration, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    work();
    (start.elapsed(), MEMORY.peak_usage() - before)
}

fn best(rounds: Vec<(Duration, usize)>) -> (Duration, usize) {
    let peak = rounds.iter().map(|round| round.1).max().unwrap();
    (rounds.into_iter().map(|round| round.0).min().unwrap(), peak)
}

/// Tables of a large database, as a server tells of them.
fn payload() -> Vec<u8> {
    let stream = |number: usize| {
        let mut fields: serde_json::Map<String, Value> = (0..FIELDS)
            .map(|field| {
                let schema = json!({
                    "type": ["null", "string"], "airbyte_type": "timestamp_without_timezone", "format": "date-time",
                });
                (format!("some_column_{field:02}"), schema)
            })
            .collect();
        fields.insert("id".to_owned(), json!({"type": "number", "airbyte_type": "integer"}));
        fields.insert("updated_at".to_owned(), json!({"type": "string", "format": "date-time"}));
        json!({
            "stream": {
                "name": format!("table_{number:05}"), "namespace": format!("schema_{}", number % 10),
                "jsonSchema": {"type": "object", "properties": fields},
                "supportedSyncModes": ["full_refresh", "incremental"], "defaultCursorField": [],
                "sourceDefinedPrimaryKey": [["id"]], "isResumable": true,
            },
            "config": {
                "syncMode": "full_refresh", "destinationSyncMode": "overwrite", "cursorField": [],
                "primaryKey": [["id"]], "aliasName": format!("table_{number:05}"), "selected": false, "suggested": false,
            },
        })
    };
    let streams: Vec<Value> = (0..STREAMS).map(stream).collect();
    serde_json::to_vec(&json!({ "streams": streams })).unwrap()
}
