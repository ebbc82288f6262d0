//! Which Airbyte a run speaks to, and as whom.

use std::fmt;
use std::path::PathBuf;

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
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Token(_) => "Token(***)",
            Self::Password { .. } => "Password(***)",
        })
    }
}
