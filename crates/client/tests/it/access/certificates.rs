//! Certificates of authorities of one's own. Those in `certificates/` were made for these tests and are good for a hundred years.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;

use airway_client::{Airbyte, Builder, Error};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::answer;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/access/certificates").join(name)
}

/// A server whose certificate the test authority signed.
async fn encrypted() -> String {
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(file("server.pem")).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(file("server.key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, r#"{"job": {"id": 7}}"#).await;
            }
        }
    });
    address
}

async fn ask(builder: Builder) -> Result<(), Error> {
    builder.build()?.call_raw("jobs/get_light", &json!({ "id": 7 })).await.map(drop)
}

#[tokio::test]
async fn an_unknown_authority_is_trusted_when_its_file_is_named_and_not_otherwise() {
    let server = encrypted().await;
    let builder = || Airbyte::builder().server(&server);
    let error = ask(builder()).await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    assert!(error.source().unwrap().to_string().contains("invalid peer certificate"), "{error:?}");

    ask(builder().ca_file(file("authority.pem"))).await.unwrap();
    ask(builder().danger_accept_any_certificate()).await.unwrap();
}

#[test]
fn a_file_without_certificates_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let refused = || Airbyte::builder().ca_file(&path).build().unwrap_err();
    let shown = path.display();

    let error = refused();
    assert_eq!(error.to_string(), format!("cannot read the certificates in `{shown}`"));
    assert!(error.source().unwrap().to_string().starts_with("No such file"), "{error:?}");

    std::fs::write(&path, "no certificate").unwrap();
    assert_eq!(refused().to_string(), format!("`{shown}` holds no certificates in PEM form"));
}
