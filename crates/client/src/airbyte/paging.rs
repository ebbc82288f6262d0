//! Lists, page by page, in whichever of the API's ways a list is paged.

mod offsets;
mod seen;

use airway_api_gen::Operation;
use airway_spec::{Paging, PagingStyle};
use futures::stream::{self, Stream};
use serde_json::{Value, json};

use self::seen::Seen;
use super::Airbyte;
use super::raw::{RawRequest, changes_something, find};
use crate::error::{Error, ErrorKind, Result};

/// Asked for by number, so that a shorter page is known to be the last.
pub(super) const PAGE_SIZE: usize = 100;

impl Airbyte {
    /// Calls a list operation and returns its pages, each a list of items, following whichever way of paging it has.
    ///
    /// Pages are asked for one after the other as they are taken: memory holds one page, and 16 bytes for each item before it.
    /// Whatever appears or vanishes meanwhile, no item comes twice, none is missing that was there all the time, and the list
    /// comes to an end. `page_size` is 100 unless told; lists that are paged by offset need pages of two or three at least.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsendable`] for an operation that changes something; what [`call_raw`](Self::call_raw) fails with, in the
    /// place of the page that could not be had; then the stream ends.
    pub fn pages(
        &self,
        operation: &str,
        input: &Value,
        page_size: Option<usize>,
    ) -> Result<impl Stream<Item = Result<Vec<Value>>> + Send + use<>> {
        let operation = find(operation)?;
        // It would pass by the gate.
        if changes_something(operation, input) {
            let reason = "it changes something, and is no list".to_owned();
            return Err(Error::during(ErrorKind::Unsendable { reason }, operation.name()));
        }
        let size = page_size.unwrap_or(PAGE_SIZE);
        // A mistake in the input is told at once and not in place of the first page.
        let pages = Pages::new(operation, input.clone(), size);
        RawRequest::of(operation, &pages.filled_in(pages.first_page()))?;
        Ok(self.paged(operation, input.clone(), size))
    }

    /// The pages of a list of which the input is in order.
    pub(super) fn paged(
        &self,
        operation: &'static Operation,
        input: Value,
        size: usize,
    ) -> impl Stream<Item = Result<Vec<Value>>> + Send + use<> {
        let pages = Pages::new(operation, input, size);
        stream::try_unfold((self.clone(), pages), |(airbyte, mut pages)| async move {
            Ok(pages.next(&airbyte).await?.map(|items| (items, (airbyte, pages))))
        })
    }
}

/// Where in a list one is.
struct Pages {
    operation: &'static Operation,
    input: Value,
    size: usize,
    /// How many places of a list with offsets are behind.
    covered: usize,
    /// Keys of the last page, to go on from the one before when the last item has vanished.
    cursors: Vec<String>,
    token: Option<String>,
    seen: Seen,
    /// Pages that brought something, and those in a row that did not.
    fresh: usize,
    stale: usize,
    done: bool,
}

/// A page as it came.
struct Page {
    items: Vec<Value>,
    total: Option<u64>,
    token: Option<String>,
    /// How many items were asked for.
    asked: usize,
}

impl Pages {
    fn new(operation: &'static Operation, input: Value, size: usize) -> Self {
        let most = operation.paging.as_ref().and_then(|paging| paging.max_size).map_or(size, |most| most as usize);
        Self {
            operation,
            input,
            size: size.min(most).max(1),
            covered: 0,
            cursors: Vec::new(),
            token: None,
            seen: Seen::default(),
            fresh: 0,
            stale: 0,
            done: false,
        }
    }

    async fn next(&mut self, airbyte: &Airbyte) -> Result<Option<Vec<Value>>> {
        let operation = self.operation;
        let Some(paging) = &operation.paging else {
            let is_over = std::mem::replace(&mut self.done, true);
            return if is_over {
                Ok(None)
            } else {
                self.ask(airbyte, json!({})).await.map(|answer| Some(items(answer, "")))
            };
        };
        while !self.done {
            let news = match paging.style {
                PagingStyle::Offset => self.offset_page(airbyte, paging).await?,
                PagingStyle::Keyset => self.keyset_page(airbyte, paging).await?,
                PagingStyle::Token => self.token_page(airbyte, paging).await?,
                _ => {
                    self.done = true;
                    self.page(airbyte, paging, json!({}), usize::MAX).await?.items
                }
            };
            if !news.is_empty() {
                (self.fresh, self.stale) = (self.fresh + 1, 0);
                return Ok(Some(news));
            }
            self.stale += 1;
            // All pages so far were gone over again, backwards and forwards, and nothing came of it: this does not end.
            if self.stale > 2 * self.fresh + 2 {
                tracing::warn!(
                    operation = operation.name(),
                    "the server repeats its pages; the list may be incomplete"
                );
                self.done = true;
            }
        }
        Ok(None)
    }

    async fn keyset_page(&mut self, airbyte: &Airbyte, paging: &Paging) -> Result<Vec<Value>> {
        let page = loop {
            let cursor = self.cursors.pop();
            let is_first = cursor.is_none();
            let members = without_nulls(json!({ "pageSize": self.size, "cursor": cursor }));
            match self.page(airbyte, paging, members, self.size).await {
                // The item that the cursor names is gone: the one before it does as well, and the start at the worst.
                Err(error) if error.status() == Some(404) && !is_first => {}
                page => break page?,
            }
        };
        self.end_by_length(&page, self.seen.len());
        self.cursors = page.items.iter().filter_map(|item| key(item, paging)).collect();
        Ok(self.news(page.items, paging))
    }

    async fn token_page(&mut self, airbyte: &Airbyte, paging: &Paging) -> Result<Vec<Value>> {
        let members = without_nulls(json!({ "pageSize": self.size, "pageToken": self.token }));
        let page = self.page(airbyte, paging, members, self.size).await?;
        self.done = page.token.is_none() || page.token == self.token;
        self.token = page.token;
        Ok(self.news(page.items, paging))
    }

    /// Ends the list behind a page that is shorter than it could be. Servers that do not page yet ignore the size and answer
    /// everything; others give less than was asked for and say how much there is.
    fn end_by_length(&mut self, page: &Page, behind: usize) {
        let count = page.items.len();
        let is_short = count < page.asked;
        let more = page.total.is_some_and(|total| ((behind + count) as u64) < total);
        if is_short && more && count > 0 {
            self.size = count;
        }
        self.done = count == 0 || count > page.asked || (is_short && !more);
    }

    async fn page(&self, airbyte: &Airbyte, paging: &Paging, members: Value, asked: usize) -> Result<Page> {
        let answer = self.ask(airbyte, members).await?;
        let total = paging.total.as_ref().and_then(|total| answer.pointer(total)?.as_u64());
        let token = answer.get("nextPageToken").and_then(Value::as_str).map(str::to_owned);
        Ok(Page { items: items(answer, &paging.items), total, token, asked })
    }

    async fn ask(&self, airbyte: &Airbyte, page: Value) -> Result<Value> {
        let input = self.filled_in(page);
        // Where it goes on is what the server has said, whatever form its keys are of.
        let answer = airbyte.send_raw(&RawRequest::taken_apart(self.operation, &input)).await?;
        if answer.is_string() {
            return Err(Error::incomplete(self.operation.name(), "."));
        }
        Ok(answer)
    }

    fn filled_in(&self, page: Value) -> Value {
        let Value::Object(members) = page else { return self.input.clone() };
        match self.input.clone() {
            Value::Null => Value::Object(members),
            Value::Object(mut input) => {
                input.extend(members);
                Value::Object(input)
            }
            other => other,
        }
    }

    fn first_page(&self) -> Value {
        match self.operation.paging.as_ref().map(|paging| paging.style) {
            Some(PagingStyle::Offset) => offsets::members(0, self.size),
            Some(PagingStyle::Keyset | PagingStyle::Token) => json!({ "pageSize": self.size }),
            _ => json!({}),
        }
    }

    /// The items not seen before.
    fn news(&mut self, mut items: Vec<Value>, paging: &Paging) -> Vec<Value> {
        items.retain(|item| key(item, paging).is_none_or(|key| self.seen.insert(&key)));
        items
    }
}

/// The list in an answer; an operation that does not say where it is answers with the list itself.
fn items(mut answer: Value, pointer: &str) -> Vec<Value> {
    match answer.pointer_mut(pointer).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn key(item: &Value, paging: &Paging) -> Option<String> {
    let key = item.pointer(paging.key.as_deref()?)?;
    Some(key.as_str().map_or_else(|| key.to_string(), str::to_owned))
}
