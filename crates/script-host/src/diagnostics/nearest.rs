//! Did you mean …?

/// Returns the candidate that a person most likely meant by `given`, when one is near enough.
pub(crate) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != given)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let longest = given.chars().count().max(candidate.chars().count());
            // A word of which nothing is left is another one.
            *distance <= 1 + longest.saturating_sub(1) / 4 && *distance < given.chars().count()
        })
        // Of two that are equally near, the one that is spelt like it.
        .min_by_key(|(distance, candidate)| (*distance, strsim::damerau_levenshtein(given, candidate), *candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_forgiven() {
        assert_eq!(nearest("conect", ["collect", "connect", "create"]), Some("connect"));
        assert_eq!(nearest("ensure_sorce", ["ensure_source", "ensure_destination"]), Some("ensure_source"));
        assert_eq!(nearest("Sync", ["sync"]), Some("sync"));
        assert_eq!(nearest("nam", ["NAME", "name"]), Some("name"));
    }

    #[test]
    fn a_different_word_is_not_suggested() {
        assert_eq!(nearest("delete_everything", ["connect", "sync"]), None);
        assert_eq!(nearest("x", ["sync", "E"]), None);
        assert_eq!(nearest("join", ["asin"]), None);
    }
}
