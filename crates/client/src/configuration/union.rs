//! The branches of a `oneOf` or `anyOf`, and the member that tells which of them is meant.

use serde_json::Value;

/// The branches of a union.
pub(super) struct Union<'s> {
    branches: &'s [Value],
    /// The member that has a value of its own in most branches.
    discriminator: Option<&'s str>,
}

/// Which branches an object is meant for.
pub(super) enum Choice<'s> {
    /// Those at these places.
    Of(Vec<usize>),
    /// The object does not say.
    Unmade,
    /// It says something that no branch knows.
    Unknown {
        /// The member that says it.
        key: &'s str,
        /// What it can say.
        choices: Vec<Value>,
    },
}

impl<'s> Union<'s> {
    pub(super) fn of(branches: &'s [Value]) -> Self {
        let properties = |branch: &'s Value| branch.get("properties").and_then(Value::as_object).into_iter().flatten();
        let keys = branches.iter().flat_map(properties).map(|(key, _)| key.as_str());
        let constants = |key: &str| -> Vec<&'s Value> {
            branches
                .iter()
                .filter_map(|branch| options(branch, key).filter(|options| options.len() == 1)?.first())
                .collect()
        };
        let tells_apart = |key: &&'s str| {
            let constants = constants(key);
            constants.len() * 2 > branches.len() && constants.iter().any(|constant| *constant != constants[0])
        };
        Self { branches, discriminator: keys.filter(tells_apart).max_by_key(|key| constants(key).len()) }
    }

    /// Returns which branches a value is meant for, whether or not it fits them.
    pub(super) fn choice(&self, value: &Value) -> Choice<'s> {
        let Some((key, given)) = self.discriminator.and_then(|key| Some((key, value.get(key)?))) else {
            return Choice::Unmade;
        };
        let places = |is_meant: &dyn Fn(Option<&[Value]>) -> bool| -> Vec<usize> {
            let branches = self.branches.iter().enumerate();
            branches.filter(|(_, branch)| is_meant(options(branch, key))).map(|(index, _)| index).collect()
        };
        let named = places(&|options| options.is_some_and(|options| options.contains(given)));
        let open = places(&|options| options.is_none());
        match (named.is_empty(), open.is_empty()) {
            (false, _) => Choice::Of(named),
            (true, false) => Choice::Of(open),
            (true, true) => {
                let choices = self.branches.iter().filter_map(|branch| options(branch, key)).flatten().cloned();
                Choice::Unknown { key, choices: choices.collect() }
            }
        }
    }
}

/// The values that a branch has for a member; `None` when it has any.
fn options<'s>(branch: &'s Value, key: &str) -> Option<&'s [Value]> {
    let schema = branch.get("properties")?.get(key)?;
    match schema.get("const") {
        Some(constant) => Some(std::slice::from_ref(constant)),
        None => schema.get("enum")?.as_array().map(Vec::as_slice),
    }
}
