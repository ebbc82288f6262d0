//! What arrays and strings have beyond Rhai's own methods.

use rhai::{Array, Dynamic, EvalAltResult, ImmutableString};

use crate::engine::text_within;
use crate::registry::{Call, Raise, Registry};
use crate::values::FaultKind;

pub(super) fn describe(api: &mut Registry) {
    api.method("join")
        .doc("Returns the items as one string.")
        .param("separator", "what stands between two items; nothing when it is left out")
        .example(r#"expect_eq(["a", 1, true].join(", "), "a, 1, true");"#)
        .pure()
        .native(join);
    api.method("first")
        .doc("Returns the first item, `()` when there is none.")
        .example("expect_eq([3, 1, 2].first(), 3);")
        .pure()
        .native(|_: &Call<'_>, items: Array| items.into_iter().next().unwrap_or(Dynamic::UNIT));
    api.method("last")
        .doc("Returns the last item, `()` when there is none.")
        .example("expect_eq([3, 1, 2].last(), 2);")
        .pure()
        .native(|_: &Call<'_>, items: Array| items.into_iter().next_back().unwrap_or(Dynamic::UNIT));
    api.method("min")
        .doc("Returns the smallest item, `()` when there is none.")
        .example("expect_eq([3, 1, 2].min(), 1);")
        .pure()
        .native(|call: &Call<'_>, items: Array| Ok::<_, Raise>(ordered(call, items)?.next().unwrap_or(Dynamic::UNIT)));
    api.method("max")
        .doc("Returns the largest item, `()` when there is none.")
        .example("expect_eq([3, 1, 2].max(), 3);")
        .pure()
        .native(|call: &Call<'_>, items: Array| {
            Ok::<_, Raise>(ordered(call, items)?.next_back().unwrap_or(Dynamic::UNIT))
        });
    api.method("sum")
        .doc("Returns the sum of the items, 0 when there are none.")
        .example("expect_eq([3, 1, 2].sum(), 6);")
        .pure()
        .native(|call: &Call<'_>, items: Array| -> Result<Dynamic, Raise> {
            let add = |sum, item| call.context().call_native_fn::<Dynamic>("+", (sum, item));
            let mut items = items.into_iter().map(Dynamic::flatten);
            let Some(first) = items.next() else { return Ok(Dynamic::ZERO) };
            Ok(items.try_fold(first, add)?)
        });
    api.method("flatten")
        .doc("Returns the items of the arrays in an array, and its other items as they are.")
        .example("expect_eq([[1, 2], [], [3]].flatten(), [1, 2, 3]);")
        .pure()
        .native(|_: &Call<'_>, items: Array| -> Array {
            let parts = items.into_iter().map(|item| item.flatten().try_cast_result::<Array>());
            parts.flat_map(|part| part.unwrap_or_else(|item| vec![item])).collect()
        });
    api.method("repeat")
        .doc("Returns the string so many times, one after the other.")
        .param("count", "how often, 0 or more")
        .example(r#"expect_eq("=".repeat(3), "===");"#)
        .pure()
        .native(|_: &Call<'_>, text: String, count: i64| -> Result<String, Raise> {
            let refused = || Raise::new(FaultKind::Argument, "`repeat`: `count` must be 0 or more");
            let count = usize::try_from(count).map_err(|_| refused())?;
            text_within(text.len().saturating_mul(count))?;
            Ok(text.repeat(count))
        });
}

fn join(call: &Call<'_>, items: Array, separator: Option<String>) -> Result<String, Raise> {
    let separator = separator.unwrap_or_default();
    let mut joined = String::new();
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&call.context().call_native_fn::<ImmutableString>("to_string", (item.flatten(),))?);
        text_within(joined.len())?;
    }
    Ok(joined)
}

fn ordered(call: &Call<'_>, items: Array) -> Result<std::vec::IntoIter<Dynamic>, Box<EvalAltResult>> {
    Ok(call.context().call_native_fn::<Array>("order", (items,))?.into_iter())
}
