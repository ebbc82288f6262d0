//! What an examination showed.

use serde::Serialize;

/// All that was tried out, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Examination {
    is_usable: bool,
    probes: Vec<Probe>,
}

/// One thing that was tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Probe {
    /// What is probed, such as `connection`; several probes can have one name.
    pub name: &'static str,
    /// What was tried.
    pub tried: String,
    /// How it went.
    pub verdict: Verdict,
    /// What that means.
    pub finding: String,
    /// The setting that follows from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// How a probe went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As hoped.
    Passed,
    /// Not as hoped.
    Failed,
    /// There was nothing to try, or no sense in it.
    Skipped,
}

/// A setting of a client that an examination recommends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "name", content = "value")]
#[non_exhaustive]
pub enum Setting {
    /// The address to use.
    Server(String),
    /// A user and a password are needed, or other ones.
    Password,
    /// A token is needed, or another one.
    Token,
    /// The workspace to name.
    Workspace(String),
}

impl Examination {
    /// Returns the probes in the order in which they were made.
    #[must_use]
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// Says whether an Airbyte was found that can be worked with.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.is_usable
    }

    /// Returns what to set, in the order in which it was found out.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.probes.iter().filter_map(|probe| probe.setting.as_ref())
    }

    pub(super) fn push(&mut self, probe: Probe) {
        self.probes.push(probe);
    }

    pub(super) fn found_usable(&mut self) {
        self.is_usable = true;
    }
}

impl Probe {
    pub(super) fn passed(name: &'static str, tried: impl Into<String>, finding: impl Into<String>) -> Self {
        Self::new(name, tried, Verdict::Passed, finding)
    }

    pub(super) fn failed(name: &'static str, tried: impl Into<String>, finding: impl Into<String>) -> Self {
        Self::new(name, tried, Verdict::Failed, finding)
    }

    pub(super) fn skipped(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, "", Verdict::Skipped, finding)
    }

    pub(super) fn new(
        name: &'static str,
        tried: impl Into<String>,
        verdict: Verdict,
        finding: impl Into<String>,
    ) -> Self {
        Self { name, tried: tried.into(), verdict, finding: finding.into(), setting: None }
    }

    pub(super) fn advise(mut self, setting: Setting) -> Self {
        self.setting = Some(setting);
        self
    }
}
