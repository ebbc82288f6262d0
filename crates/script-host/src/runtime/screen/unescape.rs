//! Placeholders of secrets that were printed in debug form.

use std::borrow::Cow;

/// Rhai prints strings inside of arrays and maps in Rust's debug form, which escapes the private-use characters that
/// mark the placeholders of secrets: the marks are given back, or the placeholders would not be recognised.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    const ESCAPE: &str = "\\u{e";
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mark = part.split_once('}').and_then(|(code, rest)| {
            let mark = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            matches!(mark, '\u{e000}'..='\u{f8ff}').then_some((mark, rest))
        });
        if let Some((mark, rest)) = mark {
            out.push(mark);
            out.push_str(rest);
        } else {
            out.push_str("\\u{");
            out.push_str(part);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_use_characters_are_unescaped() {
        let given = format!("{:?} {:?} \\u{{zz}} \\u{{e", "a\u{e0a1}1\u{e0a2}b", "\u{7}");
        assert_eq!(unescaped(&given), "\"a\u{e0a1}1\u{e0a2}b\" \"\\u{7}\" \\u{zz} \\u{e");
        assert!(matches!(unescaped("plain"), Cow::Borrowed("plain")));
    }
}
