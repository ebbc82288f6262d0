//! A cron expression in words, where there are short ones.

/// Returns when the expression fires, in words; the expression itself where it is too special for them.
pub(super) fn describe(expression: &str) -> String {
    let upper = expression.to_ascii_uppercase();
    let fields: Vec<&str> = upper.split_whitespace().collect();
    let words = match fields[..] {
        ["0", minutes, hours, days, "*", weekdays] | ["0", minutes, hours, days, "*", weekdays, "*"] => {
            time(minutes, hours).zip(day(days, weekdays)).map(|(time, day)| format!("{time}{day}"))
        }
        _ => None,
    };
    words.unwrap_or_else(|| expression.to_owned())
}

fn time(minutes: &str, hours: &str) -> Option<String> {
    if hours == "*"
        && let Some(every) = step(minutes)
    {
        return Some(repeated("minute", every));
    }
    let minute: u8 = minutes.parse().ok()?;
    if let Some(every) = step(hours) {
        let at = if minute == 0 { String::new() } else { format!(" at minute {minute}") };
        return Some(format!("{}{at}", repeated("hour", every)));
    }
    let times: Option<Vec<String>> =
        hours.split(',').map(|hour| Some(format!("{:02}:{minute:02}", hour.parse::<u8>().ok()?))).collect();
    Some(format!("at {}", listed(&times?)))
}

/// Returns how far apart the values of a field are that goes on from its start.
fn step(field: &str) -> Option<u8> {
    match field {
        "*" => Some(1),
        _ => field.strip_prefix("*/").or_else(|| field.strip_prefix("0/"))?.parse().ok(),
    }
}

fn repeated(unit: &str, every: u8) -> String {
    if every == 1 { format!("every {unit}") } else { format!("every {every} {unit}s") }
}

fn day(days: &str, weekdays: &str) -> Option<String> {
    let any = |field: &str| matches!(field, "*" | "?");
    match (days, weekdays) {
        _ if any(days) && any(weekdays) => Some(String::new()),
        ("L", _) if any(weekdays) => Some(" on the last day of the month".to_owned()),
        _ if any(weekdays) => {
            let days: Option<Vec<String>> =
                days.split(',').map(|day| Some(day.parse::<u8>().ok()?.to_string())).collect();
            let days = days?;
            let noun = if days.len() == 1 { "day" } else { "days" };
            Some(format!(" on {noun} {} of the month", listed(&days)))
        }
        _ if any(days) => {
            if let Some((first, last)) = weekdays.split_once('-') {
                return Some(format!(" from {} to {}", weekday(first)?, weekday(last)?));
            }
            let names: Option<Vec<String>> = weekdays.split(',').map(weekday).collect();
            Some(format!(" on {}", listed(&names?)))
        }
        _ => None,
    }
}

/// Returns the name of a day of the week; 1 is Sunday.
fn weekday(text: &str) -> Option<String> {
    const NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let at = match text.parse::<usize>() {
        Ok(number) => number.checked_sub(1)?,
        Err(_) => NAMES.iter().position(|name| name[..3].eq_ignore_ascii_case(text))?,
    };
    NAMES.get(at).map(|name| (*name).to_owned())
}

fn listed(items: &[String]) -> String {
    match items {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn usual_expressions_have_words_and_others_stand_for_themselves() {
        for (expression, words) in [
            ("0 0 3 * * ?", "at 03:00"),
            ("0 30 9,17 * * ? *", "at 09:30 and 17:30"),
            ("0 0 6 ? * MON", "at 06:00 on Monday"),
            ("0 0 6 ? * 2,WED,fri", "at 06:00 on Monday, Wednesday and Friday"),
            ("0 0 6 ? * MON-FRI", "at 06:00 from Monday to Friday"),
            ("0 15 0 1 * ?", "at 00:15 on day 1 of the month"),
            ("0 15 0 1,15 * ?", "at 00:15 on days 1 and 15 of the month"),
            ("0 0 0 L * ?", "at 00:00 on the last day of the month"),
            ("0 * * * * ?", "every minute"),
            ("0 */15 * * * ?", "every 15 minutes"),
            ("0 0/5 * ? * SAT", "every 5 minutes on Saturday"),
            ("0 0 * * * ?", "every hour"),
            ("0 20 * * * ?", "every hour at minute 20"),
            ("0 0 0/6 * * ?", "every 6 hours"),
            ("0 20 */2 * * ?", "every 2 hours at minute 20"),
        ] {
            assert_eq!(describe(expression), words, "{expression}");
        }
        for special in
            ["30 0 3 * * ?", "0 0-10 3 * * ?", "0 0 3 15W * ?", "0 0 3 ? * MON#1", "0 0 3 1 jan ?", "0 0 3 * * ? 2030"]
        {
            assert_eq!(describe(special), special);
        }
    }
}
