//! What can be wrong with a document as a whole.

use std::{error::Error, fmt, io};

/// Why a document cannot be used: the file, the place in it, and what is wrong
/// there.
///
/// The advice is kept apart from the message: see [`SpecError::hint`].
#[derive(Debug)]
pub struct SpecError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    file: String,
    pointer: Option<String>,
    operation: Option<String>,
    kind: SpecErrorKind,
}

/// The kinds of [`SpecError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecErrorKind {
    /// The file cannot be opened or is not UTF-8.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
    /// The text is not YAML.
    #[error("is not YAML")]
    NotYaml(#[source] serde_saphyr::Error),
    /// The text looks like JSON, and is not.
    #[error("is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// The text is YAML or JSON, but not an OpenAPI document.
    #[error("is not an OpenAPI document: it has no `openapi` member")]
    NotOpenApi,
    /// A document of the format before OpenAPI 3.
    #[error("is a Swagger `{0}` document, and only OpenAPI 3.0 is read")]
    Swagger(String),
    /// Some other version of OpenAPI.
    #[error("is an OpenAPI `{0}` document, and only OpenAPI 3.0 is read")]
    Version(String),
    /// A document without operations.
    #[error("describes no operation")]
    NoPaths,
    /// A reference within the file that leads nowhere.
    #[error("refers to `{0}`, which is not in the file")]
    Dangling(String),
    /// A reference into another file.
    #[error("refers to `{0}`, which is in another file")]
    External(String),
    /// References that lead back to themselves with nothing between.
    #[error("is a circle of references: {}", Circle(.0))]
    Cycle(Vec<String>),
}

struct Circle<'a>(&'a [String]);

impl fmt::Display for Circle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, target) in self.0.iter().enumerate() {
            let arrow = if position == 0 { "" } else { " → " };
            write!(f, "{arrow}`{target}`")?;
        }
        Ok(())
    }
}

impl SpecError {
    pub(crate) fn new(file: &str, kind: SpecErrorKind) -> Self {
        Self(Box::new(Inner { file: file.to_owned(), pointer: None, operation: None, kind }))
    }

    pub(crate) fn at(mut self, pointer: impl Into<String>, operation: Option<String>) -> Self {
        self.0.pointer = Some(pointer.into());
        self.0.operation = operation;
        self
    }

    /// Returns what is wrong.
    #[must_use]
    pub fn kind(&self) -> &SpecErrorKind {
        &self.0.kind
    }

    /// Returns the name of the file, as it was given.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// Returns the JSON pointer of the place, where there is one.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// Returns the id of the operation the place belongs to, where it belongs
    /// to one.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match &self.0.kind {
            SpecErrorKind::Unreadable(_) => "give the absolute path of a readable file",
            SpecErrorKind::NotYaml(_) | SpecErrorKind::NotJson(_) => {
                "correct the text at this line; a download that failed often leaves an HTML page"
            }
            SpecErrorKind::NotOpenApi | SpecErrorKind::NoPaths => {
                "give an OpenAPI 3.0 document with `openapi`, `info` and `paths`"
            }
            SpecErrorKind::Swagger(_) => "convert it to OpenAPI 3.0 first, for example with `swagger2openapi`",
            SpecErrorKind::Version(_) => {
                "take the 3.0 edition of the document, or convert it, for example with `openapi-down-convert`"
            }
            SpecErrorKind::Dangling(_) => "add what is referred to, or correct the spelling of the `$ref`",
            SpecErrorKind::External(_) => "put everything into one file first, for example with `redocly bundle`",
            SpecErrorKind::Cycle(_) => "let one of these members be a schema of its own",
        }
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { file, pointer, operation, kind } = &*self.0;
        write!(f, "`{file}`")?;
        if let Some(pointer) = pointer {
            write!(f, " at `{pointer}`")?;
        }
        if let Some(operation) = operation {
            write!(f, " (operation `{operation}`)")?;
        }
        write!(f, " {kind}")
    }
}

impl Error for SpecError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.kind.source()
    }
}
