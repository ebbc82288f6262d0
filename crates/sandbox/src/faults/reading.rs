//! From JSON to a fault. Every part is looked at on its way, so that a mistake is named with its place.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::error::Problem;
use super::{Fault, FaultAction, FaultError, Occasion, SchemaChange};

type Result<T> = std::result::Result<T, FaultError>;

/// Reads a fault.
pub(super) fn fault(value: &Value) -> Result<Fault> {
    let whole = Part { path: String::new(), value };
    let members = whole.members(&["operation", "when", "do"])?;
    let operation = whole.member(members, "operation")?.text()?;
    let when = match members.get("when") {
        Some(Value::Null) | None => Occasion::Always,
        Some(_) => occasion(&whole.member(members, "when")?)?,
    };
    Ok(Fault::on(&operation, action(&whole.member(members, "do")?)?)?.when(when))
}

fn occasion(part: &Part<'_>) -> Result<Occasion> {
    let (name, inner) = part.choice("occasion", &Occasion::NAMES)?;
    Ok(match name {
        "times" => Occasion::Times(inner.number(0..=u64::MAX, "a number of calls")?),
        "nth" => Occasion::Nth(inner.number(1..=u64::MAX, "the number of a call, counted from 1")?),
        "after" => Occasion::After(inner.number(0..=u64::MAX, "a number of calls")?),
        "share" => Occasion::Share(inner.share()?),
        _ => Occasion::Always,
    })
}

fn action(part: &Part<'_>) -> Result<FaultAction> {
    let (name, inner) = part.choice("action", &FaultAction::NAMES)?;
    Ok(match name {
        "status" => FaultAction::Status(inner.status()?),
        "answer" => {
            let members = inner.members(&["status", "body"])?;
            FaultAction::Answer {
                status: inner.member(members, "status")?.status()?,
                body: members.get("body").cloned().unwrap_or_default(),
            }
        }
        "html" => FaultAction::Html(inner.status()?),
        "too_many" => FaultAction::TooMany { retry_after: retry_after(&inner)? },
        "delay_ms" => FaultAction::DelayMs(inner.number(0..=3_600_000, "a number of milliseconds, an hour at most")?),
        "drop_before" => FaultAction::DropBefore,
        "drop_after" => FaultAction::DropAfter,
        "status_after" => FaultAction::StatusAfter(inner.status()?),
        "truncate" => FaultAction::Truncate,
        "hide" => FaultAction::Hide(inner.pointer()?),
        "mask" => FaultAction::Mask(inner.pointer()?),
        "check_fails" => FaultAction::CheckFails(inner.text()?),
        "check_crashes" => FaultAction::CheckCrashes,
        "discover_fails" => FaultAction::DiscoverFails(inner.text()?),
        "stale_catalog" => FaultAction::StaleCatalog,
        "schema_change" => FaultAction::SchemaChange(change(&inner)?),
        "job_fails" => job_fails(&inner)?,
        _ => FaultAction::JobStuck,
    })
}

/// Absent, a number of seconds, or a map with that number.
fn retry_after(part: &Part<'_>) -> Result<Option<u64>> {
    const WANTED: &str = "a number of seconds";
    match part.value {
        Value::Null => Ok(None),
        Value::Object(_) => {
            let members = part.members(&["retry_after"])?;
            match members.get("retry_after") {
                None | Some(Value::Null) => Ok(None),
                Some(_) => part.member(members, "retry_after")?.number(0..=u64::MAX, WANTED).map(Some),
            }
        }
        _ => part.number(0..=u64::MAX, WANTED).map(Some),
    }
}

/// The words alone, or a map.
fn job_fails(part: &Part<'_>) -> Result<FaultAction> {
    if part.value.is_string() {
        return Ok(FaultAction::JobFails { message: part.text()?, at_percent: 0, attempts: None, streams: Vec::new() });
    }
    let members = part.members(&["message", "at_percent", "attempts", "streams"])?;
    let given = |name: &'static str| {
        members.get(name).filter(|value| !value.is_null()).map(|_| part.member(members, name)).transpose()
    };
    let percent = given("at_percent")?.map(|part| part.number(0..=100, "a percentage from 0 to 100")).transpose()?;
    let attempts =
        given("attempts")?.map(|part| part.number(1..=20, "a number of attempts from 1 to 20")).transpose()?;
    Ok(FaultAction::JobFails {
        message: part.member(members, "message")?.text()?,
        at_percent: percent.unwrap_or_default(),
        attempts: attempts.map(|attempts| usize::try_from(attempts).unwrap_or(usize::MAX)),
        streams: given("streams")?.map(|part| part.texts()).transpose()?.unwrap_or_default(),
    })
}

fn change(part: &Part<'_>) -> Result<SchemaChange> {
    let (name, inner) = part.choice("change", &SchemaChange::NAMES)?;
    Ok(match name {
        "add_stream" => SchemaChange::AddStream(inner.text()?),
        "remove_stream" => SchemaChange::RemoveStream(inner.text()?),
        "add_column" => SchemaChange::AddColumn(inner.text()?),
        "remove_column" => SchemaChange::RemoveColumn(inner.text()?),
        _ => SchemaChange::ChangeKey(inner.text()?),
    })
}

/// A value and where it stands.
struct Part<'v> {
    path: String,
    value: &'v Value,
}

static NOTHING: Value = Value::Null;

impl<'v> Part<'v> {
    fn below(&self, name: &str, value: &'v Value) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { path, value }
    }

    fn wrong(&self, wanted: &'static str) -> FaultError {
        let found = match self.value {
            Value::Null => "nothing".to_owned(),
            Value::Object(_) => "a map".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::String(text) => format!("`{text}`"),
            plain => format!("`{plain}`"),
        };
        FaultError::new(Problem::Wrong { path: self.path.clone(), wanted, found })
    }

    fn unknown(&self, what: &'static str, name: &str, known: &[&'static str]) -> FaultError {
        let hint = airway_spec::nearest(name, known.iter().copied()).map_or_else(
            || known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            |near| format!("did you mean `{near}`?"),
        );
        let hint = if hint.starts_with('`') { format!("it has {hint}") } else { hint };
        FaultError::new(Problem::Unknown { path: self.path.clone(), what, name: name.to_owned() }).hinting(hint)
    }

    /// Returns the members of a map, none of which is unknown.
    fn members(&self, known: &[&'static str]) -> Result<&'v Map<String, Value>> {
        let Value::Object(members) = self.value else { return Err(self.wrong("a map")) };
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.unknown("member", name, known)),
            None => Ok(members),
        }
    }

    fn member(&self, members: &'v Map<String, Value>, name: &'static str) -> Result<Self> {
        let missing = || FaultError::new(Problem::Missing { path: self.path.clone(), name });
        members.get(name).map(|value| self.below(name, value)).ok_or_else(missing)
    }

    /// Reads one of several things: its name alone, or a map of its name to what belongs to it.
    fn choice(&self, what: &'static str, known: &[&'static str]) -> Result<(&'static str, Self)> {
        let (name, value) = match self.value {
            Value::String(name) => (name, &NOTHING),
            Value::Object(members) if members.len() == 1 => match members.iter().next() {
                Some(member) => member,
                None => return Err(self.wrong("one of its kinds")),
            },
            _ => return Err(self.wrong("a name, or a map of one name to what belongs to it")),
        };
        match known.iter().find(|it| *it == name) {
            Some(known) => Ok((known, self.below(name, value))),
            None => Err(self.unknown(what, name, known)),
        }
    }

    fn text(&self) -> Result<String> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.wrong("a text"))
    }

    fn texts(&self) -> Result<Vec<String>> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("a list of texts"))?;
        items.iter().enumerate().map(|(at, item)| self.below(&at.to_string(), item).text()).collect()
    }

    fn number(&self, range: RangeInclusive<u64>, wanted: &'static str) -> Result<u64> {
        self.value.as_u64().filter(|number| range.contains(number)).ok_or_else(|| self.wrong(wanted))
    }

    fn status(&self) -> Result<u16> {
        let number = self.number(200..=599, "a status from 200 to 599")?;
        u16::try_from(number).map_err(|_| self.wrong("a status from 200 to 599"))
    }

    fn share(&self) -> Result<f64> {
        self.value
            .as_f64()
            .filter(|share| (0.0..=1.0).contains(share))
            .ok_or_else(|| self.wrong("a share of the calls from 0 to 1"))
    }

    fn pointer(&self) -> Result<String> {
        let text = self.text()?;
        if text.starts_with('/') { Ok(text) } else { Err(self.wrong("a JSON pointer such as `/job/status`")) }
    }
}
