//! Proxies: named ones, and none for this machine.

use airway_client::Airbyte;
use serde_json::json;

use super::answering;

async fn ask(airbyte: &Airbyte) {
    airbyte.call_raw("jobs/get_light", &json!({ "id": 7 })).await.unwrap();
}

#[tokio::test]
async fn a_named_proxy_is_asked_for_every_host() {
    let (proxy, asked) = answering(r#"{"job": {"id": 7}}"#).await;
    let builder = || Airbyte::builder().bearer("t0ken");
    ask(&builder().server("http://airbyte.test").proxy(&proxy).build().unwrap()).await;
    ask(&builder().server("localhost:1").proxy(format!("http://me:pa55@{proxy}")).build().unwrap()).await;

    let asked = asked.lock().unwrap();
    assert!(asked[0].starts_with("POST http://airbyte.test/api/v1/jobs/get_light HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[0].contains("authorization: Bearer t0ken\r\n"), "{asked:?}");
    assert!(asked[1].starts_with("POST http://localhost:1/api/v1/jobs/get_light HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[1].contains("proxy-authorization: Basic bWU6cGE1NQ==\r\n"), "{asked:?}");
}

#[test]
fn an_address_that_no_proxy_has_is_refused_without_its_password() {
    let error = Airbyte::builder().proxy("socks5://me:pa55word@proxy").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the address of the proxy cannot be used: only proxies that speak HTTP or HTTPS are known here"
    );
    assert!(!format!("{error:?}").contains("pa55word"));
}
