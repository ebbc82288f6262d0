//! Stream selections that a catalog does not allow.

use super::stream::{Stream, SyncMode};
use crate::error::list;
use crate::suggest::ranked;

/// Why a catalog cannot be narrowed or set up as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No stream has this name, or fits this pattern.
    #[error("no stream fits `{name}`")]
    NoStream {
        /// The name or pattern.
        name: String,
        /// Names that resemble it, best first.
        nearest: Vec<String>,
        /// All names, for catalogs small enough to list.
        available: Vec<String>,
    },
    /// A bare name that several namespaces have.
    #[error("several streams are called `{name}`: {}", list(candidates))]
    SeveralStreams {
        /// The name.
        name: String,
        /// Full names.
        candidates: Vec<String>,
    },
    /// A pattern that cannot be read.
    #[error("`{pattern}` is not a pattern: {reason}")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A list of streams that is not in the API's form.
    #[error("`{path}` is not in the form of a catalog: {reason}")]
    Malformed {
        /// Where.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The stream cannot be read in this mode.
    #[error("stream `{stream}` cannot be read in mode `{mode}`, only in {}", list(supported))]
    SyncMode {
        /// Full name of the stream.
        stream: String,
        /// What was asked for.
        mode: SyncMode,
        /// What it supports.
        supported: Vec<String>,
    },
    /// The destination cannot write in this mode.
    #[error("destination `{destination}` cannot write stream `{stream}` in mode `{mode}`, only in {}", list(supported))]
    DestinationMode {
        /// Full name of the stream.
        stream: String,
        /// What was asked for.
        mode: String,
        /// The destination's name.
        destination: String,
        /// What it supports.
        supported: Vec<String>,
    },
    /// A connection without streams would copy nothing.
    #[error("no stream is selected")]
    Empty,
    /// Neither given nor defined by the source.
    #[error("stream `{stream}` needs a {role}: its source defines none")]
    Missing {
        /// Full name of the stream.
        stream: String,
        /// "cursor" or "primary key".
        role: &'static str,
        /// The fields it has.
        fields: Vec<String>,
    },
    /// The stream has no such field.
    #[error("stream `{stream}` has no field `{field}`")]
    NoField {
        /// Full name of the stream.
        stream: String,
        /// What was given.
        field: String,
        /// Fields that resemble it, best first.
        nearest: Vec<String>,
        /// The fields it has.
        fields: Vec<String>,
    },
    /// Fields can only be left out of those that a stream declares.
    #[error("stream `{stream}` does not say which fields it has, so none can be left out")]
    NoFields {
        /// Full name of the stream.
        stream: String,
    },
    /// A field that cannot be left out.
    #[error("stream `{stream}` needs field `{field}` as its {role}")]
    Needed {
        /// Full name of the stream.
        stream: String,
        /// The field.
        field: String,
        /// "cursor" or "primary key".
        role: &'static str,
    },
}

// More names than this help nobody.
const LONGEST_LIST: usize = 30;

impl CatalogError {
    pub(super) fn no_stream(name: &str, streams: &[Stream]) -> Self {
        let names: Vec<String> = streams.iter().map(Stream::full_name).collect();
        let bare = name.rsplit('.').next().unwrap_or(name);
        let mut nearest = ranked(name, names.iter().map(String::as_str));
        if nearest.is_empty() {
            let close = ranked(bare, streams.iter().map(Stream::name));
            nearest =
                names.iter().map(String::as_str).filter(|full| close.iter().any(|name| full.ends_with(name))).collect();
        }
        let nearest = nearest.into_iter().map(str::to_owned).collect();
        let available = if names.len() <= LONGEST_LIST { names } else { Vec::new() };
        Self::NoStream { name: name.to_owned(), nearest, available }
    }

    pub(super) fn no_field(stream: &Stream, field: &str) -> Self {
        let fields = stream.fields();
        let nearest = ranked(field, fields.iter().map(String::as_str)).into_iter().map(str::to_owned).collect();
        Self::NoField { stream: stream.full_name(), field: field.to_owned(), nearest, fields }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NoStream { nearest, available, .. } => suggestion(nearest, "the streams are", available),
            Self::NoField { nearest, fields, .. } => suggestion(nearest, "its fields are", fields),
            Self::Missing { fields, .. } => suggestion(&[], "its fields are", fields),
            Self::SeveralStreams { .. } => Some("write the namespace before the name".to_owned()),
            Self::DestinationMode { supported, .. } => {
                let method =
                    ["append", "overwrite"].into_iter().find(|mode| supported.iter().any(|known| known == mode));
                method.map(|method| format!("set one of them, with `{method}()` for example"))
            }
            Self::Empty => {
                Some("the streams come from the source's catalog: `discover()`, then `select(…)`".to_owned())
            }
            _ => None,
        }
    }
}

fn suggestion(nearest: &[String], choices: &str, all: &[String]) -> Option<String> {
    match (nearest, all) {
        ([], []) => None,
        ([], all) => Some(format!("{choices} {}", list(all))),
        ([one], _) => Some(format!("did you mean `{one}`?")),
        (several, _) => Some(format!("did you mean one of {}?", list(several))),
    }
}
