//! Where the mask of servers stands in a configuration.
//!
//! A server that is given its mask keeps the secret that it has, but not everywhere: in a list, and in what it only merges, the mask is
//! stored as if it were the secret.

use serde_json::Value;

use crate::configuration::join;
use crate::secret::SERVER_MASK;

pub(crate) fn is_mask(value: &Value) -> bool {
    value == SERVER_MASK
}

/// Returns the places of all masks.
pub(crate) fn everywhere(value: &Value) -> Vec<String> {
    places(value, "").into_iter().map(|(path, _)| path).collect()
}

/// Returns the places of masks in lists.
pub(super) fn in_lists(value: &Value) -> Vec<String> {
    places(value, "").into_iter().filter(|(_, in_list)| *in_list).map(|(path, _)| path).collect()
}

/// Returns the places of masks that are in no list, for a value that stands at `path`.
pub(super) fn outside_lists(value: &Value, path: &str) -> Vec<String> {
    places(value, path).into_iter().filter(|(_, in_list)| !in_list).map(|(path, _)| path).collect()
}

/// The places of masks, each with whether it is in a list.
fn places(value: &Value, path: &str) -> Vec<(String, bool)> {
    match value {
        value if is_mask(value) => vec![(path.to_owned(), false)],
        Value::Object(members) => members.iter().flat_map(|(key, member)| places(member, &join(path, key))).collect(),
        Value::Array(items) => {
            let places = items.iter().enumerate().flat_map(|(at, item)| places(item, &format!("{path}[{at}]")));
            places.map(|(path, _)| (path, true)).collect()
        }
        _ => Vec::new(),
    }
}
