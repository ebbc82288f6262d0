//! Lists, page by page, in whichever of the API's ways a list is paged.

use std::collections::HashSet;

use airway_api_gen::Operation;
use airway_spec::{Paging, PagingStyle};
use futures::stream::{self, Stream};
use serde_json::{Value, json};

use super::Airbyte;
use super::raw::{RawRequest, find};
use crate::error::Result;

/// Asked for by number, so that a shorter page is known to be the last.
const PAGE_SIZE: usize = 100;

impl Airbyte {
    /// Calls a list operation and returns its pages, each a list of items, following whichever way of paging it has.
    ///
    /// Pages are asked for one after the other as they are taken, so memory holds one page and the keys of the items before it.
    /// Items that appear or vanish meanwhile cause no item twice and no endless loop. `page_size` is 100 unless told.
    ///
    /// # Errors
    ///
    /// What [`call_raw`](Self::call_raw) fails with, in the place of the page that could not be had; then the stream ends.
    pub fn pages<'a>(
        &'a self,
        operation: &str,
        input: &Value,
        page_size: Option<usize>,
    ) -> Result<impl Stream<Item = Result<Vec<Value>>> + Send + use<'a>> {
        let operation = find(operation)?;
        // A mistake in the input is told at once and not in place of the first page.
        RawRequest::of(operation, &with(input.clone(), first_page(operation, page_size.unwrap_or(PAGE_SIZE))))?;
        let pages = Pages::new(operation, input.clone(), page_size.unwrap_or(PAGE_SIZE).max(1));
        Ok(stream::try_unfold(pages, move |mut pages| async move {
            Ok(pages.next(self).await?.map(|items| (items, pages)))
        }))
    }
}

/// Where in a list one is.
struct Pages {
    operation: &'static Operation,
    input: Value,
    size: usize,
    offset: usize,
    /// Keys of the last page, to go on from the one before when the last item has vanished.
    cursors: Vec<String>,
    used_cursors: HashSet<String>,
    token: Option<String>,
    seen: HashSet<String>,
    done: bool,
}

impl Pages {
    fn new(operation: &'static Operation, input: Value, size: usize) -> Self {
        let most = operation.paging.as_ref().and_then(|paging| paging.max_size).map_or(size, |most| most as usize);
        Self {
            operation,
            input,
            size: size.min(most),
            offset: 0,
            cursors: Vec::new(),
            used_cursors: HashSet::new(),
            token: None,
            seen: HashSet::new(),
            done: false,
        }
    }

    async fn next(&mut self, airbyte: &Airbyte) -> Result<Option<Vec<Value>>> {
        while !self.done {
            let Some(paging) = &self.operation.paging else {
                self.done = true;
                let answer = self.ask(airbyte, json!({})).await?;
                return Ok(Some(items(answer, "")));
            };
            let answer = self.ask_from_here(airbyte, paging.style).await?;
            let (items, count) = self.take(answer, paging);
            if !items.is_empty() || count == 0 {
                return Ok((!items.is_empty()).then_some(items));
            }
        }
        Ok(None)
    }

    /// Asks for the page behind the last one.
    async fn ask_from_here(&mut self, airbyte: &Airbyte, style: PagingStyle) -> Result<Value> {
        match style {
            PagingStyle::Offset => {
                let pagination = json!({ "pagination": { "pageSize": self.size, "rowOffset": self.offset } });
                self.ask(airbyte, pagination).await
            }
            PagingStyle::Token => {
                let page = json!({ "pageSize": self.size, "pageToken": self.token });
                self.ask(airbyte, without_nulls(page)).await
            }
            PagingStyle::Keyset => loop {
                let cursor = self.cursors.pop();
                let page = without_nulls(json!({ "pageSize": self.size, "cursor": cursor }));
                match self.ask(airbyte, page).await {
                    // The item that the cursor names is gone: the one before it does as well, and the start at the worst.
                    Err(error) if error.status() == Some(404) && cursor.is_some() => {}
                    answer => {
                        self.used_cursors.extend(cursor);
                        return answer;
                    }
                }
            },
            _ => self.ask(airbyte, json!({})).await,
        }
    }

    async fn ask(&self, airbyte: &Airbyte, page: Value) -> Result<Value> {
        let input = with(self.input.clone(), page);
        airbyte.send_raw(&RawRequest::of(self.operation, &input)?).await
    }

    /// The items not seen before, and how many there were in all. Notes where the next page begins.
    fn take(&mut self, answer: Value, paging: &Paging) -> (Vec<Value>, usize) {
        let token = answer.get("nextPageToken").and_then(Value::as_str).map(str::to_owned);
        let total = paging.total.as_ref().and_then(|total| answer.pointer(total)?.as_u64());
        let mut items = items(answer, &paging.items);
        let count = items.len();
        let key = |item: &Value| item.pointer(paging.key.as_deref().unwrap_or_default()).map(plain);
        let keys: Vec<String> = items.iter().filter_map(key).collect();
        items.retain(|item| key(item).is_none_or(|key| self.seen.insert(key)));
        self.offset += count;
        // Servers that do not page yet ignore the size and answer everything, others give less than was asked for and say how
        // much there is; none may make this go round for ever.
        let more = total.is_some_and(|total| (self.seen.len() as u64) < total);
        let whole = count == 0 || count > self.size || (count < self.size && !more);
        self.done = match paging.style {
            PagingStyle::Offset => whole || items.is_empty(),
            PagingStyle::Keyset => whole || keys.last().is_none_or(|last| self.used_cursors.contains(last)),
            PagingStyle::Token => token.is_none() || token == self.token,
            _ => true,
        };
        self.cursors = keys;
        self.token = token;
        (items, count)
    }
}

fn first_page(operation: &Operation, size: usize) -> Value {
    match operation.paging.as_ref().map(|paging| paging.style) {
        Some(PagingStyle::Offset) => json!({ "pagination": { "pageSize": size, "rowOffset": 0 } }),
        Some(PagingStyle::Keyset | PagingStyle::Token) => json!({ "pageSize": size }),
        _ => json!({}),
    }
}

/// The list in an answer; an operation that does not say where it is answers with the list itself.
fn items(mut answer: Value, pointer: &str) -> Vec<Value> {
    match answer.pointer_mut(pointer).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn with(mut input: Value, members: Value) -> Value {
    if input.is_null() {
        return members;
    }
    if let (Some(input), Value::Object(members)) = (input.as_object_mut(), members) {
        input.extend(members);
    }
    input
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn plain(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}
