//! Fingerprints of secrets, in a file: they tell whether a secret that a server shows as its mask has changed.
//!
//! A fingerprint is a salted Argon2id hash. It leads back to a secret only by guessing, and each guess takes milliseconds and
//! megabytes: the file is for its owner alone nevertheless.

mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use zeroize::Zeroizing;

use crate::change::SecretState;
use crate::error::{Error, ErrorKind, Result};
use file::File;

/// Where fingerprints are kept, and what for.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprints {
    path: Arc<Path>,
    /// The server that the ids belong to.
    server: Arc<str>,
}

/// A secret and the path at which it stands.
pub(crate) type Field = (String, Zeroizing<String>);

/// Whose secrets they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) id: &'a str,
}

/// How a secret came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It was written to the server.
    Written,
    /// It was wanted while the server had one already, which may be another.
    Seen,
}

/// A salted hash of a secret.
#[derive(Clone, PartialEq, Eq)]
struct Print {
    known: Known,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl Fingerprints {
    pub(crate) fn new(path: PathBuf, server: &str) -> Self {
        Self { path: path.into(), server: server.into() }
    }

    /// Makes sure that the file can be read: before anything is written, and not afterwards.
    pub(crate) async fn verify(&self) -> Result<()> {
        self.blocking(|path| File::read(path).map(drop)).await
    }

    /// Returns what is known of each secret, by its path.
    pub(crate) async fn states(&self, owner: Owner<'_>, fields: Vec<Field>) -> Result<BTreeMap<String, SecretState>> {
        if fields.is_empty() {
            return Ok(BTreeMap::new());
        }
        let place = self.place(owner);
        self.blocking(move |path| {
            let file = File::read(path)?;
            let known = file.of(&place);
            Ok(fields
                .into_iter()
                .map(|(field, secret)| {
                    let state = match known.and_then(|known| known.get(&field)) {
                        Some(print) if !print.is_of(&secret) => SecretState::Rotated,
                        Some(Print { known: Known::Written, .. }) => SecretState::Unchanged,
                        _ => SecretState::Unknown,
                    };
                    (field, state)
                })
                .collect())
        })
        .await
    }

    /// Notes the secrets of a resource, in the place of all that were known of it. Those that were seen do not replace others.
    pub(crate) async fn note(&self, owner: Owner<'_>, fields: Vec<Field>, known: Known) -> Result<()> {
        if fields.is_empty() {
            // A file that says nothing new is not written again.
            return if known == Known::Written { self.forget(owner).await } else { Ok(()) };
        }
        let place = self.place(owner);
        self.blocking(move |path| {
            let prints: BTreeMap<String, Print> =
                fields.iter().map(|(field, secret)| (field.clone(), Print::of(secret, known))).collect();
            File::change(path, |file| file.put(place, prints, known))
        })
        .await
    }

    /// Forgets the secrets of a resource.
    pub(crate) async fn forget(&self, owner: Owner<'_>) -> Result<()> {
        // Most connectors have no secrets. It is not worth another thread to find out that there is no file.
        if !self.path.exists() {
            return Ok(());
        }
        let place = self.place(owner);
        self.blocking(move |path| match File::read(path)?.of(&place) {
            Some(_) => File::change(path, |file| file.remove(&place)),
            None => Ok(()),
        })
        .await
    }

    fn place(&self, owner: Owner<'_>) -> [String; 3] {
        [self.server.to_string(), owner.workspace_id.to_owned(), owner.id.to_owned()]
    }

    /// Hashes and files take their time, which is not the executor's.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> std::result::Result<T, String> + Send + 'static,
    ) -> Result<T> {
        let path = Arc::clone(&self.path);
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        done.unwrap_or_else(|error| Err(error.to_string()))
            .map_err(|reason| Error::new(ErrorKind::Fingerprints { path: self.path.to_path_buf(), reason }))
    }
}

impl Print {
    fn of(secret: &str, known: Known) -> Self {
        let salt = *uuid::Uuid::new_v4().as_bytes();
        Self { known, salt, hash: hash(secret, &salt) }
    }

    fn is_of(&self, secret: &str) -> bool {
        hash(secret, &self.salt) == self.hash
    }

    /// `written SALT HASH`
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let known = match parts.next()? {
            "written" => Known::Written,
            "seen" => Known::Seen,
            _ => return None,
        };
        let mut bytes = || BASE64_STANDARD_NO_PAD.decode(parts.next()?).ok();
        Some(Self { known, salt: bytes()?.try_into().ok()?, hash: bytes()?.try_into().ok()? })
    }
}

/// About ten milliseconds and eight megabytes for each guess.
fn hash(secret: &str, salt: &[u8]) -> [u8; 32] {
    let params = Params::new(8 * 1024, 2, 1, None).expect("the parameters are within the limits");
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.as_bytes(), salt, &mut hash)
        .expect("salt and hash are of lengths that Argon2 takes");
    hash
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = if self.known == Known::Written { "written" } else { "seen" };
        let encoded = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
        write!(f, "{known} {} {}", encoded(&self.salt), encoded(&self.hash))
    }
}

impl fmt::Debug for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Print")
    }
}

#[cfg(test)]
mod tests;
