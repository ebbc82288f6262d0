//! Numbers as people read them.

use std::time::Duration;

/// "1,234,567"
pub(super) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

/// "52.4 MB"
pub(super) fn bytes(number: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut tenths = number / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// "1 h 05 min", "2 min 03 s", "7 s"
pub(super) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567, -1000].map(count), ["0", "999", "1,000", "1,234,567", "-1,000"]);
    }

    #[test]
    fn bytes_have_the_largest_unit_that_leaves_a_whole_number() {
        let shown = [0, 999, 1000, 52_428_800, 999_999_999, 1_000_000_000, 7_000_000_000_000_000].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "52.4 MB", "999.9 MB", "1.0 GB", "7000.0 TB"]);
    }

    #[test]
    fn time_has_two_units_at_most() {
        let shown = [0, 59, 60, 123, 3600, 3900].map(|seconds| time(Duration::from_secs(seconds)));
        assert_eq!(shown, ["0 s", "59 s", "1 min 00 s", "2 min 03 s", "1 h 00 min", "1 h 05 min"]);
    }
}
