//! The ways in which a value can satisfy a schema.

use serde_json::Value;

use crate::{OperationIndex, walk::Object};

/// No real schema needs more; those that circle would.
const DEPTH: u8 = 32;
const AT_MOST: usize = 256;

/// Schemas without combinations, all of which must hold.
type Parts<'a> = Vec<&'a Object>;

/// Returns the sets of plain schemas of which at least one set must hold
/// altogether: references are followed, `allOf` is taken together, `oneOf` and
/// `anyOf` are taken apart.
///
/// The branches of an `anyOf` are a way together too: a value may have the
/// fields of several.
pub(super) fn alternatives<'a>(index: &'a OperationIndex, schema: &'a Value) -> Vec<Parts<'a>> {
    expand(index, schema, DEPTH)
}

fn expand<'a>(index: &'a OperationIndex, schema: &'a Value, depth: u8) -> Vec<Parts<'a>> {
    let (_, resolved) = index.resolve(schema);
    let (Some(schema), Some(depth)) = (resolved.as_object(), depth.checked_sub(1)) else {
        return vec![Vec::new()];
    };
    let branches = |member: &str| {
        let branches = schema.get(member).and_then(Value::as_array);
        branches.map(|branches| branches.iter().map(|branch| expand(index, branch, depth)).collect::<Vec<_>>())
    };
    let mut ways: Vec<Parts<'a>> = vec![vec![schema]];
    for branch in branches("allOf").unwrap_or_default() {
        ways = product(&ways, &branch);
    }
    if let Some(one_of) = branches("oneOf") {
        ways = product(&ways, &one_of.concat());
    }
    if let Some(any_of) = branches("anyOf") {
        let together = any_of.iter().fold(vec![Vec::new()], |all, branch| product(&all, branch));
        let mut alone = any_of.concat();
        alone.extend(together);
        ways = product(&ways, &alone);
    }
    ways
}

fn product<'a>(left: &[Parts<'a>], right: &[Parts<'a>]) -> Vec<Parts<'a>> {
    let pairs = left.iter().flat_map(|l| right.iter().map(move |r| [&l[..], &r[..]].concat()));
    pairs.take(AT_MOST).collect()
}
