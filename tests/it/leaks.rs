//! Secrets that can be recognised are given to everything there is; none of them may come out anywhere.

use std::fs;

use airway_sandbox::{Auth, Fault, FaultAction, Sandbox};
use serde_json::{Value, json};

use crate::support::{Said, Tested, airway, none, run, start};

const CANARIES: [(&str, &str); 4] = [
    ("SHOP_PASSWORD", "canary-one-8c41e0"),
    ("LAKE_KEY", "canary-two-5b7f22"),
    ("LAKE_SECRET", "canary \"three\" \\ 77a1d9"),
    ("AIRBYTE_PASSWORD", "canary-four-e3901b"),
];

const SCRIPT: &str = r#"
    let known = [secret("SHOP_PASSWORD"), secret("LAKE_KEY"), secret("LAKE_SECRET")];
    let ws = connect().workspace();
    let shop = ws.ensure_source("Shop", "Postgres", #{
        host: "db", port: 5432, database: "ecommerce", username: "reader", password: secret("SHOP_PASSWORD"),
        jdbc_url_params: `application=${secret("LAKE_KEY")}`,
        tunnel_method: #{ tunnel_method: "SSH_PASSWORD_AUTH", tunnel_host: "jump", tunnel_port: 22, tunnel_user: "u",
            tunnel_user_password: secret("LAKE_SECRET") },
        replication_method: #{ method: "Standard" },
    });
    let lake = ws.ensure_destination("Lake", "S3", #{
        s3_bucket_name: "lake", s3_bucket_path: "bronze/", s3_bucket_region: "us-east-1",
        access_key_id: secret("LAKE_KEY"), secret_access_key: secret("LAKE_SECRET"),
        format: #{ format_type: "Parquet" },
    });
    print(shop.configuration);
    print([known, #{ deep: [`x${secret("LAKE_KEY")}y`] }]);
    debug(secret("LAKE_SECRET"));
    warn("it is " + secret("SHOP_PASSWORD"));
    let streams = shop.discover().select(["public.orders"]);
    let pipeline = ws.ensure_connection("Shop → Lake", shop, lake, #{ streams: streams, prefix: "x_" });
    pipeline.sync().wait();
"#;

/// A run of a script, and what it left in its folder.
fn outcome(sandbox: &Sandbox, script: &str, secrets: &[(&str, &str)]) -> (Said, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rhai"), script).unwrap();
    let file = folder.path().join(".airway/fingerprints.toml");
    let mut command = airway(&["run", "main.rhai", "--verbose", "--server", &sandbox.url(), "--user", "airbyte"]);
    command.arg("--fingerprints").arg(&file).current_dir(folder.path());
    command.envs([("RUST_LOG", "trace"), ("AIRWAY_LOG", "trace")]).envs(secrets.iter().copied());
    (run(&mut command), fs::read_to_string(&file).unwrap_or_default())
}

/// What a secret looks like where it is quoted, escaped or encoded.
fn disguises(secret: &str) -> Vec<String> {
    let quoted = Value::from(secret).to_string();
    vec![
        secret.to_owned(),
        quoted[1..quoted.len() - 1].to_owned(),
        format!("{secret:?}"),
        base64(&format!("airbyte:{secret}")),
    ]
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    out
}

#[track_caller]
fn leaks(about: &str, (said, file): &(Said, String)) -> Vec<String> {
    let texts = [("stdout", &said.stdout), ("stderr", &said.stderr), ("the fingerprint file", file)];
    let found = CANARIES.iter().flat_map(|(name, secret)| disguises(secret).into_iter().map(move |text| (name, text)));
    found
        .flat_map(|(name, text)| {
            texts
                .iter()
                .filter(move |(_, all)| all.contains(&text))
                .map(move |(place, all)| format!("{about}: {name} is in {place}:\n{all}"))
        })
        .collect()
}

fn sandbox() -> Tested {
    let password = CANARIES[3].1.to_owned();
    start(Sandbox::builder().auth(Auth::Basic { user: "airbyte".into(), password }))
}

#[test]
fn secrets_come_out_nowhere_when_all_goes_well() {
    let sandbox = sandbox();
    let first = outcome(&sandbox, SCRIPT, &CANARIES);
    assert_eq!(first.0.code, 0, "{}", first.0.stderr);
    assert!(first.1.contains("tunnel_method.tunnel_user_password"), "{}", first.1);
    let second = outcome(&sandbox, SCRIPT, &CANARIES);
    assert_eq!(second.0.code, 0, "{}", second.0.stderr);
    none(leaks("first run", &first).into_iter().chain(leaks("second run", &second)));
}

#[test]
fn a_rotated_secret_is_told_without_the_secret() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rhai"), SCRIPT).unwrap();
    let again = |password: &str| {
        let mut command = airway(&["run", "main.rhai", "--server", &sandbox.url(), "--user", "airbyte"]);
        command
            .env_remove("AIRWAY_FINGERPRINTS")
            .current_dir(folder.path())
            .envs(CANARIES)
            .env("SHOP_PASSWORD", password);
        (run(&mut command), fs::read_to_string(folder.path().join(".airway/fingerprints.toml")).unwrap())
    };
    let first = again("an-older-one");
    assert_eq!(first.0.code, 0, "{}", first.0.stderr);
    let rotated = again(CANARIES[0].1);
    assert!(rotated.0.stderr.contains("updated source `Shop`: password (rotated)\n"), "{}", rotated.0.stderr);
    let unchanged = again(CANARIES[0].1);
    assert!(unchanged.0.stderr.contains("source `Shop` is unchanged\n"), "{}", unchanged.0.stderr);
    none([&first, &rotated, &unchanged].into_iter().flat_map(|outcome| leaks("rotation", outcome)));
}

#[test]
fn secrets_come_out_nowhere_when_servers_and_connectors_repeat_them() {
    let all: Vec<&str> = CANARIES.iter().map(|(_, secret)| *secret).collect();
    let words = format!("cannot log in with {}", all.join(" or "));
    let echo =
        json!({"message": words, "validationErrors": [{"propertyPath": all[0], "message": all[1]}], "data": all});
    let page = json!(format!("<p>{words}</p>"));
    let answers =
        [(400, &echo), (409, &echo), (422, &echo), (500, &echo), (500, &page), (200, &page), (200, &json!([all]))];
    let operations = [
        "scheduler/sources/check_connection",
        "sources/create",
        "destinations/create",
        "connections/create",
        "connections/sync",
        "workspaces/list_by_organization_id",
    ];
    let mut problems = Vec::new();
    for operation in operations {
        for (status, body) in &answers {
            let sandbox = sandbox();
            let body = Value::clone(body);
            sandbox.fault(Fault::on(operation, FaultAction::Answer { status: *status, body }).unwrap());
            problems.extend(leaks(&format!("{operation} {status}"), &outcome(&sandbox, SCRIPT, &CANARIES)));
        }
    }
    let checks = ["scheduler/sources/check_connection", "scheduler/destinations/check_connection"];
    for operation in checks {
        let sandbox = sandbox();
        sandbox.fault(Fault::on(operation, FaultAction::CheckFails(words.clone())).unwrap());
        let failed = outcome(&sandbox, SCRIPT, &CANARIES);
        assert_eq!(failed.0.code, 5, "{}", failed.0.stderr);
        assert!(failed.0.stderr.contains("cannot log in with *** or ***"), "{}", failed.0.stderr);
        problems.extend(leaks(operation, &failed));
    }
    none(problems);
}

#[test]
fn secrets_come_out_nowhere_when_scripts_use_them_wrongly() {
    let scripts = [
        r#"connect().workspace().ensure_source("Shop", "Postgres", #{ host: secret("SHOP_PASSWORD"), port: secret("LAKE_KEY") });"#,
        r#"connect().workspace().ensure_source(secret("SHOP_PASSWORD"), secret("LAKE_KEY"), #{});"#,
        r#"connect().workspace().source(secret("SHOP_PASSWORD"));"#,
        r#"connect().api(secret("SHOP_PASSWORD"), #{ name: secret("LAKE_KEY") });"#,
        r#"connect().api("tags/create", #{ nme: secret("LAKE_KEY"), color: [secret("LAKE_SECRET")] });"#,
        r#"connect().workspace().ensure_tag(secret("SHOP_PASSWORD"), #{ color: secret("LAKE_KEY") });"#,
        r#"throw #{ a: [secret("SHOP_PASSWORD"), `${secret("LAKE_SECRET")}`] };"#,
        r#"let x = secret("SHOP_PASSWORD"); expect(false, "no " + x); "#,
        r#"let x = "" + secret("LAKE_SECRET"); x.no_such_function(x);"#,
        r#"connect(#{ token: secret("SHOP_PASSWORD") }).workspace();"#,
    ];
    let problems = scripts.into_iter().flat_map(|script| {
        let failed = outcome(&sandbox(), script, &CANARIES);
        assert_ne!(failed.0.code, 0, "{script}");
        leaks(script, &failed)
    });
    none(problems.collect::<Vec<_>>());
}

#[test]
fn a_secret_that_is_not_set_stops_everything_before_it_is_written() {
    let sandbox = sandbox();
    let without: Vec<(&str, &str)> = CANARIES.into_iter().filter(|(name, _)| *name != "LAKE_SECRET").collect();
    let computed = SCRIPT.replace("secret(\"LAKE_SECRET\")", "secret(\"LAKE_\" + \"SECRET\")");
    for script in [SCRIPT, &computed] {
        let (said, _) = outcome(&sandbox, script, &without);
        assert!(said.stderr.contains("secret `LAKE_SECRET` is not set"), "{}", said.stderr);
    }
    let written = crate::support::operations(&sandbox).into_iter().filter(|operation| operation.contains("create"));
    assert_eq!(written.collect::<Vec<_>>(), [] as [String; 0]);
}
