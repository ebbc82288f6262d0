//! The examples of the reference are scripts that run.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::{Said, airway, none, root, run};

/// The code blocks of the reference, each with the heading above it.
fn examples() -> Vec<(String, String)> {
    let reference = run(&mut airway(&["doc"]));
    assert_eq!((reference.code, reference.stderr.as_str()), (0, ""));
    let mut examples = Vec::new();
    let (mut heading, mut code) = (String::new(), None::<String>);
    for line in reference.stdout.lines() {
        match (&mut code, line) {
            (None, "```rhai") => code = Some(String::new()),
            (None, line) if line.starts_with('#') => line.trim_matches(['#', ' ', '`']).clone_into(&mut heading),
            (Some(_), "```") => examples.extend(code.take().map(|code| (heading.clone(), code))),
            (Some(code), line) => {
                code.push_str(line);
                code.push('\n');
            }
            (None, _) => {}
        }
    }
    examples
}

/// The folder that an example runs in: some files, and the sandbox with a pipeline that ran once.
struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        for entry in fs::read_dir(root().join("tests/fixtures/examples")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), world.0.path().join(entry.file_name())).unwrap();
        }
        assert_eq!(run(&mut world.airway("world.rhai")), Said::ok(""));
        world
    }

    fn airway(&self, script: &str) -> Command {
        let mut airway = airway(&["run", script, "--sandbox-db", "sandbox.db", "--speed", "instant", "--quiet"]);
        // Of the newest servers: older ones lack some of what is shown.
        airway.args(["--emulate", "2.0"]).current_dir(self.0.path());
        airway
    }

    /// Every example has the world for itself.
    fn another(&self) -> Self {
        let other = Self(tempfile::tempdir().unwrap());
        for entry in fs::read_dir(self.0.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), other.0.path().join(entry.file_name())).unwrap();
        }
        other
    }

    fn problem(&self, heading: &str, example: &str) -> Option<String> {
        let world = self.another();
        fs::write(world.0.path().join("main.rhai"), example).unwrap();
        let said = run(&mut world.airway("main.rhai"));
        (said.code != 0).then(|| format!("{heading}: code {}\n{}", said.code, said.stderr))
    }
}

#[test]
fn every_example_of_the_reference_runs() {
    let (world, examples) = (World::new(), examples());
    let next = AtomicUsize::new(0);
    let work = || std::iter::from_fn(|| examples.get(next.fetch_add(1, Ordering::Relaxed)));
    let problems = || work().filter_map(|(heading, example)| world.problem(heading, example)).collect::<Vec<_>>();
    none(thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(problems)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    }));
}

#[test]
fn a_part_of_the_reference_is_found_by_name() {
    let expected = "## `duration(length: string or number or Duration) -> Duration`\n\nReturns a length of time.\n\n\
        - `length`: such as \"90s\", \"1h 30m\" or \"7d\", or a number of seconds\n\n\
        ```rhai\nexpect(duration(\"90s\") + duration(\"1h\") < \"1d\");\n```\n";
    let all = run(&mut airway(&["doc", "duration"])).stdout;
    assert!(all.starts_with(expected), "{all}");
    let misspelt = run(&mut airway(&["doc", "Job.wiat"])).stderr;
    assert!(misspelt.ends_with("hint: did you mean `Job.wait`?\n"), "{misspelt}");
    let of_type = run(&mut airway(&["doc", "array"])).stdout;
    assert!(of_type.contains("array.join(") && of_type.contains("array.filter("), "{of_type}");
    let unknown = run(&mut airway(&["doc", "conect"]));
    let stderr = "error: there is no function or type `conect`\nhint: did you mean `connect`?\n".to_owned();
    assert_eq!(unknown, Said { stdout: String::new(), stderr, code: 64 });
}
