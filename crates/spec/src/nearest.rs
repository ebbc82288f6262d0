//! What a mistyped word probably means.

/// Below this likeness, a suggestion only confuses.
const LIKE_ENOUGH: f64 = 0.6;

/// Returns the candidate most like `word`, case and separators aside, where one is like enough.
///
/// ```
/// assert_eq!(airway_spec::nearest("source_id", ["name", "sourceId"].into_iter()), Some("sourceId"));
/// ```
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let word = plain(word);
    let mut best = None;
    let mut likeness = LIKE_ENOUGH;
    for candidate in candidates {
        let this = strsim::normalized_damerau_levenshtein(&word, &plain(candidate));
        if this > likeness {
            likeness = this;
            best = Some(candidate);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_like_one_is_chosen_or_none() {
        let names = ["sourceId", "sourceDefinitionId", "name"];
        assert_eq!(nearest("source_id", names.into_iter()), Some("sourceId"));
        assert_eq!(nearest("sourceDefintionId", names.into_iter()), Some("sourceDefinitionId"));
        assert_eq!(nearest("cron", names.into_iter()), None);
    }
}
