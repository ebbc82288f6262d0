//! Which Airbyte a run speaks to, as whom, and how.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use airway_client::{Builder, Retries, RetryBudget, Timeouts};
use airway_sandbox::SandboxBuilder;

/// Where the server is and how to speak to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) target: Target,
    pub(crate) login: Login,
    /// The workspace that scripts get when they name none: a name or an id.
    pub(crate) workspace: Option<String>,
    /// The file in which fingerprints of secrets are kept, if they are.
    pub(crate) fingerprints: Option<PathBuf>,
    /// Whether what is on the server is read once, and not again when that was long ago.
    pub(crate) reads_once: bool,
    pub(crate) access: Access,
    /// What was set, and where.
    pub(crate) shown: Vec<Shown>,
    /// What the user should know of how that was understood.
    pub(crate) notes: Vec<String>,
}

/// How to reach the server, and how long to try.
#[derive(Clone, Default)]
pub(crate) struct Access {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) proxy: Proxy,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) accepts_any_certificate: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) retries: Retries,
    /// All clients of a run count their repeats together.
    pub(crate) budget: RetryBudget,
    pub(crate) deadline: Option<Instant>,
}

/// The proxy to go through.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// What the usual environment variables say.
    #[default]
    Environment,
    Direct,
    At(String),
}

/// A value that was set, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Shown {
    /// Its path in a profile.
    pub(crate) name: String,
    /// The value, unless it is secret.
    pub(crate) value: String,
    /// Where it was set.
    pub(crate) origin: String,
}

/// The Airbyte to speak to.
#[derive(Clone, Debug, Default)]
pub(crate) enum Target {
    /// The local server of the reference: nobody said anything else.
    #[default]
    Default,
    /// A server by its address.
    Server(String),
    /// The embedded one.
    Sandbox(Box<SandboxBuilder>),
}

/// As whom to speak.
#[derive(Clone, Default)]
pub(crate) enum Login {
    #[default]
    Nobody,
    Token(String),
    /// A command line that prints a token.
    Command(String),
    Client {
        id: String,
        secret: String,
    },
    Password {
        user: String,
        password: String,
    },
}

impl Settings {
    /// Says whether it is the embedded sandbox: made-up secrets are good enough for it.
    pub(crate) fn is_sandbox(&self) -> bool {
        matches!(self.target, Target::Sandbox(_))
    }

    /// Returns what the user should know before anything is sent.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = String> {
        let insecure = self.access.accepts_any_certificate.then(|| {
            "warning: the server's certificate is not verified: whoever is in between can read and change everything".to_owned()
        });
        insecure.into_iter().chain(self.notes.iter().map(|note| format!("note: {note}")))
    }

    /// Returns where each setting comes from, a line each.
    pub(crate) fn origins(&self) -> impl Iterator<Item = String> {
        self.shown.iter().map(|shown| format!("setting `{}` = {} from {}", shown.name, shown.value, shown.origin))
    }
}

impl Access {
    /// Tells the settings of a client how to reach the server.
    pub(crate) fn apply(&self, mut client: Builder) -> Builder {
        for (name, value) in &self.headers {
            client = client.header(name, value);
        }
        client = match &self.proxy {
            Proxy::Environment => client,
            Proxy::Direct => client.no_proxy(),
            Proxy::At(address) => client.proxy(address),
        };
        if let Some(file) = &self.ca_file {
            client = client.ca_file(file);
        }
        if self.accepts_any_certificate {
            client = client.danger_accept_any_certificate();
        }
        if let Some(deadline) = self.deadline {
            client = client.deadline(deadline);
        }
        client.timeouts(self.timeouts).retries(self.retries).retry_budget(self.budget.clone())
    }
}

impl Login {
    /// Tells the settings of a client as whom to speak.
    pub(crate) fn apply(&self, client: Builder) -> Builder {
        match self {
            Self::Nobody => client,
            Self::Token(token) => client.bearer(token),
            Self::Command(line) => client.token_command(line),
            Self::Client { id, secret } => client.client_credentials(id, secret),
            Self::Password { user, password } => client.basic(user, password),
        }
    }
}

impl fmt::Debug for Access {
    /// Headers and proxies may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Token(_) => "Token(***)",
            Self::Command(_) => "Command(***)",
            Self::Client { .. } => "Client(***)",
            Self::Password { .. } => "Password(***)",
        })
    }
}
