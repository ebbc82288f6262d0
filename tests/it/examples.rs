//! The examples of the reference are scripts that run.

use crate::support::{Said, airway, none, on_sandbox, run};

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

#[test]
fn every_example_of_the_reference_runs() {
    let examples = examples();
    assert!(examples.len() >= 40, "only {} examples", examples.len());
    let failed = examples.iter().filter_map(|(heading, example)| {
        let said = on_sandbox(example);
        (said.code != 0).then(|| format!("{heading}: code {}\n{}", said.code, said.stderr))
    });
    none(failed);
}

#[test]
fn a_part_of_the_reference_is_found_by_name() {
    let expected = "## `duration(length: string or number or Duration) -> Duration`\n\nReturns a length of time.\n\n\
        - `length`: such as \"90s\" or \"1h 30m\", or a number of seconds\n\n\
        ```rhai\nprint(duration(\"90s\").seconds);\n```\n";
    let all = run(&mut airway(&["doc", "duration"])).stdout;
    assert!(all.starts_with(expected), "{all}");
    let unknown = run(&mut airway(&["doc", "conect"]));
    let stderr = "error: there is no function `conect`\nhint: did you mean `connect`?\n".to_owned();
    assert_eq!(unknown, Said { stdout: String::new(), stderr, code: 64 });
}
