//! Mutated scripts: whatever a script says, the host does not panic, overflow its stack, or hang.
//!
//! The real scripts, the fixtures and the examples of the reference are cut up and put together wrongly, then compiled,
//! checked and run. There is no server; what needs one fails. `AIRWAY_FUZZ_COUNT` and `AIRWAY_FUZZ_SEED` choose how many
//! and which. A script that ends the process is the newest in the folder that is printed.

mod corpus;
mod mutation;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rhai::Dynamic;

use crate::check::check;
use crate::diagnostics::{from_thrown, render};
use crate::engine::Root;
use crate::runtime::{Settings, Talk, Target, Verbosity, stopped, with_token};
use crate::session::{Request, Workbench};

use corpus::Corpus;
use mutation::Random;

/// Steps of a script, on each of its threads.
const STEPS: u64 = 20_000;

/// What waits, waits no longer.
const PATIENCE: Duration = Duration::from_millis(30);

/// A script that takes longer than this hangs: it has no more steps, and its waits are over.
const HANGS: Duration = Duration::from_mins(1);

/// As much as the script thread of a run has.
const STACK: usize = 256 << 20;

/// After this many scripts everything is made anew.
const SCRIPTS: u64 = 50;

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn mutated_scripts_end_neither_the_process_nor_its_patience() {
    let (count, seed) = (from_environment("AIRWAY_FUZZ_COUNT", 300), from_environment("AIRWAY_FUZZ_SEED", 1));
    let corpus = Corpus::read();
    assert!(corpus.scripts().len() > 50, "only {} scripts", corpus.scripts().len());
    let folder = tempfile::Builder::new().prefix("airway-fuzz-").tempdir().unwrap();
    println!("{count} scripts of seed {seed} in {}", folder.path().display());
    let (next, ran) = (AtomicU64::new(0), AtomicUsize::new(0));
    let panics: Arc<Mutex<Vec<String>>> = Arc::default();
    watch_for_panics(&panics);
    thread::scope(|scope| {
        for worker in 0..thread::available_parallelism().map_or(2, usize::from) {
            let (corpus, next, ran, panics) = (&corpus, &next, &ran, &panics);
            let own = folder.path().join(worker.to_string());
            let work = move || {
                corpus.write_modules(&own);
                while let Some(first) = claim(next, count) {
                    ran.fetch_add(
                        batch(corpus, &own, seed, first..(first + SCRIPTS).min(count), panics),
                        Ordering::Relaxed,
                    );
                }
            };
            thread::Builder::new().name(format!("fuzz-{worker}")).stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    let panics = panics.lock().unwrap();
    assert!(panics.is_empty(), "{} panics\n{}", panics.len(), panics.join("\n"));
    println!("{count} scripts, {} of them ran to their end", ran.into_inner());
}

/// Takes the next scripts; tells now and then how far it is.
fn claim(next: &AtomicU64, count: u64) -> Option<u64> {
    let first = next.fetch_add(SCRIPTS, Ordering::Relaxed);
    if first > 0 && first.is_multiple_of(50_000) {
        println!("{first} scripts");
    }
    (first < count).then_some(first)
}

/// Runs some scripts on one engine; returns how many ran to their end.
fn batch(
    corpus: &Corpus,
    folder: &Path,
    seed: u64,
    numbers: std::ops::Range<u64>,
    panics: &Mutex<Vec<String>>,
) -> usize {
    let mut ran = 0;
    let mut bench = None;
    for number in numbers {
        let text = mutation::script(corpus, &mut Random::new(seed, number));
        let path = folder.join(format!("{number}.rhai"));
        std::fs::write(&path, &text).unwrap();
        let before = panics.lock().unwrap().len();
        let prepared = bench.get_or_insert_with(|| workbench(&path));
        let ended = one(prepared, &path);
        if panics.lock().unwrap().len() > before {
            panics.lock().unwrap().push(format!("in script {number}:\n{text}"));
        }
        ran += usize::from(ended);
        // A script that called `exit` or went beyond a limit ended this host.
        if prepared.host.ending.token().is_cancelled() {
            bench = None;
        }
        std::fs::remove_file(&path).unwrap();
    }
    ran
}

fn workbench(script: &Path) -> Workbench {
    let settings = Settings { target: Target::Server(String::new()), ..Settings::default() };
    let talk = Talk { verbosity: Verbosity::Quiet, ..Talk::default() };
    let root = Root::of_script(script).unwrap();
    let mut bench = Workbench::new(root, Request { settings, talk, ..Request::default() }).unwrap();
    bench.engine.on_print(|_| {}).on_debug(|_, _, _| {});
    bench.engine.on_progress(|steps| (steps > STEPS || stopped()).then(|| "stopped".into()));
    bench
}

/// Checks and runs a script; returns whether it ran to its end.
fn one(bench: &mut Workbench, path: &Path) -> bool {
    let script: PathBuf = path.canonicalize().unwrap();
    let token = bench.host.ending.token().child_token();
    let alarm = token.clone();
    let timer = bench.tokio.spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        alarm.cancel();
    });
    let started = Instant::now();
    let (engine, library, index) = (&bench.engine, &bench.library, &bench.index);
    let ended = with_token(token, || {
        let checked = check(engine, library, index, &script);
        for finding in &checked.findings {
            assert!(!render(finding, library.sources()).is_empty());
        }
        let Some(main) = checked.main else { return false };
        match engine.eval_ast::<Dynamic>(&main) {
            Ok(_) => true,
            Err(error) => {
                let name = library.root().shown(&script);
                let diagnostic = from_thrown(&error, &name, library.sources(), index);
                assert!(!render(&diagnostic, library.sources()).is_empty());
                false
            }
        }
    });
    timer.abort();
    assert!(started.elapsed() < HANGS, "a script took {:?}", started.elapsed());
    ended
}

/// Notes every panic on a thread of a script, also those that are caught.
fn watch_for_panics(panics: &Arc<Mutex<Vec<String>>>) {
    let (panics, before) = (Arc::clone(panics), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        let ours =
            thread::current().name().is_some_and(|name| name.starts_with("fuzz-") || name.starts_with("script-"));
        if ours {
            panics.lock().unwrap().push(panic.to_string());
        } else {
            before(panic);
        }
    }));
}
