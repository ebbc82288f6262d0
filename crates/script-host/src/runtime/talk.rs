//! How a run talks to the person who started it.

use std::io::{self, IsTerminal};

use clap::ValueEnum;

/// How much is said, and in which form.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Talk {
    pub(crate) verbosity: Verbosity,
    pub(crate) progress: Progress,
    pub(crate) diagnostics: Format,
    /// What scripts print goes to standard error, because standard output is for the last value.
    pub(crate) print_aside: bool,
}

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What is done, and how far it is.
    #[default]
    Normal,
    /// Also what is looked at.
    Verbose,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// Lines with the time before them
    #[default]
    Plain,
    /// Live lines, on a terminal
    Bar,
    /// Not at all
    None,
    /// An object per line
    Json,
}

/// How errors and warnings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// An object per line
    Json,
}

impl Progress {
    /// Returns what is shown when `wanted` is asked for: live lines need a terminal that can move its cursor.
    pub(crate) fn settled(wanted: Option<Self>, is_dumb: bool) -> Self {
        let can_be_live = io::stderr().is_terminal() && !is_dumb;
        match wanted {
            None | Some(Self::Bar) if can_be_live => Self::Bar,
            None | Some(Self::Bar) => Self::Plain,
            Some(other) => other,
        }
    }
}
