//! Pages of lists that no index serves: every item knows its place, and a cursor marks one.

use crate::store::{Page, PageRequest};

/// What a list is sorted by, and the id that tells equals apart.
pub(super) type Place = (String, String);

/// Returns the page after the place of the cursor, which need not be one of the items: what was deleted, or is filtered
/// out, still marks where it stood.
pub(super) fn page<T>(mut items: Vec<(Place, T)>, after: Option<&Place>, wanted: PageRequest<'_>) -> Page<T> {
    items.sort_by(|(a, _), (b, _)| if wanted.descending { b.cmp(a) } else { a.cmp(b) });
    let total = items.len();
    let beyond =
        |place: &Place| after.is_none_or(|after| if wanted.descending { place < after } else { place > after });
    let rest = items.into_iter().filter(|(place, _)| beyond(place)).map(|(_, item)| item);
    Page { items: rest.take(wanted.size).collect(), total }
}

/// Returns a number as a text that sorts like it; nothing comes before everything.
pub(super) fn sortable(number: Option<i64>) -> String {
    number.map_or_else(String::new, |number| format!("{number:020}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(after: Option<&str>, descending: bool) -> Vec<&'static str> {
        let items = ["b", "d", "a"].map(|name| ((name.to_owned(), String::new()), name)).to_vec();
        let after = after.map(|name| (name.to_owned(), String::new()));
        page(items, after.as_ref(), PageRequest { cursor: None, size: 2, descending }).items
    }

    #[test]
    fn a_page_begins_after_its_cursor_whether_that_is_in_the_list_or_not() {
        assert_eq!(names(None, false), ["a", "b"]);
        assert_eq!(names(Some("b"), false), ["d"]);
        assert_eq!(names(Some("c"), false), ["d"]);
        assert_eq!(names(Some("c"), true), ["b", "a"]);
    }
}
