//! How the lists of an API are cut into pages.

use serde::{Deserialize, Serialize};

/// How a list is cut into pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Paging {
    /// How the next page is asked for.
    pub style: PagingStyle,
    /// The JSON pointer of the list in the response.
    #[serde(default)]
    pub items: String,
    /// The JSON pointer, within an item, of what tells items apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The JSON pointer of the total number in the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// How many items come when the request does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_size: Option<u32>,
    /// How many items come at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u32>,
    /// The first server version that cuts this list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// True if the request must say which page it wants.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// True if an offset must be a multiple of the page size.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aligned: bool,
}

/// How the next page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PagingStyle {
    /// There is one page.
    None,
    /// By the number of items to skip.
    Offset,
    /// By the key of the last item seen.
    Keyset,
    /// By a token that came with the last page.
    Token,
}
