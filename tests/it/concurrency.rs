//! Several things at once in one script.

use crate::support::{Said, on_sandbox, run_script};

#[test]
fn captured_handles_are_used_from_many_closures_at_once() {
    let script = "
        let ws = connect().workspace();
        let numbers = [];
        for n in 0..20 { numbers.push(n); }
        let made = numbers.parallel_map(|n| {
            ws.ensure_source(`source ${n}`, \"Sample Data (Faker)\", #{ count: 10 + n }).name
        }, #{ concurrency: 8 });
        print(`${made[0]} ${made[19]} ${made.len}`);
        print(ws.sources().len);";
    assert_eq!(on_sandbox(script), Said::ok("source 0 source 19 20\n20\n"));
}

#[test]
fn the_first_error_of_many_is_the_one_that_is_reported() {
    let script = "[1, 2, 3].parallel_map(|n| if n == 2 { fail(`number ${n}`) } else { sleep(600) });";
    let said = run_script(script, &[], &[]);
    let stderr = "\
error: number 2
 --> main.rhai:1:40
  |
1 | [1, 2, 3].parallel_map(|n| if n == 2 { fail(`number ${n}`) } else { sleep(600) });
  |                                        ^^^^
  |
 ::: main.rhai:1:11
  |
1 | [1, 2, 3].parallel_map(|n| if n == 2 { fail(`number ${n}`) } else { sleep(600) });
  |           ------------ the closure is called here
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 1 });
}

#[test]
fn a_timeout_is_caught_as_one_and_not_by_the_closure() {
    let script = "
        try {
            timeout(0.05, || { try { sleep(600) } catch { print(\"inside\") } })
        } catch (e) {
            print(e.kind);
        }
        print(timeout(\"10s\", || 42));";
    assert_eq!(run_script(script, &[], &[]), Said::ok("timeout\n42\n"));
}

#[test]
fn retry_gives_up_with_the_last_error() {
    let script = "
        let tries = [];
        try { retry(#{ attempts: 3, delay: 0 }, |n| throw `attempt ${n}`) } catch (e) { print(e) }
        print(retry(#{ delay: 0 }, |n| if n < 3 { throw \"not yet\" } else { n }));";
    assert_eq!(run_script(script, &[], &[]), Said::ok("attempt 3\n3\n"));
}
