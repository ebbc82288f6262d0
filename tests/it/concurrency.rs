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

#[test]
fn retry_calls_closures_with_and_without_parameters() {
    let script = "
        print(retry(#{ delay: 0 }, || 7));
        fn answer() { 8 }
        print(retry(#{ delay: 0 }, answer));
        try { retry(#{ attempts: 0 }, || 1) } catch (e) { print(e.message) }
        let wrong = [|x, y, z, q| x];
        try { retry(#{ delay: 0 }, || [1].map(wrong[0])) } catch (e) { print(`${e.kind}: ${e.message}`) }";
    assert_eq!(
        run_script(script, &[], &[]),
        Said::ok(
            "7\n8\n`retry`: `attempts`: must be at least 1\ntype: the closure has another number of parameters than it is called with\n"
        )
    );
}

#[test]
fn errors_are_collected_where_results_would_stand() {
    let script = "
        let found = [1, 2, 3, 4].parallel_map(
            |n| switch n { 2 => fail(\"two\"), 3 => throw #{ message: \"three\" }, 4 => [1][n], _ => n * 10 },
            #{ on_error: \"collect\" },
        );
        for one in found { print(if type_of(one) == \"Error\" { `${one.kind}: ${one.message}` } else { one }) }
        try { parallel([|| 1, || fail(\"stop\")]) } catch (e) { print(e.message) }";
    let stdout = "10\nfailed: two\nfailed: three\nbounds: array index 4 out of bounds: only 1 element in array\nstop\n";
    assert_eq!(run_script(script, &[], &[]), Said::ok(stdout));
}

#[test]
fn nested_closures_all_run_however_few_may_at_a_time() {
    let script = "
        let sum = |list| list.reduce(|a, b| a + b, 0);
        let total = [1, 2, 3].parallel_map(|a| {
            sum.call([10, 20].parallel_map(|b| {
                sum.call([100, 200].parallel_map(|c| a + b + c, #{ concurrency: 1 }))
            }, #{ concurrency: 1 }))
        }, #{ concurrency: 1 });
        print(total);
        print(parallel_map([1, 2], |x| x + 1));";
    assert_eq!(run_script(script, &[], &[]), Said::ok("[664, 668, 672]\n[2, 3]\n"));
}

#[test]
fn a_timeout_ends_everything_that_runs_inside() {
    let script = "
        let started = timestamp();
        try {
            timeout(0.1, || [1, 2, 3].parallel_map(|n| retry(#{ delay: \"1h\" }, || if n == 2 { sleep(3600) } else { fail(\"no\") })))
        } catch (e) {
            print(e.kind);
        }
        print(started.elapsed < 30.0);";
    assert_eq!(run_script(script, &[], &[]), Said::ok("timeout\ntrue\n"));
}
