//! What a script may touch.

use std::fs;

use crate::support::{Said, airway, run};

#[test]
fn files_are_read_and_written_below_the_script_only() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(folder.path().join("outside.json"), "1").unwrap();
    fs::write(own.join("data.yaml"), "a: [1, 2]\nb: {c: true}\n").unwrap();
    let script = r#"
        let data = read_yaml("data.yaml");
        print(data.a[1]);
        write_json("out.json", #{ data: data, password: secret("PASSWORD") });
        print(read_json("out.json"));
        for path in ["../outside.json", "/etc/passwd"] {
            try { read_text(path) } catch (e) { print(`${e.kind}: ${e.message}`) }
            try { write_json(path, 1) } catch (e) { print(`${e.kind}: ${e.message}`) }
        }"#;
    fs::write(own.join("main.rhai"), script).unwrap();

    let said = run(airway(&["run", "main.rhai"]).env("PASSWORD", "hunter22").current_dir(&own));

    let stdout = "2\n#{\"data\": #{\"a\": [1, 2], \"b\": #{\"c\": true}}, \"password\": \"***\"}\n\
        file: `../outside.json` is outside of the folders that the script may read\n\
        file: `../outside.json` is outside of the folders that the script may write\n\
        file: `/etc/passwd` is outside of the folders that the script may read\n\
        file: `/etc/passwd` is outside of the folders that the script may write\n";
    assert_eq!(said, Said::ok(stdout));
    let written = fs::read_to_string(own.join("out.json")).unwrap();
    assert!(!written.contains("hunter22") && written.contains("***"), "{written}");
    assert_eq!(fs::read_to_string(folder.path().join("outside.json")).unwrap(), "1");
}
