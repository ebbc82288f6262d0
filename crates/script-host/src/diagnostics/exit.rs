//! Exit codes of the `airway` command.

/// How a run of `airway` ended, as the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything went well.
    Ok,
    /// A script threw an error that nothing caught.
    ScriptFailed,
    /// A plan or a drift check found changes.
    ChangesFound,
    /// A script does not compile or does not pass the check; nothing was run.
    CheckFailed,
    /// An `expect…` of a script did not hold.
    ExpectationFailed,
    /// The server refused a call, or the credentials.
    Api,
    /// What happened is not known: the server was lost or the time ran out.
    Unobserved,
    /// The command line or its surroundings (files, parameters, secrets) are not usable.
    Usage,
    /// A bug in `airway` itself.
    Bug,
    /// Interrupted from outside.
    Interrupted,
    /// Nobody reads standard output any more. Other tools are ended by the signal for that; shells show the same number.
    Unread,
    /// The number a script gave to `exit`.
    Script(u8),
}

impl ExitCode {
    /// Returns the number the operating system sees.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::ScriptFailed => 1,
            Self::ChangesFound => 2,
            Self::CheckFailed => 3,
            Self::ExpectationFailed => 4,
            Self::Api => 5,
            Self::Unobserved => 6,
            Self::Usage => 64,
            Self::Bug => 70,
            Self::Interrupted => 130,
            Self::Unread => 141,
            Self::Script(number) => number,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
