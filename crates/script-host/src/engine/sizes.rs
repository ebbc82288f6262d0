//! Functions that make something huge at once: a number too many would end the process for want of memory.

use rhai::{Array, Blob, Dynamic, Engine, EvalAltResult, ImmutableString, Position};

type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// No text that a function makes in one step has more bytes.
const TEXT: usize = 64 << 20;

/// No array that a function makes in one step has more items.
const ITEMS: usize = 4 << 20;

/// Registers the functions.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("pad", |text: &mut ImmutableString, length: i64, with: char| {
        pad(text, length, with.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("pad", |text: &mut ImmutableString, length: i64, with: &str| pad(text, length, with));
    engine.register_fn("pad", |array: &mut Array, length: i64, item: Dynamic| -> Fallible<Array> {
        let length = within(length, ITEMS, "array")?;
        if length > array.len() {
            array.resize(length, item);
        }
        Ok(array.clone())
    });
    engine.register_fn("blob", |length: i64| bytes(length, 0));
    engine.register_fn("blob", bytes);
    engine.register_fn("to_array", |blob: &mut Blob| -> Fallible<Array> {
        items_within(blob.len())?;
        Ok(blob.iter().map(|byte| Dynamic::from(i64::from(*byte))).collect())
    });
    engine.register_fn("to_chars", |text: &mut ImmutableString| -> Fallible<Array> {
        items_within(text.chars().count())?;
        Ok(text.chars().map(Dynamic::from).collect())
    });
}

/// Refuses a text that would be too long.
///
/// # Errors
///
/// When it would.
pub(crate) fn text_within(bytes: usize) -> Fallible<()> {
    if bytes <= TEXT { Ok(()) } else { Err(too_large("text")) }
}

fn items_within(count: usize) -> Fallible<()> {
    if count <= ITEMS { Ok(()) } else { Err(too_large("array")) }
}

fn pad(text: &mut ImmutableString, length: i64, with: &str) -> Fallible<ImmutableString> {
    let length = within(length, TEXT, "text")?;
    let missing = length.saturating_sub(text.chars().count());
    let padding: String = with.chars().cycle().take(if with.is_empty() { 0 } else { missing }).collect();
    if !padding.is_empty() {
        *text = format!("{text}{padding}").into();
    }
    Ok(text.clone())
}

fn bytes(length: i64, value: i64) -> Fallible<Blob> {
    let [value, ..] = value.to_le_bytes();
    within(length, TEXT, "blob").map(|length| vec![value; length])
}

fn within(length: i64, most: usize, what: &str) -> Fallible<usize> {
    let length = usize::try_from(length).unwrap_or(0);
    if length <= most { Ok(length) } else { Err(too_large(what)) }
}

#[expect(clippy::unnecessary_box_returns, reason = "Rhai boxes its errors")]
fn too_large(what: &str) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> Engine {
        let mut engine = Engine::new();
        register(&mut engine);
        engine
    }

    #[test]
    fn padding_returns_what_it_made() {
        assert_eq!(engine().eval::<String>(r#""ab".pad(4, '-')"#).unwrap(), "ab--");
        assert_eq!(engine().eval::<String>(r#"let a = "ab"; a.pad(7, "xyz"); a"#).unwrap(), "abxyzxy");
        assert_eq!(engine().eval::<i64>("[1].pad(3, 0).len").unwrap(), 3);
        assert_eq!(engine().eval::<i64>("[1, 2].pad(-3, 0).len").unwrap(), 2);
    }

    #[test]
    fn nothing_huge_is_made_in_one_step() {
        for script in [
            "\"a\".pad(1_000_000_000_000, 'b')",
            "\"a\".pad(9_223_372_036_854_775_807, \"bc\")",
            "[1].pad(1_000_000_000_000, 0)",
            "blob(1_000_000_000_000)",
            "blob(1_000_000_000_000, 1)",
            "blob(10_000_000).to_array()",
            "\"\".pad(10_000_000, 'b').to_chars()",
        ] {
            let error = engine().run(script).unwrap_err();
            assert!(matches!(*error, EvalAltResult::ErrorDataTooLarge(..)), "{script}: {error}");
        }
    }
}
