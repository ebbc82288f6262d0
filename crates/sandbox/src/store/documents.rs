//! Small resources that are only put, read and listed.

use serde_json::Value;

use super::{Result, Store, document, text};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    Tag,
    Operation,
    /// A custom connector, or what was changed about a built-in one.
    Definition,
    /// A version of a low-code connector.
    Manifest,
    Permission,
    /// A check, discover or specification that was started and is asked for later.
    Command,
    /// Who set the instance up.
    Setup,
    /// Credentials of the whole instance for a connector that signs in elsewhere.
    OauthParameters,
    /// A request for consent, under the code that answers it.
    Consent,
}

impl DocumentKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Operation => "operation",
            Self::Definition => "definition",
            Self::Manifest => "manifest",
            Self::Permission => "permission",
            Self::Command => "command",
            Self::Setup => "setup",
            Self::OauthParameters => "oauth_parameters",
            Self::Consent => "consent",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) id: String,
    /// The workspace, definition or user it belongs to.
    pub(crate) owner: String,
    pub(crate) created_at: i64,
    pub(crate) content: Value,
}

fn read(row: &rusqlite::Row<'_>) -> Result<Document> {
    Ok(Document {
        id: row.get("id")?,
        owner: row.get("owner")?,
        created_at: row.get("created_at")?,
        content: document(row, "document")?,
    })
}

impl Store<'_> {
    /// Stores a document, in place of the one with the same id.
    pub(crate) fn put_document(self, kind: DocumentKind, document: &Document) -> Result<()> {
        self.execute(
            "INSERT INTO documents (kind, id, owner, created_at, document) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (kind, id) DO UPDATE SET owner = ?3, document = ?5",
            (kind.as_str(), &document.id, &document.owner, document.created_at, text(&document.content)?),
        )?;
        Ok(())
    }

    pub(crate) fn document(self, kind: DocumentKind, id: &str) -> Result<Option<Document>> {
        self.row(
            "SELECT id, owner, created_at, document FROM documents WHERE kind = ?1 AND id = ?2",
            (kind.as_str(), id),
            read,
        )
    }

    /// Returns the owner's documents in the order of their creation.
    pub(crate) fn documents_of(self, kind: DocumentKind, owner: &str) -> Result<Vec<Document>> {
        self.rows(
            "SELECT id, owner, created_at, document FROM documents WHERE kind = ?1 AND owner = ?2 ORDER BY rowid",
            (kind.as_str(), owner),
            read,
        )
    }

    /// Tells whether there was one to delete.
    pub(crate) fn delete_document(self, kind: DocumentKind, id: &str) -> Result<bool> {
        Ok(self.execute("DELETE FROM documents WHERE kind = ?1 AND id = ?2", (kind.as_str(), id))? > 0)
    }
}
