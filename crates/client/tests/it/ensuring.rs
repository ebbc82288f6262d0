//! What `ensure_…` costs, what it takes for a difference, and what it sends because of one.

use std::sync::{Arc, Mutex};

use airway_client::{Airbyte, Change, CustomConnector, EnsureOptions, ErrorKind, Event, SecretState, Workspace};
use airway_sandbox::{Fault, FaultAction, Sandbox};
use serde_json::{Value, json};

use crate::support::{airbyte, lake, operations, sandbox, set_up, shop, warehouse, writes};

async fn workspace(sandbox: &Sandbox) -> Workspace {
    airbyte(sandbox).workspace(None).await.unwrap()
}

fn count(sandbox: &Sandbox, operation: &str) -> usize {
    operations(sandbox).iter().filter(|sent| *sent == operation).count()
}

/// The configuration that was sent last by an operation.
fn sent(sandbox: &Sandbox, operation: &str) -> Value {
    let request = sandbox.requests().into_iter().rfind(|request| request.path.ends_with(operation)).unwrap();
    request.body["connectionConfiguration"].clone()
}

fn differences(change: &Change) -> Vec<String> {
    change.differences().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn many_ensures_cost_pages_and_writes_and_not_calls_per_resource() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = workspace(&sandbox).await;
    for number in 0..250 {
        first.create_destination(&format!("Staging {number:03}"), "Postgres", &warehouse()).await.unwrap();
    }
    let workspace = workspace(&sandbox).await;
    let before = operations(&sandbox).len();
    for number in 0..250 {
        let name = format!("Staging {number:03}");
        let ensured = workspace.ensure_destination(&name, "Postgres", &warehouse()).await.unwrap();
        assert_eq!(ensured.change, Change::Unchanged);
    }
    let asked = operations(&sandbox).split_off(before);
    let mut expected = vec!["destination_definitions/list_for_workspace", "destination_definition_specifications/get"];
    expected.extend(["destinations/list"; 3]);
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn new_ones_cost_a_check_and_a_create_each_and_own_writes_are_known() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    for round in [Change::Created, Change::Unchanged] {
        for number in 0..5 {
            let ensured = workspace.ensure_destination(&format!("Staging {number}"), "Postgres", &warehouse()).await;
            assert_eq!(ensured.unwrap().change, round);
        }
    }
    let counted = ["destinations/list", "scheduler/destinations/check_connection", "destinations/create"]
        .map(|operation| count(&sandbox, operation));
    assert_eq!(counted, [1, 5, 5]);
    workspace.destination("Staging 3").await.unwrap().delete().await.unwrap();
    let again = workspace.ensure_destination("Staging 3", "Postgres", &warehouse()).await.unwrap();
    assert_eq!(again.change, Change::Created);
}

#[tokio::test]
async fn connections_are_read_together_where_one_by_one_would_cost_more() {
    let sandbox = Sandbox::start().await.unwrap();
    let maker = workspace(&sandbox).await;
    let (_, pipeline) = set_up(&maker).await.unwrap();
    let shop = maker.source("Shop").await.unwrap();
    let lake = maker.destination("Lake").await.unwrap();
    let settings = airway_client::ConnectionSettings::copying(pipeline.catalog().await.unwrap());
    for number in 0..30 {
        maker.create_connection(&format!("Copy {number:02}"), &shop, &lake, &settings).await.unwrap();
    }
    let workspace = workspace(&sandbox).await;
    let (shop, lake) = (workspace.source("Shop").await.unwrap(), workspace.destination("Lake").await.unwrap());
    let before = operations(&sandbox).len();
    for number in 0..30 {
        let name = format!("Copy {number:02}");
        let ensured = workspace.ensure_connection(&name, &shop, &lake, &settings).await.unwrap();
        assert_eq!(ensured.change, Change::Unchanged);
    }
    let asked = operations(&sandbox).split_off(before);
    assert_eq!(
        asked,
        [
            "destination_definitions/list_for_workspace",
            "destination_definition_specifications/get",
            "web_backend/connections/list",
            "connections/get",
            "connections/get",
            "connections/list",
        ]
    );
}

#[tokio::test]
async fn a_raw_write_makes_everything_be_read_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let made = workspace.ensure_destination("Lake", "S3", &lake()).await.unwrap().resource;
    let input = json!({"destinationId": made.id()});
    workspace.airbyte().call_raw("destinations/delete", &input).await.unwrap();
    let again = workspace.ensure_destination("Lake", "S3", &lake()).await.unwrap();
    assert_eq!(again.change, Change::Created);
    assert_ne!(again.resource.id(), made.id());
}

#[tokio::test]
async fn what_cannot_be_merged_is_replaced_as_a_whole() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let mut configuration = shop(&json!(workspace.airbyte().secret("postgres")));
    configuration["jdbc_url_params"] = json!("loglevel=1");
    workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap();
    configuration.as_object_mut().unwrap().remove("jdbc_url_params");
    let ensured = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap();
    assert_eq!(differences(&ensured.change), ["jdbc_url_params: \"loglevel=1\" → nothing"]);
    assert_eq!(sent(&sandbox, "sources/update"), shop(&json!("**********")));
    assert_eq!(workspace.source("Shop").await.unwrap().configuration().get("jdbc_url_params"), None);
}

#[tokio::test]
async fn a_mask_keeps_the_secret_that_is_stored_and_creates_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let masked = shop(&json!("**********"));
    let error = workspace.ensure_source("Shop", "Postgres", &masked).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration does not fit connector `Postgres`\n  `password` is the mask that servers show in the place of a secret"
    );
    assert_eq!(writes(&sandbox), [] as [String; 0]);

    let secret = workspace.airbyte().secret("right");
    workspace.ensure_source("Shop", "Postgres", &shop(&json!(secret))).await.unwrap();
    assert_eq!(workspace.ensure_source("Shop", "Postgres", &masked).await.unwrap().change, Change::Unchanged);
    let mut moved = masked.clone();
    moved["port"] = json!(5433);
    let ensured = workspace.ensure_source("Shop", "Postgres", &moved).await.unwrap();
    assert_eq!(sent(&sandbox, "sources/partial_update"), json!({"port": 5433}));
    // The sandbox refuses the password `wrong` only: were the mask stored, nobody could tell. A full replace keeps it too.
    let updated = ensured.resource.update("Shop", &masked).await.unwrap();
    assert!(updated.check().await.unwrap().succeeded);
}

#[tokio::test]
async fn a_mask_is_refused_where_a_server_would_store_it() {
    let sandbox = sandbox().await;
    let workspace = workspace(&sandbox).await;
    let rest = |headers: Value, body: &str| json!({"url": "https://x.test", "headers": headers, "body": body});
    let secret = json!(workspace.airbyte().secret("k3y-k3y"));
    let configuration = rest(json!([{"name": "X-Key", "value": secret}]), "a");
    let made = workspace.ensure_source("Api", "REST API", &configuration).await.unwrap().resource;
    let masked = made.configuration()["headers"].clone();
    let expected = "the configuration does not fit connector `REST API`\n  `headers[0].value` is the mask that servers show in \
                    the place of a secret, and in a list they store it as the secret";
    let mut longer = masked.as_array().unwrap().clone();
    longer.push(json!({"name": "X-Team", "value": "blue"}));
    let mut renamed = masked.clone();
    renamed[0]["name"] = json!("X-Other");
    for headers in [json!(longer), renamed] {
        let error = workspace.ensure_source("Api", "REST API", &rest(headers, "a")).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let source = workspace.source("Api").await.unwrap();
    let error = source.update("Api", &rest(masked.clone(), "b")).await.unwrap_err();
    assert_eq!(error.to_string(), expected);
    // What is as it was is not sent.
    let unchecked = airway_client::EnsureOptions::unchecked();
    let ensured = workspace.ensure_source_with("Api", "REST API", &rest(masked, "b"), unchecked).await.unwrap();
    assert_eq!(differences(&ensured.change), ["body: \"a\" → \"b\""]);
    assert_eq!(sent(&sandbox, "sources/partial_update"), json!({"body": "b"}));
    assert_eq!(writes(&sandbox), ["sources/create"]);

    let mut configuration = shop(&json!("postgres"));
    workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap();
    configuration["tunnel_method"] = json!({
        "tunnel_method": "SSH_PASSWORD_AUTH", "tunnel_host": "t", "tunnel_port": 22, "tunnel_user": "u",
        "tunnel_user_password": "**********",
    });
    let error = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration does not fit connector `Postgres`\n  `tunnel_method.tunnel_user_password` is the mask that servers \
         show in the place of a secret"
    );
    assert_eq!(writes(&sandbox), ["sources/create"; 2]);
}

async fn with_fingerprints(sandbox: &Sandbox, folder: &tempfile::TempDir) -> Workspace {
    let file = folder.path().join(".airway/fingerprints.toml");
    let airbyte = Airbyte::builder().server(sandbox.url()).fingerprints(file).build().unwrap();
    airbyte.workspace(None).await.unwrap()
}

#[tokio::test]
async fn a_rotated_secret_is_written_and_only_then() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ensure = async |password: &str, port: u16| {
        let workspace = with_fingerprints(&sandbox, &folder).await;
        let mut configuration = shop(&json!(workspace.airbyte().secret(password)));
        configuration["port"] = json!(port);
        workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap().change
    };
    assert_eq!(ensure("first-password", 5432).await, Change::Created);
    assert_eq!(ensure("first-password", 5432).await, Change::Unchanged);
    assert_eq!(ensure("first-password", 5433).await.differences().len(), 1);
    // What is known to be there is not sent again.
    assert_eq!(sent(&sandbox, "sources/partial_update"), json!({"port": 5433}));

    let rotated = ensure("second-password", 5433).await;
    assert_eq!(differences(&rotated), ["password: rotated"]);
    assert_eq!(rotated.differences()[0].secret, Some(SecretState::Rotated));
    assert_eq!(sent(&sandbox, "sources/partial_update"), json!({"password": "**********"}));
    assert_eq!(ensure("second-password", 5433).await, Change::Unchanged);
    assert_eq!(writes(&sandbox), ["sources/create"]);
    assert_eq!(count(&sandbox, "sources/partial_update"), 2);
}

#[tokio::test]
async fn what_was_there_before_is_unknown_until_it_is_rotated() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let maker = workspace(&sandbox).await;
    maker.create_source("Shop", "Postgres", &shop(&json!("somebody-else"))).await.unwrap();
    let ensure = async |password: &str| {
        let workspace = with_fingerprints(&sandbox, &folder).await;
        let configuration = shop(&json!(workspace.airbyte().secret(password)));
        workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap().change
    };
    assert_eq!(ensure("first-password").await, Change::Unchanged);
    assert_eq!(ensure("first-password").await, Change::Unchanged);
    assert_eq!(differences(&ensure("second-password").await), ["password: rotated"]);
}

#[tokio::test]
async fn a_secret_of_which_nothing_is_known_is_told_and_written_on_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    workspace(&sandbox).await.create_source("Shop", "Postgres", &shop(&json!("somebody-else"))).await.unwrap();
    let ensure = async |options: EnsureOptions| {
        let told = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&told);
        let observer = move |event: &Event| {
            if let Event::Unchanged { unknown_secrets, .. } = event {
                seen.lock().unwrap().push(unknown_secrets.clone());
            }
        };
        let file = folder.path().join("fingerprints.toml");
        let builder = Airbyte::builder().server(sandbox.url()).fingerprints(file).observer(observer);
        let workspace = builder.build().unwrap().workspace(None).await.unwrap();
        let configuration = shop(&json!(workspace.airbyte().secret("mine-now")));
        let ensured = workspace.ensure_source_with("Shop", "Postgres", &configuration, options).await.unwrap();
        let told = told.lock().unwrap().clone();
        (differences(&ensured.change), told)
    };
    // Seen twice, it is still not known to be the one that is stored.
    for _ in 0..2 {
        let (differences, told) = ensure(EnsureOptions::default()).await;
        assert_eq!((differences, told), (vec![], vec![vec!["password".to_owned()]]));
    }
    let (differences, _) = ensure(EnsureOptions::default().writing_unknown_secrets()).await;
    assert_eq!(differences, ["password: unknown"]);
    assert_eq!(sent(&sandbox, "sources/partial_update"), json!({"password": "**********"}));
    let (differences, told) = ensure(EnsureOptions::default().writing_unknown_secrets()).await;
    assert_eq!((differences, told), (vec![], vec![vec![]]));
    assert_eq!(count(&sandbox, "sources/partial_update"), 1);
}

#[tokio::test]
async fn a_broken_file_of_fingerprints_stops_an_update_before_it_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    workspace(&sandbox).await.create_source("Shop", "Postgres", &shop(&json!("postgres"))).await.unwrap();
    std::fs::create_dir(folder.path().join(".airway")).unwrap();
    std::fs::write(folder.path().join(".airway/fingerprints.toml"), "version = what").unwrap();
    let workspace = with_fingerprints(&sandbox, &folder).await;
    let error = workspace.ensure_source("Shop", "Postgres", &shop(&json!("other"))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Fingerprints { .. }), "{error:?}");
    let error = workspace.ensure_source("New", "Postgres", &shop(&json!("other"))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Fingerprints { .. }), "{error:?}");
    assert_eq!(writes(&sandbox), ["sources/create"]);
}

#[tokio::test]
async fn workspaces_tags_and_connectors_are_ensured_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = airbyte(&sandbox);
    let made = airbyte.ensure_workspace("Analytics").await.unwrap();
    let again = airbyte.ensure_workspace("Analytics").await.unwrap();
    assert_eq!((made.change, again.change), (Change::Created, Change::Unchanged));
    assert_eq!(made.resource, again.resource);

    let workspace = made.resource;
    let tag = workspace.ensure_tag("ecommerce", None).await.unwrap();
    assert_eq!(tag.change, Change::Created);
    assert_eq!(workspace.ensure_tag("ecommerce", None).await.unwrap().change, Change::Unchanged);
    let colored = workspace.ensure_tag("ecommerce", Some("#112233")).await.unwrap();
    assert_eq!(differences(&colored.change), [format!("color: \"{}\" → \"112233\"", tag.resource.color())]);
    assert_eq!(workspace.ensure_tag("ecommerce", Some("112233")).await.unwrap().change, Change::Unchanged);

    let connector = CustomConnector::new("example/source-shop", "1.0.0");
    let made = workspace.ensure_custom_source_definition("Own shop", &connector).await.unwrap();
    assert_eq!(made.change, Change::Created);
    assert_eq!(
        workspace.ensure_custom_source_definition("Own shop", &connector).await.unwrap().change,
        Change::Unchanged
    );
    let newer = CustomConnector::new("example/source-shop", "1.1.0");
    let updated = workspace.ensure_custom_source_definition("Own shop", &newer).await.unwrap();
    assert_eq!(differences(&updated.change), ["version: \"1.0.0\" → \"1.1.0\""]);
    assert_eq!((updated.resource.id(), updated.resource.version()), (made.resource.id(), "1.1.0"));
    let other = CustomConnector::new("example/source-store", "1.1.0");
    let error = workspace.ensure_custom_source_definition("Own shop", &other).await.unwrap_err();
    assert_eq!(error.label(), "conflict");
    let error = workspace.ensure_custom_source_definition("Postgres", &connector).await.unwrap_err();
    assert_eq!(error.to_string(), "source definition `Postgres` exists but does not fit: it came with Airbyte");
    // It can be used at once.
    let source = workspace.ensure_source("Shop", "Own shop", &json!({})).await.unwrap();
    assert_eq!(source.resource.connector(), "Own shop");
    let sink = CustomConnector::new("example/destination-lake", "1.0.0");
    let made = workspace.ensure_custom_destination_definition("Own lake", &sink).await.unwrap();
    assert_eq!((made.change, made.resource.is_custom()), (Change::Created, true));
}

#[tokio::test]
async fn tags_of_connections_are_made_where_they_are_missing() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let (_, pipeline) = set_up(&workspace).await.unwrap();
    let (shop, lake) = (workspace.source("Shop").await.unwrap(), workspace.destination("Lake").await.unwrap());
    let ensure = async |tags: &[&str]| {
        let settings = airway_client::ConnectionSettings::default().tags(tags.iter().copied());
        workspace.ensure_connection(pipeline.name(), &shop, &lake, &settings).await.unwrap()
    };
    let tagged = ensure(&["ecommerce", "nightly"]).await;
    assert_eq!(differences(&tagged.change), ["tags"]);
    let mut names = tagged.resource.tags();
    names.sort();
    assert_eq!(names, ["ecommerce", "nightly"]);
    assert_eq!(ensure(&["nightly", "ecommerce", "nightly"]).await.change, Change::Unchanged);
    assert_eq!(ensure(&[]).await.resource.tags(), [] as [String; 0]);
    assert_eq!(count(&sandbox, "tags/create"), 2);
    assert_eq!(count(&sandbox, "tags/list"), 1);
}

#[tokio::test]
async fn a_server_without_tags_says_so_before_anything_is_created() {
    let sandbox = Sandbox::builder().emulate("1.5".parse().unwrap()).start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let error = workspace.ensure_tag("ecommerce", None).await.unwrap_err();
    assert_eq!(error.label(), "unsupported");
}

#[tokio::test]
async fn a_check_that_is_left_out_is_not_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    let mut configuration = shop(&json!("wrong"));
    for (port, change) in [(5432, "created"), (5433, "updated")] {
        configuration["port"] = json!(port);
        let unchecked = airway_client::EnsureOptions::unchecked();
        let ensured = workspace.ensure_source_with("Shop", "Postgres", &configuration, unchecked).await.unwrap();
        assert!(ensured.change.to_string().starts_with(change), "{}", ensured.change);
    }
    assert!(!operations(&sandbox).iter().any(|operation| operation.contains("check_connection")));
}

#[tokio::test]
async fn a_failed_check_shows_words_origin_and_log_and_changes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = workspace(&sandbox).await;
    workspace.ensure_source("Shop", "Postgres", &shop(&json!("postgres"))).await.unwrap();
    let mut configuration = shop(&json!("postgres"));
    configuration["port"] = json!(5433);
    let fault = Fault::on("sources/check_connection_for_update", FaultAction::CheckFails("no route to host".into()));
    sandbox.fault(fault.unwrap());
    let error = workspace.ensure_source("Shop", "Postgres", &configuration).await.unwrap_err();
    assert_eq!(error.to_string(), "the check of source `Shop` failed: no route to host");
    configuration["host"] = json!("crash");
    let error = workspace.ensure_source("Other", "Postgres", &configuration).await.unwrap_err();
    let ErrorKind::CheckFailed { failure: Some(failure), .. } = error.kind() else { panic!("{error:?}") };
    assert!(error.hint().unwrap().starts_with("the log ends with:\n"), "{:?}", error.hint());
    assert!(failure.origin.is_some() && error.to_string().contains(failure.origin.as_deref().unwrap()), "{error}");
    assert_eq!(writes(&sandbox), ["sources/create"]);
}
