//! Running the binary, and comparing what it says.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use airway_contract::Held;
use airway_sandbox::{Sandbox, SandboxBuilder};

/// What a run of the binary left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Said {
    /// What a run says that succeeds without a word on standard error.
    pub(crate) fn ok(stdout: &str) -> Self {
        Self { stdout: stdout.to_owned(), stderr: String::new(), code: 0 }
    }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    tests.canonicalize().expect("the repository is there")
}

/// A command for the binary with an environment of its own. Sandboxes are of the generation under test.
pub(crate) fn airway(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_airway"));
    // Scripts that are run from the repository leave nothing there.
    command.args(arguments).env_clear().env("AIRWAY_FINGERPRINTS", "off").env(JOURNAL, journal()).stdin(Stdio::null());
    if let Some(version) = airway_contract::test_generation() {
        command.env("AIRWAY_EMULATE", version);
    }
    command
}

/// Where the binary is told to write what its sandbox is asked and answers.
const JOURNAL: &str = "AIRWAY_JOURNAL";

/// A file that does not exist yet.
fn journal() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("{}-{}.journal", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Fails when a sandbox was asked or has answered something that the API's description does not have.
fn check_contract(journal: &Path) {
    none(airway_contract::check_journal(journal));
    let _ = fs::remove_file(journal);
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    let output = command.output().expect("the binary starts");
    let journal = command.get_envs().find(|(name, _)| *name == OsStr::new(JOURNAL)).and_then(|(_, value)| value);
    check_contract(Path::new(journal.unwrap_or_default()));
    Said {
        stdout: text(output.stdout),
        stderr: steady(&text(output.stderr)).split_inclusive('\n').map(without_time).collect(),
        code: output.status.code().expect("not ended by a signal"),
    }
}

/// Writes a script into a folder of its own and runs it there as `main.rhai`.
pub(crate) fn run_script(script: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("main.rhai"), script).expect("a script");
    let arguments: Vec<&str> = ["run", "main.rhai"].iter().chain(arguments).copied().collect();
    run(airway(&arguments).envs(environment.iter().copied()).current_dir(folder.path()))
}

/// Runs a script on an embedded sandbox whose jobs take no time, without talk.
pub(crate) fn on_sandbox(script: &str) -> Said {
    run_script(script, &["--sandbox", "--speed", "instant", "--quiet"], &[])
}

/// Takes the time of day off the beginning of a line.
fn without_time(line: &str) -> &str {
    let fits = |(found, shape): (u8, u8)| if shape == b'0' { found.is_ascii_digit() } else { found == shape };
    let is_time = |text: &str| text.bytes().zip(*b"00:00:00 ").all(fits);
    match line.split_at_checked(9) {
        Some((time, rest)) if is_time(time) => rest,
        _ => line,
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the binary writes UTF-8")
}

/// `airway sandbox` in a process of its own.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Serving {
    /// Starts it on any free port and waits for its address.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = ["sandbox", "--port", "0"].iter().chain(arguments).copied().collect();
        let mut child = airway(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut url = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut url).expect("its address");
        Self { child, url: url.trim().to_owned() }
    }

    /// Returns what `GET` answers, headers and body.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask("GET", path, "")
    }

    /// Asks with a method and a JSON body, and returns the whole answer.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let address = self.url.trim_start_matches("http://").trim_end_matches("/api/v1");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let length = body.len();
        let head = format!("host: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}");
        write!(stream, "{method} {path} HTTP/1.1\r\n{head}\r\nconnection: close\r\n\r\n{body}").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Replaces what differs from run to run: the port of a server on this machine.
pub(crate) fn steady(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut parts = text.split(HOST);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(HOST);
        out.push_str("PORT");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// Compares a text with the file that holds what is expected; a file that does not exist expects nothing.
pub(crate) fn expect_file(file: &Path, found: &str) -> Result<(), String> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    if std::env::var_os("AIRWAY_UPDATE").is_some() {
        let written = if found.is_empty() { fs::remove_file(file) } else { fs::write(file, found) };
        return written.map_err(|error| format!("{}: {error}", file.display()));
    }
    Err(format!("{}\n--- expected\n{expected}--- found\n{found}---", file.display()))
}

/// Fails with every problem there is.
pub(crate) fn none(problems: impl IntoIterator<Item = String>) {
    let problems: Vec<String> = problems.into_iter().collect();
    assert!(problems.is_empty(), "{} differences\n{}", problems.len(), problems.join("\n"));
}

/// A runtime for servers that live in the test's own process.
pub(crate) static TOKIO: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().expect("a runtime"));

/// A sandbox in the test's own process. When it goes, all that was asked and answered is held against the API's description.
pub(crate) type Tested = Held<Sandbox>;

/// Settings of a sandbox of the generation under test.
pub(crate) fn sandbox() -> SandboxBuilder {
    let version = airway_contract::test_generation();
    version.map_or_else(Sandbox::builder, |version| Sandbox::builder().emulate(version.parse().expect("a version")))
}

/// Starts a sandbox in the test's own process.
pub(crate) fn start(builder: SandboxBuilder) -> Tested {
    let journal = journal();
    let sandbox = TOKIO.block_on(builder.journal(&journal).start()).expect("a sandbox");
    Held::new(sandbox, journal, |sandbox| sandbox.requests().len())
}

/// The operations that a sandbox was asked for, in order.
pub(crate) fn operations(sandbox: &Sandbox) -> Vec<String> {
    sandbox.requests().into_iter().filter_map(|request| request.operation).collect()
}
