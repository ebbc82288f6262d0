//! Lists that are read when they are wanted: item by item, or all at once.

use std::fmt;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt, TryStreamExt};
use serde_json::Value;

use super::Airbyte;
use super::paging::PAGE_SIZE;
use super::raw::find;
use super::ways::Door;
use crate::error::Result;

/// What makes the stream, given the size of its pages.
type Start<T> = Box<dyn FnOnce(usize) -> BoxStream<'static, Result<T>> + Send>;

/// A list of a server's, not yet asked for. Nothing is sent until it is awaited, which gives all items at once, or streamed.
///
/// A stream reads page after page as items are taken: memory holds one page, and 16 bytes for each item before it. Whatever
/// appears or vanishes between two pages, no item comes twice and none is missing that was there all the time.
///
/// ```no_run
/// # async fn example(workspace: airway_client::Workspace) -> airway_client::Result<()> {
/// use futures::TryStreamExt;
///
/// let mut connections = workspace.connections().stream();
/// while let Some(connection) = connections.try_next().await? {
///     println!("{}", connection.name());
/// }
///
/// let five_sources = workspace.sources().limit(5).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// In the place of the item that could not be had; then the stream ends.
#[must_use = "nothing is asked for until a list is awaited or streamed"]
pub struct Listing<T> {
    start: Start<T>,
    limit: Option<usize>,
    page_size: usize,
}

impl<T: Send + 'static> Listing<T> {
    pub(crate) fn new<S>(start: impl FnOnce(usize) -> S + Send + 'static) -> Self
    where
        S: Stream<Item = Result<T>> + Send + 'static,
    {
        Self { start: Box::new(|size| start(size).boxed()), limit: None, page_size: PAGE_SIZE }
    }

    /// The items of one operation; `item` reads one of them, or passes it over.
    pub(crate) fn of(
        airbyte: &Airbyte,
        door: Door,
        item: impl Fn(Value) -> Result<Option<T>> + Send + 'static,
    ) -> Self {
        let airbyte = airbyte.clone();
        Self::new(move |size| {
            let pages = find(door.operation).map(|operation| airbyte.paged(operation, door.input, size));
            stream::iter([pages]).try_flatten().map_ok(move |page| items_of(page, &item)).try_flatten()
        })
    }

    /// Takes no more than the first `most` items, and asks for no more than it takes to have them.
    pub fn limit(mut self, most: usize) -> Self {
        self.limit = Some(most);
        self
    }

    /// Asks for so many items at a time; 100 unless told.
    pub fn page_size(mut self, size: usize) -> Self {
        self.page_size = size;
        self
    }

    /// Returns the items one by one.
    #[must_use]
    pub fn stream(self) -> BoxStream<'static, Result<T>> {
        let Self { start, limit, page_size } = self;
        match limit {
            Some(0) => stream::empty().boxed(),
            Some(most) => start(page_size.min(most).max(1)).take(most).boxed(),
            None => start(page_size.max(1)),
        }
    }
}

/// The items of one page, as they are read.
pub(crate) fn items_of<T: Send + 'static>(
    page: Vec<Value>,
    item: &dyn Fn(Value) -> Result<Option<T>>,
) -> BoxStream<'static, Result<T>> {
    let items: Vec<Result<T>> = page.into_iter().filter_map(|value| item(value).transpose()).collect();
    stream::iter(items).boxed()
}

impl<T: Send + 'static> IntoFuture for Listing<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.stream().try_collect())
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("limit", &self.limit)
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}
