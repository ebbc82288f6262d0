//! "Did you mean …?"

/// Returns the candidate that a mistyped name most likely stands for.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(name, candidates).first().copied()
}

/// Returns the candidates that resemble a name, best first; at most five.
pub(crate) fn ranked<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let furthest = 1 + wanted.chars().count() / 4;
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lowered = candidate.to_lowercase();
            let distance = strsim::osa_distance(&wanted, &lowered);
            let part =
                wanted.len() >= 3 && (lowered.contains(&wanted) || wanted.contains(&lowered) && lowered.len() >= 3);
            (distance <= furthest || part).then_some((distance, candidate))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    // One that is a slip away makes those that merely resemble it noise.
    let close = found.first().map_or(0, |(distance, _)| distance + 1);
    found
        .into_iter()
        .filter(|(distance, _)| *distance <= close || *distance > furthest)
        .map(|(_, candidate)| candidate)
        .take(5)
        .collect()
}

/// Returns the candidate of which a name is a misspelling, which is surer than that it resembles it.
pub(crate) fn slip<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = name.to_lowercase();
    let length = given.chars().count();
    let distances = candidates.into_iter().map(|known| (strsim::osa_distance(&given, &known.to_lowercase()), known));
    let (distance, known) = distances.min()?;
    (length >= 3 && distance <= 1 + length / 8).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_slips_and_parts_are_found_best_first() {
        let names = ["Postgres", "MySQL", "Google Sheets", "Google Ads", "S3"];
        assert_eq!(ranked("postgers", names), ["Postgres"]);
        assert_eq!(ranked("google", names), ["Google Ads", "Google Sheets"]);
        assert_eq!(nearest("Oracle", names), None);
    }

    #[test]
    fn a_slip_is_closer_than_what_merely_resembles() {
        let names = ["port", "password", "username", "schemas"];
        assert_eq!(slip("pasword", names), Some("password"));
        assert_eq!(slip("Shemas", names), Some("schemas"));
        assert_eq!(slip("user", names), None);
        assert_eq!(slip("host", names), None);
        assert_eq!(slip("pt", names), None);
    }
}
