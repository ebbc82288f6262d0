//! A table of facts: tab-separated, the first line names the columns, the
//! first columns tell the rows apart.

use std::collections::BTreeMap;

/// A table as it was read, each row with its line number.
pub(crate) struct Table {
    file: String,
    keys: usize,
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    /// Reads a table of which the first `keys` columns identify a row.
    pub(crate) fn parse(file: &str, keys: usize, text: &str) -> Self {
        let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, cells(line)));
        let (_, columns) = lines.next().expect("the first line names the columns");
        Self { file: file.to_owned(), keys, columns, rows: lines.collect() }
    }

    /// Returns a line for everything that `found` lacks, has otherwise, or has
    /// in addition. Columns that `found` does not fill are remarks.
    pub(crate) fn compare(&self, found: Vec<Vec<String>>) -> Vec<String> {
        let key = |row: &[String]| row[..self.keys].join(" ");
        let mut found: BTreeMap<_, _> = found.into_iter().map(|row| (key(&row), row)).collect();
        let mut findings = Vec::new();
        for (line, row) in &self.rows {
            let (file, key) = (&self.file, key(row));
            let Some(other) = found.remove(&key) else {
                findings.push(format!("{file}:{line}: `{key}` is not in the specification"));
                continue;
            };
            for ((column, expected), actual) in self.columns.iter().zip(row).zip(&other).skip(self.keys) {
                if !matches(column, expected, actual) {
                    findings.push(format!(
                        "{file}:{line}: `{key}` has {column} `{actual}` in the specification and `{expected}` in the table"
                    ));
                }
            }
        }
        let extra =
            found.keys().map(|key| format!("{}: `{key}` is in the specification and not in the table", self.file));
        findings.extend(extra);
        findings
    }
}

/// Errors are the ones that must be declared at least; the server has more than
/// Airbyte's document admits.
fn matches(column: &str, expected: &str, actual: &str) -> bool {
    let declared = |error: &str| actual.split(' ').any(|other| other == error);
    expected == actual || column == "errors" && (expected == "-" || expected.split(' ').all(declared))
}
