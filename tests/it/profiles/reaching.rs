//! Proxies, certificates and time.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use airway_sandbox::{Fault, FaultAction, Sandbox};

use super::Machine;
use crate::support::{Said, start};

/// A proxy that answers by itself and keeps the first line of what it was asked.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or_default();
            let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
            kept.lock().unwrap().push(request.lines().next().unwrap_or_default().to_owned());
            let body = "{\"available\":true}";
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
            let _ = write!(stream, "{head} {}\r\n\r\n{body}", body.len());
        }
    });
    (address, asked)
}

const HEALTH: [&str; 2] = ["api", "health"];

#[test]
fn a_proxy_comes_from_the_environment_a_setting_or_not_at_all() {
    let (proxy, asked) = proxy();
    let healthy = || Said::ok("{\"available\":true}\n");
    let server = ("AIRBYTE_SERVER", "http://airbyte.test");
    let line = "GET http://airbyte.test/api/v1/health HTTP/1.1".to_owned();
    for set in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "AIRBYTE_PROXY"] {
        let said = Machine::new().airway(&HEALTH, &[server, (set, &proxy)]);
        assert_eq!(said, healthy(), "{set}");
        assert_eq!(asked.lock().unwrap().pop(), Some(line.clone()), "{set}");
    }
    let said = Machine::new().airway(&[&HEALTH[..], &["--proxy", &proxy]].concat(), &[server]);
    assert_eq!((said, asked.lock().unwrap().pop()), (healthy(), Some(line)));

    // This machine is never reached through a proxy of the environment, nor the sandbox through any.
    let sandbox = start(Sandbox::builder());
    let said = Machine::new().airway(&HEALTH, &[("AIRBYTE_SERVER", &sandbox.url()), ("HTTP_PROXY", &proxy)]);
    assert_eq!(said, healthy());
    let said = Machine::new().airway(&[&HEALTH[..], &["--sandbox"]].concat(), &[("AIRBYTE_PROXY", &proxy)]);
    assert_eq!(said, healthy());
    let said = Machine::new().airway(&[&HEALTH[..], &["--proxy", "none"]].concat(), &[server, ("HTTP_PROXY", &proxy)]);
    assert_eq!(said.code, 5, "{said:?}");
    assert_eq!(*asked.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn the_password_of_a_proxy_is_shown_nowhere_and_a_proxy_that_speaks_no_http_is_told() {
    let shut = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = ("AIRBYTE_SERVER", "http://airbyte.test");
    for set in ["HTTP_PROXY", "ALL_PROXY", "AIRBYTE_PROXY"] {
        for address in [
            format!("http://me:canary@{shut}"),
            format!("socks5://me:canary@{shut}"),
            "http://me:canary@ @x".to_owned(),
        ] {
            for command in [&["api", "health", "--verbose"][..], &["doctor"], &["doctor", "--format", "json"]] {
                let said = Machine::new().airway(command, &[server, (set, &address), ("RUST_LOG", "trace")]);
                assert_ne!(said.code, 0, "{said:?}");
                assert!(!format!("{said:?}").contains("canary"), "{set}, {command:?}: {said:?}");
            }
        }
    }
    let socks = format!("socks5://{shut}");
    let said = Machine::new().airway(&HEALTH, &[server, ("ALL_PROXY", &socks)]);
    let stderr = "\
error: no answer from http://airbyte.test/api/v1
note: while calling `health`
note: because: unsupported scheme socks5
hint: the proxy that `ALL_PROXY` or `HTTPS_PROXY` names does not speak HTTP: name one that does, or none
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
}

#[test]
fn certificates_that_are_not_verified_are_warned_about() {
    let sandbox = start(Sandbox::builder());
    let warning =
        "warning: the server's certificate is not verified: whoever is in between can read and change everything\n";
    for (arguments, environment) in [(vec!["--insecure"], None), (vec![], Some(("AIRBYTE_TLS_VERIFY", "false")))] {
        let arguments = [vec!["api", "health"], arguments].concat();
        let environment: Vec<(&str, &str)> = environment.into_iter().collect();
        let server = sandbox.url();
        let said = Machine::new().airway(&[arguments, vec!["--server", &server]].concat(), &environment);
        assert_eq!((said.stderr.as_str(), said.code), (warning, 0));
    }
}

#[test]
fn a_ca_file_is_meant_from_the_file_that_names_it() {
    let machine = Machine::new().user_file("default_profile = \"p\"\n[profiles.p]\ntls.ca_file = \"ca.pem\"\n");
    let said = machine.airway(&HEALTH, &[]);
    let path = machine.0.path().join("home/.config/airway/ca.pem");
    let first = format!("error: cannot read the certificates in `{}`", path.display());
    assert_eq!((said.stderr.lines().next().unwrap_or_default(), said.code), (first.as_str(), 64));
}

#[test]
fn a_run_ends_at_its_deadline() {
    let never = Fault::on("health", FaultAction::DelayMs(5_000)).unwrap();
    let sandbox = start(Sandbox::builder().fault(never));
    let said = Machine::new().airway(&["api", "health", "--server", &sandbox.url(), "--deadline", "200ms"], &[]);
    let stderr = "\
error: the time for all calls was over before the answer came
note: while calling `health`
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 6 });
}

#[test]
fn how_often_a_request_is_repeated_can_be_set() {
    let sandbox = start(Sandbox::builder().fault(Fault::on("health", FaultAction::Status(503)).unwrap()));
    let note = |arguments: &[&str], environment: &[(&str, &str)]| {
        let server = sandbox.url();
        let arguments = [&["api", "health", "--server", &server], arguments].concat();
        let said = Machine::new().airway(&arguments, environment);
        said.stderr.lines().find(|line| line.starts_with("note: while")).unwrap_or_default().to_owned()
    };
    assert_eq!(note(&["--retries", "1"], &[]), "note: while calling `health` (2 attempts)");
    assert_eq!(note(&[], &[("AIRBYTE_RETRIES", "0")]), "note: while calling `health`");
    assert_eq!(note(&[], &[("AIRBYTE_RETRIES_IN_ALL", "1")]), "note: while calling `health` (2 attempts)");
}
