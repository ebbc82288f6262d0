//! JSON on standard output: indented for people, compact for programs.

use std::io::{self, IsTerminal, StdoutLock, Write};

use serde_json::Value;

/// Standard output.
pub(super) struct Output<W = StdoutLock<'static>> {
    stream: W,
    is_indented: bool,
    /// Whether the list has begun.
    is_open: bool,
}

/// Standard output cannot be written, or nobody reads it any more.
#[derive(Debug)]
pub(super) struct Unread(pub(super) io::Error);

impl Output {
    pub(super) fn stdout() -> Self {
        Self { stream: io::stdout().lock(), is_indented: io::stdout().is_terminal(), is_open: false }
    }
}

impl<W: Write> Output<W> {
    /// Writes an answer. No answer is no output.
    pub(super) fn value(&mut self, value: &Value) -> Result<(), Unread> {
        if value.is_null() {
            return Ok(());
        }
        let text = if self.is_indented { format!("{value:#}") } else { value.to_string() };
        self.write(&format!("{text}\n"))
    }

    /// Writes one more item of the list.
    pub(super) fn item(&mut self, item: &Value) -> Result<(), Unread> {
        let before = if self.is_open { ",\n" } else { "[\n" };
        self.is_open = true;
        let text = if self.is_indented {
            format!("  {}", format!("{item:#}").replace('\n', "\n  "))
        } else {
            item.to_string()
        };
        self.write(&format!("{before}{text}"))
    }

    /// Ends the list, which may have no items. A list that breaks off is not ended, so that nobody takes it for the whole.
    pub(super) fn end_of_list(&mut self) -> Result<(), Unread> {
        self.write(if self.is_open { "\n]\n" } else { "[]\n" })?;
        self.stream.flush().map_err(Unread)
    }

    fn write(&mut self, text: &str) -> Result<(), Unread> {
        self.stream.write_all(text.as_bytes()).map_err(Unread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(is_indented: bool, items: &[Value]) -> String {
        let mut output = Output { stream: Vec::new(), is_indented, is_open: false };
        for item in items {
            output.item(item).unwrap();
        }
        output.end_of_list().unwrap();
        String::from_utf8(output.stream).unwrap()
    }

    #[test]
    fn a_list_written_item_by_item_is_the_list() {
        let items = [json!({"a": [1, {"b": "x\ny"}]}), json!(2), json!([])];
        for is_indented in [false, true] {
            for count in 0..=items.len() {
                let text = written(is_indented, &items[..count]);
                assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!(items[..count]), "{text}");
            }
        }
        assert_eq!(written(true, &items), format!("{:#}\n", json!(items)));
        assert_eq!(written(false, &items[..2]), "[\n{\"a\":[1,{\"b\":\"x\\ny\"}]},\n2\n]\n");
    }

    #[test]
    fn no_answer_is_no_output() {
        let mut output = Output { stream: Vec::new(), is_indented: true, is_open: false };
        output.value(&Value::Null).unwrap();
        assert_eq!(output.stream, b"");
    }
}
