//! Secrets that can be recognised go through everything that the client does; none may be in what it says.

use std::io::Write;
use std::sync::{Arc, Mutex};

use airway_client::{Airbyte, Event, Result, Retries, Workspace};
use airway_sandbox::{Auth, Fault, FaultAction, Sandbox};
use serde_json::{Value, json};

use crate::support::shop;

const PASSWORD: &str = "canary-one-8c41e0";
const ROTATED: &str = "canary \"two\" \\ 5b7f22";
const TOKEN: &str = "canary-three-77a1d9";

/// Everything that was said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    #[track_caller]
    fn holds_no_secret(&self, about: &str) {
        let text = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        for secret in [PASSWORD, ROTATED, TOKEN] {
            let escaped = Value::from(secret).to_string();
            for disguise in [secret, &escaped[1..escaped.len() - 1], &format!("{secret:?}")] {
                assert!(!text.contains(disguise), "{about}: `{disguise}` in\n{text}");
            }
        }
    }
}

/// Creates, rotates, checks, updates, fails and reads; notes every handle, event and error.
async fn everything(airbyte: &Airbyte, said: &Said) -> Result<()> {
    // Known from the beginning: a server repeats both whenever it is asked.
    let _ = [PASSWORD, ROTATED].map(|password| airbyte.secret(password));
    let workspace = airbyte.workspace(None).await?;
    for password in [PASSWORD, ROTATED] {
        let configuration = shop(&json!(airbyte.secret(password)));
        let ensured = workspace.ensure_source("Shop", "Postgres", &configuration).await?;
        said.note(&format!("{ensured:?} {:?}", ensured.resource.configuration()));
        for difference in ensured.change.differences() {
            said.note(&format!("{difference} {difference:?}"));
        }
    }
    wrong(&workspace, said).await;
    let shop = workspace.source("Shop").await?;
    said.note(&format!("{:?} {:?}", shop.check().await?, shop.discover().await?.len()));
    said.note(&format!("{:?} {:?}", airbyte, airbyte.vault()));
    Ok(())
}

/// What is refused here already, with secrets at the wrong places.
async fn wrong(workspace: &Workspace, said: &Said) {
    let secret = || json!(workspace.airbyte().secret(PASSWORD));
    for configuration in [
        json!({"host": secret(), "port": secret(), "replication_method": {"method": secret()}}),
        json!({"password": [PASSWORD]}),
        json!(PASSWORD),
    ] {
        let refused = workspace.ensure_source("Other", "Postgres", &configuration).await;
        let error = refused.expect_err("it does not fit");
        // Where the specification says nothing of a secret, only a placeholder says that it is one.
        if configuration["password"].is_null() && configuration.is_object() {
            tell(said, &error);
        }
    }
}

fn tell(said: &Said, error: &airway_client::Error) {
    said.note(&format!("{error} {error:?} {error:#?} {:?}", error.hint()));
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said.note(&format!("{error} {error:?}"));
        cause = error.source();
    }
}

async fn run(sandbox: &Sandbox, about: &str) {
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fingerprints.toml");
    let heard = said.clone();
    let airbyte = Airbyte::builder()
        .server(sandbox.url())
        .bearer(TOKEN)
        .retries(Retries::none())
        .fingerprints(&file)
        .observer(move |event: &Event| heard.note(&format!("{event:?}")))
        .build()
        .unwrap();
    {
        // Of this thread, on which everything here happens.
        let _listening = tracing::subscriber::set_default(subscriber);
        if let Err(error) = Box::pin(everything(&airbyte, &said)).await {
            tell(&said, &error);
        }
    }
    said.note(&std::fs::read_to_string(&file).unwrap_or_default());
    assert!(said.0.lock().unwrap().len() > 100, "nothing was said");
    said.holds_no_secret(about);
}

#[tokio::test]
async fn neither_logs_nor_events_nor_errors_hold_a_secret() {
    let sandbox = Sandbox::start().await.unwrap();
    run(&sandbox, "success").await;
    let echo = json!({
        "message": format!("{PASSWORD} and {ROTATED} and {TOKEN}"), "connectionConfiguration": {"password": PASSWORD},
        "validationErrors": [{"propertyPath": "password", "message": format!("`{PASSWORD}` is not right")}],
    });
    for operation in ["sources/create", "scheduler/sources/check_connection", "sources/partial_update", "sources/list"]
    {
        for action in [
            FaultAction::Answer { status: 422, body: echo.clone() },
            FaultAction::Answer { status: 500, body: echo.clone() },
            FaultAction::Answer { status: 500, body: json!(format!("<p>{PASSWORD}</p>")) },
            FaultAction::Answer { status: 200, body: json!([PASSWORD, TOKEN]) },
            FaultAction::DropAfter,
            FaultAction::Truncate,
        ] {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fault(Fault::on(operation, action.clone()).unwrap());
            run(&sandbox, &format!("{operation}, {action:?}")).await;
        }
    }
    for operation in
        ["scheduler/sources/check_connection", "sources/check_connection_for_update", "sources/check_connection"]
    {
        let sandbox = Sandbox::start().await.unwrap();
        let words = format!("no login with {PASSWORD} or {ROTATED}");
        sandbox.fault(Fault::on(operation, FaultAction::CheckFails(words)).unwrap());
        run(&sandbox, operation).await;
    }
    let auth = Auth::Basic { user: "airbyte".into(), password: "password".into() };
    run(&Sandbox::builder().auth(auth).start().await.unwrap(), "a login that is refused").await;
}
