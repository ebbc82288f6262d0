//! Scripts that never end, or take all there is: each is stopped in an orderly way, and says why.

use crate::support::{Said, none, run_script};

/// Limits that end a script soon, on a slow machine too.
const LIMITS: [&str; 4] = ["--time-limit", "20s", "--max-memory", "200"];

/// Runs a script; returns its exit code and the first line of standard error.
fn ended(script: &str) -> (i32, String) {
    let Said { stderr, code, .. } = run_script(script, &LIMITS, &[]);
    (code, stderr.lines().next().unwrap_or_default().to_owned())
}

#[track_caller]
fn check(cases: &[(&str, i32, &str)]) {
    none(cases.iter().filter_map(|(script, code, said)| {
        let found = ended(script);
        (found != (*code, (*said).to_owned())).then(|| format!("{script}\n  {found:?}"))
    }));
}

#[test]
fn values_in_values_without_end_are_stopped() {
    let nested = "error: a value is nested too deeply";
    check(&[
        ("let a = []; loop { a = [a]; }", 1, nested),
        ("let m = #{}; loop { m = #{ m: m }; }", 1, nested),
        ("let f = || 1; loop { let g = f; f = || g; }", 1, nested),
        ("[1].parallel_map(|x| { let a = []; loop { a = [a]; } })", 1, nested),
    ]);
}

#[test]
fn deep_values_are_printed_compared_and_thrown() {
    let deep = "let a = []; for i in 0..500 { a = [a]; }";
    check(
        &[
            (&format!("{deep} print(a); print(`${{a}}`);"), 0, ""),
            (&format!("{deep} let b = a; print(a == b); print([a].contains(b));"), 0, ""),
            (&format!("{deep} print(#{{ a: a }}.to_json());"), 1, "error: `to_json`: it is nested too deeply for JSON"),
            (&format!("{deep} throw a;"), 1, "error: the script threw [[[array]]]"),
            (&format!("{deep} parallel([|| a, || a]).len();"), 0, ""),
        ]
        .map(|(script, code, said)| (script.as_ref() as &str, code, said)),
    );
}

#[test]
fn texts_and_arrays_without_end_are_stopped() {
    let memory = "error: the script used more than 200 MB of memory";
    check(&[
        ("let s = \"x\"; loop { s += s; }", 1, memory),
        ("let s = \"x\"; loop { s = `${s}${s}`; }", 1, memory),
        ("let a = [1]; loop { a += a; }", 1, memory),
        ("let s = \"\".pad(200_000, 'a'); let a = []; loop { a.push(s.to_upper()); }", 1, memory),
        ("let s = \"\".pad(4_000_000, 'a'); print(s.split(\"\").len);", 1, memory),
        ("print(\"\".pad(1_000_000_000_000, 'a').len);", 1, "error: the text would be too large"),
        ("let s = \"\".pad(10_000, 'a'); s.replace(\"a\", s); print(s.len);", 1, "error: the text would be too large"),
        ("print([].pad(1_000_000_000_000, 1).len);", 1, "error: the array would be too large"),
    ]);
}

#[test]
fn recursion_without_end_is_stopped() {
    let deep = "error: functions call each other too deeply";
    check(&[
        ("fn f(n) { f(n + 1) } f(0);", 1, deep),
        ("fn f(n) { [n].map(|x| f(x + 1)) } f(0);", 1, deep),
        ("fn f(n) { retry(#{ attempts: 1 }, || f(n)) } f(0);", 1, deep),
        ("fn f(n) { [n].filter(|x| f(x + 1)) } f(0);", 1, deep),
    ]);
}

#[test]
fn a_script_that_does_not_compile_does_so_at_any_depth() {
    const MANY: usize = 50_000;
    let too_deep = "error: the expression is nested too deeply";
    let deep = |open: &str| open.repeat(MANY);
    let scripts =
        ["(", "[", "#{a:", "{", "!", "-", "|x| ", "if true {", "x.y(", "x[", "`${", "switch x { 1 => ", "f(", "1 + ("];
    none(scripts.iter().filter_map(|open| {
        let (code, said) = ended(&format!("let x = {}", deep(open)));
        // Of two minus signs Rhai makes a word that it reserves.
        let fits = said == too_deep || *open == "-";
        (code != 3 || !fits).then(|| format!("{open}: {code} {said}"))
    }));
    let long = [
        format!("let x = 1{}; print(\"ran\");", " + 1".repeat(MANY)),
        format!("let x = #{{}}; print(x{});", "?.a".repeat(MANY)),
        format!("if false {{ }} {}", "else if false { } ".repeat(MANY)),
        format!("/*{}*/ print(1);", "/*".repeat(MANY)),
        format!("let x = {}1;", "a::".repeat(MANY)),
    ];
    none(long.iter().filter_map(|script| {
        let (code, said) = ended(script);
        (code != 3 && code != 0).then(|| format!("{}…: {code} {said}", &script[..30]))
    }));
}

#[test]
fn limits_end_scripts_that_only_take_time() {
    let limited = |script: &str, limit: &[&str]| {
        let said = run_script(script, limit, &[]);
        (said.code, said.stderr)
    };
    let (code, stderr) = limited("while true { }", &["--max-operations", "10000"]);
    assert_eq!((code, stderr.lines().next()), (1, Some("error: the script took more than 10000 steps")), "{stderr}");
    let (code, stderr) = limited("try { loop { } } catch { print(\"caught\") }", &["--time-limit", "0.2"]);
    let expected = "\
error: the script took longer than 200ms
 --> main.rhai:1:12
  |
1 | try { loop { } } catch { print(\"caught\") }
  |            ^
  |
hint: `--time-limit` allows more
";
    assert_eq!((code, stderr.as_str()), (6, expected));
    let (code, _) = limited("sleep(600)", &["--time-limit", "0.2"]);
    assert_eq!(code, 6);
    let (code, _) = limited("[1, 2].parallel_map(|x| { loop { } })", &["--max-operations", "10000"]);
    assert_eq!(code, 1);
}
