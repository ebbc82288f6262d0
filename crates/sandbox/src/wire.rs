//! How request bodies are read: ids are UUIDs, enum values are read in any case.

use std::cell::Cell;
use std::fmt;

use jiff::Timestamp;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::generation::Generation;
use crate::ids;

/// A UUID in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Id(String);

impl Id {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if ids::is_uuid(&text) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(de::Error::custom(format_args!("`{text}` is not a UUID")))
        }
    }
}

/// A moment in a request, in milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) i64);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse::<Timestamp>() {
            Ok(moment) => Ok(Self(moment.as_millisecond())),
            Err(_) => Err(de::Error::custom(format_args!("`{text}` is no ISO 8601 time"))),
        }
    }
}

thread_local! {
    /// The generation whose values this thread reads: decoding has no other way to know.
    static READING: Cell<Generation> = const { Cell::new(Generation::LATEST) };
}

/// Lets this thread read enum values as a server of this generation does.
pub(crate) fn read_as(generation: Generation) {
    READING.set(generation);
}

/// Tells whether the generation that is being read has this value.
pub(crate) fn is_known(name: &str, value: &str) -> bool {
    READING.get().has_value(name, value)
}

/// Declares an enum of the API under its name there: written in one spelling, read in any case, values of other
/// generations refused.
macro_rules! wire_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),* }

        impl $name {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let mut known = vec![$(Self::$variant),*];
                known.retain(|it| $crate::wire::is_known(stringify!($name), it.as_str()));
                known.iter().copied().find(|it| text.eq_ignore_ascii_case(it.as_str())).ok_or_else(|| {
                    let words: Vec<&str> = known.iter().map(|it| it.as_str()).collect();
                    serde::de::Error::custom(format_args!("`{text}` is not one of {}", words.join(", ")))
                })
            }
        }
    };
}

pub(crate) use wire_enum;

wire_enum!(ConnectionStatus { Active = "active", Inactive = "inactive", Deprecated = "deprecated", Locked = "locked" });
wire_enum!(NamespaceDefinition { Source = "source", Destination = "destination", CustomFormat = "customformat" });
wire_enum!(ScheduleType { Manual = "manual", Basic = "basic", Cron = "cron" });
wire_enum!(TimeUnit { Minutes = "minutes", Hours = "hours", Days = "days", Weeks = "weeks", Months = "months" });
wire_enum!(NonBreakingPreference {
    Ignore = "ignore",
    Disable = "disable",
    PropagateColumns = "propagate_columns",
    PropagateFully = "propagate_fully",
});
wire_enum!(BackfillPreference { Enabled = "enabled", Disabled = "disabled" });
wire_enum!(SyncMode { FullRefresh = "full_refresh", Incremental = "incremental" });
wire_enum!(DestinationSyncMode {
    Append = "append",
    Overwrite = "overwrite",
    AppendDedup = "append_dedup",
    OverwriteDedup = "overwrite_dedup",
    Update = "update",
    SoftDelete = "soft_delete",
});
wire_enum!(JobConfigType {
    CheckSource = "check_connection_source",
    CheckDestination = "check_connection_destination",
    Discover = "discover_schema",
    Spec = "get_spec",
    Sync = "sync",
    Reset = "reset_connection",
    Refresh = "refresh",
    Clear = "clear",
});
wire_enum!(JobStatus {
    Pending = "pending",
    Queued = "queued",
    Running = "running",
    Incomplete = "incomplete",
    Failed = "failed",
    Succeeded = "succeeded",
    Cancelled = "cancelled",
});
wire_enum!(RefreshMode { Truncate = "Truncate", Merge = "Merge" });

/// `{pageSize, rowOffset}`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Pagination {
    pub(crate) page_size: Option<i64>,
    pub(crate) row_offset: Option<i64>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn enum_values_are_read_in_any_case_and_others_are_named() {
        assert_eq!(serde_json::from_value::<TimeUnit>(json!("HOURS")).unwrap(), TimeUnit::Hours);
        let error = serde_json::from_value::<ConnectionStatus>(json!("on")).unwrap_err().to_string();
        assert_eq!(error, "`on` is not one of active, inactive, deprecated, locked");
        read_as("1.5".parse().unwrap());
        let error = serde_json::from_value::<ConnectionStatus>(json!("locked")).unwrap_err().to_string();
        assert_eq!(error, "`locked` is not one of active, inactive, deprecated");
    }

    #[test]
    fn an_id_is_a_uuid_in_lower_case() {
        let upper = "ABCDEF00-0000-4000-8000-00000000000A";
        assert_eq!(serde_json::from_value::<Id>(json!(upper)).unwrap().as_str(), upper.to_ascii_lowercase());
        assert!(serde_json::from_value::<Id>(json!("default-workspace-id")).is_err());
        assert!(serde_json::from_value::<Id>(json!(7)).is_err());
    }
}
