//! Holds what a server and its clients say to each other against `openapi/airbyte-config.yaml`, for tests.
//!
//! No code is shared with the generator, with the client's own check of requests, or with the sandbox: the document is
//! read here, and its schemas are made into JSON schemas of one generation that know no other members than those described.
//!
//! ```
//! use serde_json::json;
//!
//! let found = airway_contract::check_answer("1.5", "connections/list", 200, &json!({"connections": [], "colour": "blue"}));
//! assert_eq!(found.len(), 1);
//! ```

mod check;
mod deviation;
mod document;
mod held;
mod journal;
mod release;
mod schema;

pub use check::{Part, check_answer, check_request, violations};
pub use deviation::{DEVIATIONS, Deviation};
pub use held::Held;
pub use journal::{check_journal, test_generation};
