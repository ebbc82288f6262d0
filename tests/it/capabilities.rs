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

#[test]
fn other_folders_are_used_when_they_are_granted() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path().canonicalize().unwrap();
    for name in ["own", "in", "out"] {
        fs::create_dir(top.join(name)).unwrap();
    }
    fs::write(top.join("in/data.json"), "[1]").unwrap();
    std::os::unix::fs::symlink(&top, top.join("out/link")).unwrap();
    let script = r#"
        print(read_json("../in/data.json"));
        write_json("../out/new.json", 2);
        for path in ["../in/data.json", "../out/link/in/data.json", "../out/../in/new.json"] {
            try { write_json(path, 3) } catch (e) { print(`${e.message}; ${e.hint}`) }
        }
        try { read_text("../out/new.json") } catch (e) { print(`${e.message}; ${e.hint}`) }"#;
    fs::write(top.join("own/main.rhai"), script).unwrap();

    let mut command = airway(&["run", "main.rhai", "--allow-read", "../in", "--allow-write", "../own/../out"]);
    let said = run(command.current_dir(top.join("own")));

    let refused = |path: &str, verb: &str| {
        format!(
            "`{path}` is outside of the folders that the script may {verb}; grant its folder with `--allow-{verb} DIR`\n"
        )
    };
    let stdout = [
        "[1]\n".to_owned(),
        refused("../in/data.json", "write"),
        refused("../out/link/in/data.json", "write"),
        refused("../out/../in/new.json", "write"),
        refused("../out/new.json", "read"),
    ];
    assert_eq!(said, Said::ok(&stdout.concat()));
    assert_eq!(fs::read_to_string(top.join("in/data.json")).unwrap(), "[1]");
    assert_eq!(fs::read_to_string(top.join("out/new.json")).unwrap(), "2\n");
    assert!(!top.join("in/new.json").exists());

    let said = run(airway(&["run", "main.rhai", "--allow-read", "../none"]).current_dir(top.join("own")));
    let stderr = "error: cannot grant `../none`: no such file or directory\n".to_owned();
    assert_eq!(said, Said { stdout: String::new(), stderr, code: 64 });
}

#[test]
fn a_command_gives_secrets_and_nothing_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rhai"), "print(secret(\"A\")); print(`${secret(\"B\" + \"C\")}!`);").unwrap();
    let mut command = airway(&["run", "main.rhai", "--secret-command", "printf 'value of %s\\n' {}"]);
    command.env("PATH", "/usr/bin:/bin").current_dir(folder.path());
    assert_eq!(run(&mut command), Said::ok("***\n***!\n"));
}
