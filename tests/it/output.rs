//! Where words go, and what they look like.

use crate::support::{Said, airway, run, run_script};

#[test]
fn colours_are_only_where_somebody_wants_them() {
    let plain = run_script("fail(\"no\");", &[], &[]);
    assert!(!plain.stderr.contains('\u{1b}'), "{:?}", plain.stderr);
    let forced = run_script("fail(\"no\");", &[], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.stderr.starts_with("\u{1b}[1m\u{1b}[91merror\u{1b}[0m"), "{:?}", forced.stderr);
    let refused = run_script("fail(\"no\");", &[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert_eq!(refused, plain);
}

#[test]
fn a_quiet_run_says_only_what_the_script_prints() {
    let script = "log(\"said\"); print(connect().workspace().name); warn(\"careful\");";
    let stderr = "warning: careful\n".to_owned();
    let quiet = run_script(script, &["--sandbox", "--quiet"], &[]);
    assert_eq!(quiet, Said { stdout: "Default Workspace\n".to_owned(), stderr, code: 0 });
}

#[test]
fn a_verbose_run_says_what_is_being_asked() {
    let script = "connect().workspace().check_source(\"Sample Data (Faker)\", #{ count: 10 });";
    let normal = run_script(script, &["--sandbox"], &[]);
    let verbose = run_script(script, &["--sandbox", "--verbose"], &[]);
    assert!(!normal.stderr.contains("checking"), "{}", normal.stderr);
    assert!(verbose.stderr.contains("checking source"), "{}", verbose.stderr);
}

#[test]
fn an_empty_script_does_nothing_well() {
    assert_eq!(run_script("", &[], &[]), Said::ok(""));
}

#[test]
fn the_version_is_data() {
    let said = run(&mut airway(&["--version"]));
    assert_eq!(said, Said::ok(concat!("airway ", env!("CARGO_PKG_VERSION"), "\n")));
}
