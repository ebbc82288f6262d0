//! What is logged of a call.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock};
use std::thread::{self, ThreadId};
use std::time::Duration;

use airway_client::{Airbyte, Retries};
use airway_sandbox::{Auth, Fault, FaultAction, Occasion, Sandbox};
use serde_json::json;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

type Fields = BTreeMap<&'static str, String>;

/// Everything that any test of this process logs, by thread: who logs first without a subscriber makes a line silent for good.
static ALL: Mutex<Vec<(ThreadId, &str, Fields)>> = Mutex::new(Vec::new());

fn keep(name: &'static str, fields: Fields) {
    ALL.lock().unwrap().push((thread::current().id(), name, fields));
}

/// What this thread logged.
fn mine() -> Vec<(&'static str, Fields)> {
    let (all, me) = (ALL.lock().unwrap(), thread::current().id());
    all.iter().filter(|(thread, ..)| *thread == me).map(|(_, name, fields)| (*name, fields.clone())).collect()
}

struct Collector;

/// The fields of a span or event.
struct Reader<'a>(&'a mut Fields);

impl tracing::field::Visit for Reader<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collector {
    fn on_new_span(&self, attributes: &tracing::span::Attributes<'_>, id: &tracing::Id, context: Context<'_, S>) {
        let mut fields = Fields::new();
        attributes.record(&mut Reader(&mut fields));
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &tracing::Id, values: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(&mut Reader(fields));
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Reader(&mut fields));
        keep("event", fields);
    }

    fn on_close(&self, id: tracing::Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let fields = span.extensions_mut().remove::<Fields>().unwrap_or_default();
        keep(span.name(), fields);
    }
}

fn collect() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(Collector);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// The closed spans of this name for an operation.
fn spans(name: &str, operation: &str) -> Vec<Fields> {
    let quoted = format!("{operation:?}");
    let spans = mine().into_iter().filter(|(kind, fields)| *kind == name && fields.get("operation") == Some(&quoted));
    spans.map(|(_, fields)| fields).collect()
}

fn shown(fields: &Fields) -> Vec<(&str, &str)> {
    let all = fields.iter().map(|(name, value)| (*name, value.as_str()));
    all.filter(|(name, _)| *name != "milliseconds").collect()
}

#[tokio::test]
async fn a_call_is_a_span_around_its_requests_without_bodies_and_secrets() {
    const OPERATION: &str = "web_backend/describe_cron_expression";
    collect();
    let sandbox = Sandbox::builder().auth(Auth::simple("the-id", "canary-one")).start().await.unwrap();
    sandbox.fault(Fault::on(OPERATION, FaultAction::Status(503)).unwrap().when(Occasion::Times(2)));
    let airbyte = Airbyte::builder()
        .server(sandbox.url())
        .client_credentials("the-id", "canary-one")
        .header("X-Key", "canary-two")
        .retries(Retries::default().first_pause(Duration::from_millis(1)))
        .build()
        .unwrap();
    airbyte.call_raw(OPERATION, &json!({ "cronExpression": "0 0 1 1 1 ? 2099" })).await.unwrap();

    let [call] = &spans("call", OPERATION)[..] else { panic!("{:?}", spans("call", OPERATION)) };
    let operation = format!("{OPERATION:?}");
    assert_eq!(shown(call), [("attempts", "3"), ("operation", operation.as_str()), ("status", "200")]);
    assert!(call["milliseconds"].parse::<u64>().is_ok(), "{call:?}");
    let requests = spans("request", OPERATION);
    let statuses: Vec<&str> = requests.iter().map(|request| request["status"].as_str()).collect();
    assert_eq!(statuses, ["503", "503", "200"]);
    assert_eq!(requests[0]["method"], "POST");
    assert!(requests[0].contains_key("milliseconds"));

    let everything = format!("{:?}", mine());
    for canary in ["canary", "2099", "Bearer"] {
        assert!(!everything.contains(canary), "{canary} is in the log");
    }
}
