//! Secrets in the hands of scripts.

/// What `secret("NAME")` returns: usable in every configuration and inside of strings, readable nowhere.
///
/// In strings it is a placeholder that the client replaces on the way to the server and that everything printed shows
/// as `***`.
#[derive(Clone, PartialEq)]
pub(crate) struct Secret(pub(crate) airway_client::Secret);
