//! Lists that are paged by offset: what is counted moves when items before it appear or vanish.
//!
//! So each page begins with something that came already, and only what follows a known item is known to follow without a gap.

use airway_spec::Paging;
use serde_json::{Value, json};

use super::{Airbyte, Pages, key};
use crate::error::Result;

pub(super) fn members(offset: usize, length: usize) -> Value {
    json!({ "pagination": { "pageSize": length, "rowOffset": offset } })
}

impl Pages {
    pub(super) async fn offset_page(&mut self, airbyte: &Airbyte, paging: &Paging) -> Result<Vec<Value>> {
        let (offset, length) = window(self.covered, self.size);
        let page = self.page(airbyte, paging, members(offset, length), length).await?;
        let is_known = |item: &Value| key(item, paging).is_some_and(|key| self.seen.contains(&key));
        // More than was asked for is everything there is.
        let follows = offset == 0 || paging.key.is_none() || page.items.len() > length;
        if !follows && !page.items.iter().any(is_known) {
            self.covered = self.covered.saturating_sub(self.size);
            return Ok(Vec::new());
        }
        self.covered = offset + page.items.len();
        self.end_by_length(&page, offset);
        Ok(self.news(page.items, paging))
    }
}

/// Offset and length of the page that begins before the end of what was had, and reaches furthest behind it.
///
/// Some servers take offsets for numbers of pages, so an offset is a multiple of the length. The length gives way for that, by
/// some items downwards, or upwards where `size` is too small to leave room.
fn window(covered: usize, size: usize) -> (usize, usize) {
    let Some(last) = covered.checked_sub(1) else { return (0, size) };
    let end = |length: &usize| last / length * length + length;
    let longest = (2..=size).max_by_key(end).filter(|length| end(length) > covered);
    let length = longest.or_else(|| (2..=covered + 1).find(|length| !covered.is_multiple_of(*length))).unwrap_or(size);
    (last / length * length, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_overlap_at_multiples_of_their_length() {
        assert_eq!(window(0, 100), (0, 100));
        assert_eq!(window(100, 100), (99, 99));
        assert_eq!(window(198, 100), (196, 98));
        assert_eq!(window(1, 1), (0, 2));
        assert_eq!(window(2, 1), (0, 3));
        assert_eq!(window(6, 1), (4, 4));
    }

    #[test]
    fn every_window_overlaps_and_goes_on() {
        for size in [1, 2, 3, 7, 20, 100, 500] {
            for covered in 1..3_000 {
                let (offset, length) = window(covered, size);
                assert_eq!(offset % length, 0);
                assert!(offset < covered && offset + length > covered, "{covered} at {size}: {offset}, {length}");
                assert!(length <= size.max(11), "{covered} at {size}: {length}");
            }
        }
    }

    #[test]
    fn overlaps_cost_these_pages_and_no_more() {
        for (size, expected) in [(20, 690), (100, 114), (500, 21)] {
            let (mut covered, mut pages) = (0, 0);
            while covered < 10_000 {
                let (offset, length) = window(covered, size);
                (covered, pages) = (offset + length, pages + 1);
            }
            assert_eq!(pages, expected, "at {size}");
        }
    }
}
