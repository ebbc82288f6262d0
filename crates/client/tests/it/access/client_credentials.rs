//! Client credentials on the sandbox, whose tokens expire on its own clock.

use std::time::Duration;

use airway_client::{Airbyte, Builder, ErrorKind, Retries};
use airway_sandbox::{Auth, Clock, Fault, FaultAction, Occasion, Sandbox};
use futures::future::join_all;

use crate::support::operations;

const TOKEN: &str = "applications/token";
const MINUTE: Duration = Duration::from_mins(1);

async fn locked(clock: &Clock) -> Sandbox {
    Sandbox::builder().auth(Auth::simple("the-id", "the-s3cret")).clock(clock.clone()).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> Builder {
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    Airbyte::builder().server(sandbox.url()).retries(quick)
}

fn airbyte(sandbox: &Sandbox) -> Airbyte {
    builder(sandbox).client_credentials("the-id", "the-s3cret").build().unwrap()
}

fn count(sandbox: &Sandbox, operation: &str) -> usize {
    operations(sandbox).iter().filter(|asked| *asked == operation).count()
}

#[tokio::test]
async fn a_token_is_had_once_and_again_when_it_has_run_out() {
    let clock = Clock::manual(1_760_000_000_000);
    let sandbox = locked(&clock).await;
    let airbyte = airbyte(&sandbox);
    assert_eq!(operations(&sandbox), Vec::<String>::new());

    airbyte.workspaces().await.unwrap();
    airbyte.workspaces().await.unwrap();
    assert_eq!(count(&sandbox, TOKEN), 1);

    clock.advance(14 * MINUTE);
    airbyte.workspaces().await.unwrap();
    assert_eq!(count(&sandbox, TOKEN), 1);

    clock.advance(MINUTE);
    airbyte.workspaces().await.unwrap();
    assert_eq!(count(&sandbox, TOKEN), 2);
    let statuses: Vec<u16> = sandbox.requests().iter().rev().take(3).map(|request| request.status).rev().collect();
    assert_eq!(statuses, [401, 200, 200]);
}

#[tokio::test]
async fn twenty_calls_at_once_wait_for_one_token() {
    let clock = Clock::manual(1_760_000_000_000);
    let sandbox = locked(&clock).await;
    let airbyte = airbyte(&sandbox);
    let twenty = || join_all((0..20).map(|_| airbyte.workspaces().into_future()));

    assert!(twenty().await.iter().all(Result::is_ok));
    assert_eq!(count(&sandbox, TOKEN), 1);

    clock.advance(15 * MINUTE);
    assert!(twenty().await.iter().all(Result::is_ok));
    assert_eq!(count(&sandbox, TOKEN), 2);
}

#[tokio::test]
async fn a_call_that_is_given_up_while_its_token_is_had_harms_no_other() {
    let clock = Clock::manual(1_760_000_000_000);
    let sandbox = locked(&clock).await;
    sandbox.fault(Fault::on(TOKEN, FaultAction::DelayMs(100)).unwrap().when(Occasion::Times(1)));
    let airbyte = airbyte(&sandbox);
    let impatient = {
        let airbyte = airbyte.clone();
        tokio::spawn(async move { airbyte.workspaces().await })
    };
    tokio::task::yield_now().await;
    let patient = {
        let airbyte = airbyte.clone();
        tokio::spawn(async move { airbyte.workspaces().await })
    };
    while count(&sandbox, "instance_configuration") == 0 && !impatient.is_finished() {
        tokio::task::yield_now().await;
    }
    impatient.abort();
    assert_eq!(patient.await.unwrap().unwrap().len(), 1);
    assert!(count(&sandbox, TOKEN) <= 2, "{:?}", operations(&sandbox));
}

#[tokio::test]
async fn a_token_endpoint_that_stumbles_is_asked_again() {
    let sandbox = locked(&Clock::machine()).await;
    sandbox.fault(Fault::on(TOKEN, FaultAction::Status(408)).unwrap().when(Occasion::Times(2)));
    airbyte(&sandbox).workspaces().await.unwrap();
    assert_eq!(count(&sandbox, TOKEN), 3);
}

#[tokio::test]
async fn a_wrong_secret_is_told_once_and_sends_nothing_else() {
    let sandbox = locked(&Clock::machine()).await;
    let airbyte = builder(&sandbox).client_credentials("the-id", "another-s3cret").build().unwrap();
    let error = airbyte.workspaces().await.unwrap_err();
    assert_eq!(error.to_string(), "no token was had from `applications/token`");
    assert_eq!((error.label(), error.is_auth(), error.is_unclear()), ("auth", true, false));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "the server answered 400: the client id or the client secret is wrong");
    let hint = "are client id and secret right? Airbyte shows them in its settings, under applications";
    assert_eq!(error.hint().as_deref(), Some(hint));
    assert_eq!(operations(&sandbox), [TOKEN]);
    assert!(!format!("{error:?} {airbyte:?}").contains("another-s3cret"));
}

#[tokio::test]
async fn a_server_without_a_login_of_its_own_gives_no_tokens() {
    let sandbox = Sandbox::start().await.unwrap();
    let error = airbyte(&sandbox).workspaces().await.unwrap_err();
    assert!(error.hint().unwrap().starts_with("servers without a login of their own give no tokens"), "{error:?}");
}

#[tokio::test]
async fn a_secret_may_be_a_placeholder() {
    let sandbox = locked(&Clock::machine()).await;
    let vault = airway_client::Vault::new();
    let secret = vault.conceal("the-s3cret");
    let airbyte = builder(&sandbox).vault(vault).client_credentials("the-id", secret.placeholder()).build().unwrap();
    airbyte.workspaces().await.unwrap();
    assert_eq!(airbyte.vault().redact("the-s3cret"), "***");
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_refused_without_being_shown() {
    for (token, says) in [
        ("a-secret\nand-more", "the token holds a line break at character 9, which no header can hold"),
        ("a-sécret", "the token holds a character that no header can hold, at character 4"),
        ("  ", "the token is empty"),
    ] {
        let error = Airbyte::builder().bearer(token).build().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Settings(_)));
        assert_eq!(error.to_string(), says);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
    assert!(Airbyte::builder().bearer("from-a-file\n").build().is_ok());
}
