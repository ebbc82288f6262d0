//! The sample data: tables with columns, keys and sizes. A few data sets are written down, a database of any
//! other name holds a selection that depends on nothing but its name.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ids;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The columns of the primary key.
    #[serde(default)]
    pub(crate) key: Vec<String>,
    /// The column that grows with every change, if there is one.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    pub(crate) records: u64,
    /// The size of a record.
    pub(crate) bytes: u64,
    pub(crate) columns: BTreeMap<String, String>,
}

impl Table {
    /// Returns the same table under another name.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }

    /// Returns the schema of a record; reading a change log adds its columns.
    pub(crate) fn json_schema(&self, change_log_cursor: Option<&str>) -> Value {
        let mut properties: Map<String, Value> =
            self.columns.iter().map(|(name, kind)| (name.clone(), column(kind))).collect();
        if let Some(cursor) = change_log_cursor {
            properties.insert(cursor.to_owned(), column("integer"));
            properties.insert("_ab_cdc_updated_at".to_owned(), column("timestamp"));
            properties.insert("_ab_cdc_deleted_at".to_owned(), column("timestamp"));
        }
        json!({"type": "object", "properties": properties})
    }
}

/// Returns the schema of a column; an unknown kind is text.
fn column(kind: &str) -> Value {
    match kind {
        "integer" => json!({"type": "number", "airbyte_type": "integer"}),
        "number" => json!({"type": "number"}),
        "boolean" => json!({"type": "boolean"}),
        "date" => json!({"type": "string", "format": "date"}),
        "timestamp" => {
            json!({"type": "string", "format": "date-time", "airbyte_type": "timestamp_with_timezone"})
        }
        "object" => json!({"type": "object", "properties": {}}),
        "array" => json!({"type": "array", "items": {"type": "string"}}),
        _ => json!({"type": "string"}),
    }
}

type Sets = BTreeMap<String, Vec<Table>>;

fn sets() -> &'static Sets {
    static SETS: OnceLock<Sets> = OnceLock::new();
    SETS.get_or_init(|| {
        serde_json::from_str(include_str!("../../../connectors/datasets.json")).expect("the data sets are tested")
    })
}

/// Returns the tables of the database `name`.
pub(crate) fn tables_of(name: &str) -> Vec<Table> {
    if let Some(tables) = sets().get(name) {
        return tables.clone();
    }
    let pool = &sets()["*"];
    let seed = ids::hash(name);
    let count = 3 + usize::try_from(seed % 4).unwrap_or_default();
    let start = usize::try_from((seed >> 8) % pool.len() as u64).unwrap_or_default();
    let mut tables: Vec<Table> = (0..count.min(pool.len()))
        .map(|at| {
            let table = &pool[(start + at) % pool.len()];
            let records = 100 + ids::hash(&format!("{name}/{}", table.name)) % 20_000;
            Table { records, ..table.clone() }
        })
        .collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(database: &str) -> Vec<String> {
        tables_of(database).into_iter().map(|table| table.name).collect()
    }

    #[test]
    fn the_shop_is_always_the_same() {
        assert_eq!(names("ecommerce"), ["categories", "customers", "order_items", "orders", "products"]);
    }

    #[test]
    fn another_name_gives_other_tables_and_the_same_name_the_same() {
        assert_eq!(names("billing"), names("billing"));
        let different: std::collections::BTreeSet<_> = ["a", "b", "c", "d", "e"].map(names).into_iter().collect();
        assert!(different.len() > 2, "{different:?}");
    }

    #[test]
    fn keys_and_cursors_are_columns() {
        for table in sets().values().flatten() {
            for column in table.key.iter().chain(&table.cursor) {
                assert!(table.columns.contains_key(column), "{}.{column}", table.name);
            }
        }
    }
}
