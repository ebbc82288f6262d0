//! The process is killed at a random point of the pipeline and started again: nothing is there twice, and nothing is missing.
//!
//! `AIRWAY_KILL_SEEDS` sets how many times, 200 by default.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use airway_client::Airbyte;
use airway_sandbox::Sandbox;

use crate::support::{TOKIO, airway, none, root, run, start};

/// Processes at once.
const AT_ONCE: usize = 3;

const SECRETS: [(&str, &str); 3] =
    [("POSTGRES_PASSWORD", "postgres"), ("MINIO_USER", "minioadmin"), ("MINIO_PASSWORD", "minioadmin")];

fn pipeline(sandbox: &Sandbox, fingerprints: &Path) -> Command {
    let mut command = airway(&["run", "scripts/ecommerce_pipeline.rhai", "--server", &sandbox.url(), "--fingerprints"]);
    command.arg(fingerprints).envs(SECRETS).current_dir(root());
    command
}

/// What the server holds, without ids and times; and how many jobs ran.
fn state(sandbox: &Sandbox) -> (String, usize) {
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    TOKIO.block_on(async {
        let workspace = airbyte.workspace(None).await.unwrap();
        let mut lines = Vec::new();
        let mut count = 0;
        for it in workspace.sources().await.unwrap() {
            lines.push(format!("source {} {} {}", it.name(), it.connector(), it.configuration()));
        }
        for it in workspace.destinations().await.unwrap() {
            lines.push(format!("destination {} {} {}", it.name(), it.connector(), it.configuration()));
        }
        for it in workspace.connections().await.unwrap() {
            let catalog = it.catalog().await.unwrap();
            let streams: Vec<String> = catalog.streams().iter().map(airway_client::Stream::full_name).collect();
            let schedule = it.schedule().unwrap().to_string();
            lines.push(format!("connection {} {streams:?} {schedule} {}", it.name(), it.status()));
            let jobs = it.jobs().limit(10).await.unwrap();
            assert!(jobs.iter().all(|job| job.status() == airway_client::JobStatus::Succeeded), "{jobs:?}");
            count += jobs.len();
        }
        (lines.join("\n"), count)
    })
}

/// A number that follows from another one as if by chance.
fn draw(seed: u64) -> u64 {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 16
}

/// Kills the pipeline some time after so many requests, runs it again, and says what is wrong then.
fn killed(seed: u64, requests: u64, wanted: &str) -> Option<String> {
    let sandbox = start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let fingerprints = folder.path().join(".airway/fingerprints.toml");
    let mut child = pipeline(&sandbox, &fingerprints)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let point = usize::try_from(draw(seed) % (requests + 1)).unwrap();
    while sandbox.requests().len() < point && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(100));
    }
    std::thread::sleep(Duration::from_micros(draw(seed ^ 0xFFFF) % 4_000));
    child.kill().unwrap();
    child.wait().unwrap();
    let point = sandbox.requests().len();

    let again = run(&mut pipeline(&sandbox, &fingerprints));
    let about = format!("seed {seed}, killed after {point} requests");
    if again.code != 0 {
        return Some(format!("{about}: {}", again.stderr));
    }
    let (found, jobs) = state(&sandbox);
    let problem = (found != wanted).then(|| format!("{about}:\n{found}"));
    problem.or_else(|| (!(1..=2).contains(&jobs)).then(|| format!("{about}: {jobs} jobs")))
}

#[test]
fn a_run_that_is_killed_anywhere_and_started_again_leads_to_the_same_state() {
    let seeds = std::env::var("AIRWAY_KILL_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(200);
    let undisturbed = start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let first = run(&mut pipeline(&undisturbed, &folder.path().join("fingerprints.toml")));
    assert_eq!(first.code, 0, "{}", first.stderr);
    let requests = undisturbed.requests().len() as u64;
    let (wanted, jobs) = state(&undisturbed);
    assert_eq!(jobs, 1);

    let started = Instant::now();
    let (next, problems) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    problems.lock().unwrap().extend(killed(seed, requests, &wanted));
                }
            });
        }
    });
    // Shown with `--nocapture`, or when it fails.
    let mut summary = std::io::stderr();
    let _ = std::io::Write::write_fmt(&mut summary, format_args!("{seeds} kills in {:?}\n", started.elapsed()));
    none(problems.into_inner().unwrap());
}
