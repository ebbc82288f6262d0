//! Expressions read, refused, and asked for times.

use croner::parser::CronParser;
use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(given: &str, quartz: &str) {
    assert_eq!(Cron::parse(given, "UTC").map(|cron| cron.expression), Ok(quartz.to_owned()));
}

#[track_caller]
fn refused(given: &str, zone: &str, message: &str) {
    assert_eq!(Cron::parse(given, zone).unwrap_err().to_string(), message);
}

#[test]
fn five_fields_become_six() {
    check("0 6 * * *", "0 0 6 * * ?");
    check("0 6 * * MON-FRI", "0 0 6 ? * MON-FRI");
    check("*/15 * * * *", "0 */15 * * * ?");
    check("0 0 1 * *", "0 0 0 1 * ?");
    check("0 0 * * 1-5", "0 0 0 ? * MON-FRI");
    check("0 0 * * 0,7,3", "0 0 0 ? * SUN,SUN,WED");
    check("0 0 * * 0-7", "0 0 0 * * ?");
    check("0 6 * * 1#2", "0 0 6 ? * MON#2");
    check("0 6 * * 5L", "0 0 6 ? * FRIL");
}

#[test]
fn quartz_is_taken_as_it_is() {
    check("0 0 6 ? * mon-fri", "0 0 6 ? * MON-FRI");
    check("30 0 6 L * ? 2030", "30 0 6 L * ? 2030");
}

#[test]
fn what_servers_refuse_is_refused_with_the_reason() {
    refused("0 6 * *", "UTC", "`0 6 * *` has 4 fields: cron has 5, Quartz 6 or 7");
    refused(
        "0 6 13 * FRI",
        "UTC",
        "`0 6 13 * FRI` sets both the day of the month and the day of the week; Airbyte takes one of them",
    );
    refused("* 0 6 * * ?", "UTC", "`* 0 6 * * ?` fires more than once a minute, which Airbyte refuses");
    refused("0 6 * * $", "UTC", "`$` is not valid as the day of the week in `0 6 * * $`");
    refused("0 6 * * *", "Etc/UTC", "Airbyte refuses time zones under `Etc/`, such as `Etc/UTC`: use `UTC` or a city");
    refused("0 6 * * *", "Mars/Base", "`Mars/Base` is not an IANA time zone, such as `Europe/Paris`");
}

#[test]
fn spelling_is_no_difference() {
    let cron = |expression: &str, zone: &str| Cron { expression: expression.into(), zone: zone.into() };
    assert_eq!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * mon *", "utc"));
    for zone in ["utc", "GMT", "Zulu", "UCT", "Universal", "Etc/UTC", "etc/gmt", "Etc/Universal"] {
        assert_eq!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * MON", zone), "{zone}");
    }
    assert_ne!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * MON", "Etc/GMT+5"));
    for daily in ["0 0 6 ? * *", "0 0 6 ? * SUN-SAT", "0 0 6 ? * 1-7", "0 0 6 1-31 * ?", "0 0 6 * 1-12 ?"] {
        assert_eq!(cron("0 0 6 * * ?", "UTC"), cron(daily, "UTC"), "{daily}");
    }
    assert_eq!(cron("0 0,30 6 ? * MON,TUE", "UTC"), cron("0 */30 6 ? * 2-3", "UTC"));
    assert_ne!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * MON#2", "UTC"));
    assert_ne!(cron("0 0 6 1-30 * ?", "UTC"), cron("0 0 6 * * ?", "UTC"));
    assert_ne!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * MON", "Europe/Paris"));
}

#[test]
fn fields_that_mean_nothing_are_named() {
    refused("0 25 * * *", "UTC", "`25` is not valid as the hour in `0 25 * * *`");
    refused("0 0/75 * * * ?", "UTC", "`0/75` is not valid as the minute in `0 0/75 * * * ?`");
    refused("*/90 * * * *", "UTC", "`*/90` is not valid as the minute in `*/90 * * * *`");
    refused("0 0 6 ? * ABC", "UTC", "`ABC` is not valid as the day of the week in `0 0 6 ? * ABC`");
    refused("0 0 0 32 * ?", "UTC", "`32` is not valid as the day of the month in `0 0 0 32 * ?`");
    refused("0 6 * * ,1", "UTC", "`,1` is not valid as the day of the week in `0 6 * * ,1`");
    refused("0 0 * * 8", "UTC", "`8` is not valid as the day of the week in `0 0 * * 8`");
    refused(
        "0 0 6 * * *",
        "UTC",
        "`0 0 6 * * *` sets both the day of the month and the day of the week; Airbyte takes one of them",
    );
    refused(
        "0 0 6 ? * ?",
        "UTC",
        "`0 0 6 ? * ?` sets neither the day of the month nor the day of the week; Airbyte wants one of them",
    );
}

#[test]
fn days_are_counted_from_sunday_as_0_in_crontab_and_as_1_in_quartz() {
    check("0 0 * * 5-7", "0 0 0 ? * FRI,SAT,SUN");
    check("0 0 * * 1-7/3", "0 0 0 ? * MON,THU,SUN");
    check("0 0 * * 1-5/2", "0 0 0 ? * MON-FRI/2");
    // As Quartz, 1 is Sunday already.
    assert_eq!(next("0 0 0 ? * 1", "UTC", "2026-01-30T00:00:00Z", 1), ["2026-02-01T00:00:00Z"]);
    assert_eq!(next("0 0 * * 1", "UTC", "2026-01-30T00:00:00Z", 1), ["2026-02-02T00:00:00Z"]);
}

fn next(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let runs = Cron::parse(expression, zone).unwrap().next_runs(after.parse().unwrap(), count).unwrap();
    runs.iter().map(|run| run.timestamp().to_string()).collect()
}

#[test]
fn every_kind_of_field_is_evaluated() {
    let after = "2026-01-30T10:00:00Z"; // a Friday
    for (expression, expected) in [
        ("0 0 6 ? * MON-FRI", "2026-02-02T06:00:00Z"),
        ("0 0/15 * * * ?", "2026-01-30T10:15:00Z"),
        ("0 0 0 L * ?", "2026-01-31T00:00:00Z"),
        ("0 0 0 L-3 * ?", "2026-02-25T00:00:00Z"),
        ("0 0 0 LW * ?", "2026-02-27T00:00:00Z"),
        ("0 0 0 15W 2 ?", "2026-02-16T00:00:00Z"),
        ("0 0 12 ? * 6L", "2026-01-30T12:00:00Z"),
        ("0 0 12 ? * L", "2026-01-31T12:00:00Z"),
        ("0 0 12 ? * 2#1", "2026-02-02T12:00:00Z"),
        ("0 0 0 ? * FRI-MON", "2026-01-31T00:00:00Z"),
        ("0 30 22-2/2 * * ?", "2026-01-30T22:30:00Z"),
        ("0 0 0 1 NOV-FEB ?", "2026-02-01T00:00:00Z"),
        ("0 0 0 29 2 ? *", "2028-02-29T00:00:00Z"),
        ("30 0 9,17 * * ?", "2026-01-30T17:00:30Z"),
    ] {
        assert_eq!(next(expression, "UTC", after, 1), [expected], "{expression}");
    }
    assert_eq!(next("0 0 0 30 2 ?", "UTC", after, 1), [] as [&str; 0]);
    assert_eq!(next("0 0 0 1 1 ? 2020", "UTC", after, 1), [] as [&str; 0]);
}

#[test]
fn local_times_follow_their_zone_through_changes_of_clocks() {
    // Clocks jump from 2 to 3: half past two comes at half past three.
    let spring = next("0 30 2 * * ?", "Europe/Paris", "2026-03-28T00:00:00Z", 3);
    assert_eq!(spring, ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
    let quarters = next("0 0/30 * * * ?", "Europe/Paris", "2026-03-29T00:30:00Z", 3);
    assert_eq!(quarters, ["2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"]);
    // Clocks go back from 3 to 2: half past two comes once.
    let autumn = next("0 30 2 * * ?", "Europe/Paris", "2026-10-24T12:00:00Z", 2);
    assert_eq!(autumn, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
}

/// `*`, `*/3`, `4`, `4-9`, `4-9/2` or a list of such.
fn field(low: u32, high: u32) -> impl Strategy<Value = String> {
    let item = (low..=high, low..=high, 1..=high, 0..4_u8).prop_map(|(one, two, step, kind)| match kind {
        0 => one.to_string(),
        1 => format!("{}-{}", one.min(two), one.max(two)),
        2 => format!("{}-{}/{step}", one.min(two), one.max(two)),
        _ => format!("*/{step}"),
    });
    prop_oneof![2 => Just("*".to_owned()), 5 => prop::collection::vec(item, 1..3).prop_map(|items| items.join(","))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The same evaluator, once with crontab's way of counting days and once with Quartz's.
    #[test]
    fn a_converted_expression_names_the_same_times(
        minute in field(0, 59), hour in field(0, 23), month in field(1, 12),
        day in prop_oneof![field(1, 28).prop_map(|days| (days, "*".to_owned())), field(0, 7).prop_map(|days| ("*".to_owned(), days))],
    ) {
        let crontab = format!("{minute} {hour} {} {month} {}", day.0, day.1);
        let start: DateTime = "2026-01-30T10:00:00".parse().unwrap();
        let expected: Vec<DateTime> = CronParser::new().parse(&crontab).unwrap().iter_from(start, croner::Direction::Forward).take(20).collect();
        let converted = Cron::parse(&crontab, "UTC").unwrap();
        let fields: Vec<String> = converted.expression().split_whitespace().map(str::to_owned).collect();
        let named: Vec<DateTime> = Quartz::parse(&fields).unwrap().local_times(start).take(20).collect();
        prop_assert_eq!(named, expected, "{} became {}", crontab, converted.expression());
    }
}
