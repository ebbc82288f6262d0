//! Catalogs: the streams of a source, and what is wanted of each.

mod api_form;
mod difference;
mod error;
mod recent;
mod selection;
mod setup;
mod stream;

pub use difference::{CatalogDiff, SchemaChange, StreamDiff};
pub use error::CatalogError;
pub(crate) use stream::full_name;
pub use stream::{DestinationSyncMode, Stream, SyncMode};

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use airway_api_gen::types;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use api_form::InCommon;

/// The streams that a source has, or those of them that a connection copies.
///
/// A discovered catalog holds every stream with Airbyte's default settings. [`select`](Self::select) narrows it, the other
/// methods set how the streams in it are copied; each returns a new catalog and refuses what a stream cannot do. Catalogs
/// share the schemas of their streams, which are kept as text.
///
/// With `serde` it is read and written in the form of the API: `{"streams": [{"stream": {…}, "config": {…}}]}`, each stream
/// as selected.
///
/// ```no_run
/// # async fn example(source: airway_client::Source) -> airway_client::Result<()> {
/// let streams = source.discover().await?
///     .select(["public.customers", "public.order*"])?
///     .incremental("updated_at")?
///     .append();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    id: Option<String>,
    streams: Vec<Stream>,
}

impl Catalog {
    pub(crate) fn of(catalog: types::AirbyteCatalog, id: Option<String>) -> Self {
        let mut common = InCommon::default();
        let streams = catalog.streams.unwrap_or_default().into_iter();
        Self { id, streams: streams.filter_map(|item| Stream::of(item, &mut common)).collect() }
    }

    /// Reads a list of `{"stream": {"name", "namespace"?}, "config": {…}}`, the form of the API itself.
    ///
    /// Streams written by hand need no `jsonSchema`; what a `config` leaves out becomes what the web application would set.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Malformed`] when it is no such list.
    pub fn from_json(streams: &Value) -> Result<Self, CatalogError> {
        let list = streams.get("streams").unwrap_or(streams);
        let Some(list) = list.as_array() else {
            return Err(CatalogError::Malformed { path: "streams".into(), reason: "expected a list".into() });
        };
        let mut common = InCommon::default();
        let streams = list.iter().enumerate().map(|(index, item)| Stream::from_json(index, item, &mut common));
        Ok(Self { id: None, streams: streams.collect::<Result<_, _>>()? })
    }

    /// Returns the id under which the server stored the discovered catalog.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the streams, in the source's order.
    #[must_use]
    pub fn streams(&self) -> &[Stream] {
        &self.streams
    }

    /// Returns how many streams there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// Says whether there is no stream.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// Returns the stream of this name: `namespace.name`, or the bare name where only one namespace has it.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoStream`] with the nearest names when there is none.
    pub fn stream(&self, name: &str) -> Result<&Stream, CatalogError> {
        let mut found = self.streams.iter().filter(|stream| stream.answers_to(name));
        match (found.next(), found.next()) {
            (Some(stream), None) => Ok(stream),
            (Some(first), Some(second)) => Err(CatalogError::SeveralStreams {
                name: name.to_owned(),
                candidates: vec![first.full_name(), second.full_name()],
            }),
            (None, _) => Err(CatalogError::no_stream(name, &self.streams)),
        }
    }

    /// Returns a catalog in which every stream went through `change`.
    ///
    /// # Errors
    ///
    /// What `change` fails with.
    pub fn configure<E>(&self, change: impl Fn(Stream) -> Result<Stream, E>) -> Result<Self, E> {
        let mut common = InCommon::default();
        let streams = self.streams.iter().cloned().map(|stream| Ok(change(stream)?.sharing(&mut common)));
        Ok(Self { id: self.id.clone(), streams: streams.collect::<Result<_, _>>()? })
    }

    /// Copies only what is new since the last run, by the cursor field given.
    ///
    /// A stream whose source defines the cursor keeps that one.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] with the valid choices when a stream cannot be read incrementally or has no such field.
    pub fn incremental(&self, cursor: &str) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.incremental(Some(cursor)))
    }

    /// Copies only what is new since the last run, by the cursor that the source defines or suggests.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a stream cannot be read incrementally or has no cursor of its own.
    pub fn incremental_by_default_cursor(&self) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.incremental(None))
    }

    /// Copies everything on every run.
    ///
    /// # Errors
    ///
    /// [`CatalogError::SyncMode`] when a stream cannot be read that way.
    pub fn full_refresh(&self) -> Result<Self, CatalogError> {
        self.configure(Stream::full_refresh)
    }

    /// Adds copied records to what the destination has.
    #[must_use]
    pub fn append(&self) -> Self {
        self.with_destination_mode(DestinationSyncMode::Append)
    }

    /// Replaces what the destination has.
    #[must_use]
    pub fn overwrite(&self) -> Self {
        self.with_destination_mode(DestinationSyncMode::Overwrite)
    }

    /// Keeps one record per primary key. Streams whose source defines the key need none given.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a stream lacks a field of the key, or has no key at all.
    pub fn dedup(&self, key: &[&str]) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.dedup(key))
    }

    /// Copies only these fields, and those that cursor and primary key need.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoField`] when a stream lacks one of them.
    pub fn only_fields(&self, fields: &[&str]) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.only_fields(fields))
    }

    /// Copies all fields but these.
    ///
    /// # Errors
    ///
    /// [`CatalogError`] when a stream lacks one of them, or needs it as cursor or key.
    pub fn without_fields(&self, fields: &[&str]) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.without_fields(fields))
    }

    fn with_destination_mode(&self, mode: DestinationSyncMode) -> Self {
        self.each(|stream| stream.written_as(mode))
    }

    /// The form of request bodies.
    pub(crate) fn to_api(&self) -> types::AirbyteCatalog {
        types::AirbyteCatalog { streams: Some(self.streams.iter().map(Stream::to_api).collect()), ..Default::default() }
    }

    /// The same streams as a newer look at their source describes them; those that it lacks are left out.
    pub(crate) fn taken_over_from(&self, newer: &Self) -> Self {
        let theirs: HashMap<String, &Stream> = newer.streams.iter().map(|it| (it.full_name(), it)).collect();
        let renewed = self.streams.iter().filter_map(|ours| Some(ours.described_by(theirs.get(&ours.full_name())?)));
        Self { id: newer.id.clone(), streams: renewed.collect() }
    }

    /// The same streams with what is only ever set elsewhere, such as mappers: of an update everything else is lost.
    pub(crate) fn keeping_from(&self, stored: &Self) -> Self {
        let theirs: HashMap<String, &Stream> = stored.streams.iter().map(|it| (it.full_name(), it)).collect();
        self.each(|ours| match theirs.get(&ours.full_name()) {
            Some(theirs) => ours.keeping_from(theirs),
            None => ours,
        })
    }

    fn each(&self, change: impl Fn(Stream) -> Stream) -> Self {
        let Ok(changed) = self.configure(|stream| Ok::<_, Infallible>(change(stream)));
        changed
    }

    /// Whether streams have other fields here than where they are `stored`: then the source has changed. Streams written by
    /// hand do not say what they have.
    pub(crate) fn describes_otherwise_than(&self, stored: &Self) -> bool {
        let described: HashSet<String> =
            self.streams.iter().filter(|stream| stream.schema_text().is_some()).map(Stream::full_name).collect();
        stored
            .diff(self)
            .changed
            .iter()
            .any(|changed| changed.has_other_fields() && described.contains(&changed.stream))
    }

    /// Whether two catalogs copy the same streams in the same way; order does not matter.
    pub(crate) fn copies_the_same_as(&self, other: &Self) -> bool {
        let plan = |catalog: &Self| {
            let mut plan: Vec<_> = catalog.streams.iter().map(Stream::canonical).collect();
            plan.sort();
            plan
        };
        plan(self) == plan(other)
    }
}

impl Serialize for Catalog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// One stream at a time: the whole body form of a large catalog is large itself.
        struct Streams<'a>(&'a [Stream]);
        impl Serialize for Streams<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().map(Stream::to_api))
            }
        }
        serializer.collect_map([("streams", Streams(&self.streams))])
    }
}

impl<'de> Deserialize<'de> for Catalog {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        types::AirbyteCatalog::deserialize(deserializer).map(|catalog| Self::of(catalog, None))
    }
}

#[cfg(test)]
mod tests;
