//! Lines at the bottom of a terminal that tell how far things are.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, Write as _};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use textwrap::core::display_width;

/// Not more at a time: the last ones would push what was said off the screen.
const MOST: usize = 8;

/// Columns in which most names can be told apart.
const LEGIBLE: usize = 24;

/// Between two turns of the spinner.
const TICK: Duration = Duration::from_millis(120);

/// Times a second that the terminal is written to.
const REFRESH: u8 = 15;

/// The live lines of a run.
pub(crate) struct Live {
    terminal: MultiProgress,
    style: ProgressStyle,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    /// By their keys; a line beyond the most that are shown has no bar.
    all: BTreeMap<String, (LiveLine, Option<ProgressBar>)>,
    /// Tells how many are not shown.
    more: Option<ProgressBar>,
}

/// What a live line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveLine {
    /// What it is about; shortened when there is no room for it.
    pub(crate) about: String,
    /// How far it is, the most important first; those that have no room are left out.
    pub(crate) details: Vec<String>,
    /// How long it has taken so far, if somebody knows better than this process.
    pub(crate) taken: Option<Duration>,
}

impl Default for Live {
    fn default() -> Self {
        let time = |state: &ProgressState, out: &mut dyn Write| {
            // There is nothing to be done about a line that cannot be written.
            let _ = out.write_str(&clock(state.elapsed()));
        };
        let style =
            ProgressStyle::with_template("{spinner:.cyan} {msg}  {time:.dim}").expect("a template of this file");
        Self {
            terminal: MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(REFRESH)),
            style: style.with_key("time", time).tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "),
            lines: Mutex::default(),
        }
    }
}

impl Live {
    /// Shows a line, or changes what it says.
    pub(crate) fn set(&self, key: &str, line: &LiveLine) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.all.entry(key.to_owned()).or_insert_with(|| (line.clone(), None)).0.clone_from(line);
        self.show(&mut lines, key);
    }

    /// Takes a line away.
    pub(crate) fn end(&self, key: &str) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((_, bar)) = lines.all.remove(key) else { return };
        if let Some(bar) = bar {
            bar.finish_and_clear();
            self.terminal.remove(&bar);
        }
        let hidden = lines.all.iter().find(|(_, (_, bar))| bar.is_none()).map(|(key, _)| key.clone());
        match hidden {
            Some(hidden) => self.show(&mut lines, &hidden),
            None => self.count_hidden(&mut lines),
        }
    }

    /// Brings a line to the terminal if there is room for it, in the order of the keys.
    fn show(&self, lines: &mut Lines, key: &str) {
        let shown = lines.all.values().filter(|(_, bar)| bar.is_some()).count();
        let next = lines.all.range::<str, _>((Excluded(key), Unbounded)).find_map(|(_, (_, bar))| bar.as_ref());
        let next = next.or(lines.more.as_ref()).cloned();
        if let Some((line, bar)) = lines.all.get_mut(key) {
            if bar.is_none() && shown < MOST {
                *bar = Some(self.bar(next.as_ref()));
            }
            if let Some(bar) = bar {
                tell(bar, line);
            }
        }
        self.count_hidden(lines);
    }

    /// Takes all lines away.
    pub(crate) fn clear(&self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut *lines);
        lines.all.into_values().filter_map(|(_, bar)| bar).chain(lines.more).for_each(|bar| bar.finish_and_clear());
        // The terminal is gone: there is nothing to clear.
        let _ = self.terminal.clear();
    }

    /// Takes back the line that the terminal began when it showed `^C` behind the last live line: the cursor would be
    /// one line too low for taking the live lines away.
    pub(crate) fn after_ctrl_c(&self) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.all.values().any(|(_, bar)| bar.is_some()) {
            // The terminal is gone: there is nothing to take back.
            let _ = io::stderr().write_all(b"\r\x1b[2K\x1b[1A");
        }
    }

    /// Writes something else to the terminal, above the lines.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.terminal.suspend(write)
    }

    fn bar(&self, next: Option<&ProgressBar>) -> ProgressBar {
        let bar = ProgressBar::no_length().with_style(self.style.clone());
        let bar = match next {
            Some(next) => self.terminal.insert_before(next, bar),
            None => self.terminal.add(bar),
        };
        bar.enable_steady_tick(TICK);
        bar
    }

    fn count_hidden(&self, lines: &mut Lines) {
        let hidden = lines.all.values().filter(|(_, bar)| bar.is_none()).count();
        match (hidden, &lines.more) {
            (0, None) => {}
            (0, Some(more)) => {
                more.finish_and_clear();
                self.terminal.remove(more);
                lines.more = None;
            }
            (hidden, more) => {
                let more = more.clone().unwrap_or_else(|| {
                    let plain = ProgressStyle::with_template("  {msg}").expect("a template of this file");
                    self.terminal.add(ProgressBar::no_length().with_style(plain))
                });
                more.set_message(format!("and {hidden} more"));
                lines.more = Some(more);
            }
        }
    }
}

fn tell(bar: &ProgressBar, line: &LiveLine) {
    if let Some(taken) = line.taken {
        bar.set_elapsed(taken);
    }
    let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
    // Besides the text: the spinner and a space, two spaces and the time, and the last column.
    let room = width.saturating_sub(2 + 2 + 1 + clock(bar.elapsed()).len().max(5));
    bar.set_message(line.fitted(room));
}

impl LiveLine {
    /// Returns the line in so many columns.
    fn fitted(&self, room: usize) -> String {
        for kept in (0..=self.details.len()).rev() {
            let details: String = self.details[..kept].iter().flat_map(|detail| ["  ", detail.as_str()]).collect();
            let left = room.saturating_sub(display_width(&details));
            if display_width(&self.about) <= left {
                return format!("{}{details}", self.about);
            }
            // Details are worth more than the end of a long name, the first one more than that of any.
            if kept > 0 && left >= LEGIBLE || kept == 1 && left >= 12 {
                return format!("{}{details}", shortened(&self.about, left));
            }
        }
        shortened(&self.about, room)
    }
}

/// Cuts a text off at so many columns.
fn shortened(text: &str, room: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if display_width(&out) + display_width(c.encode_utf8(&mut [0; 4])) + 1 > room {
            return out + if room > 0 { "…" } else { "" };
        }
        out.push(c);
    }
    out
}

/// "0:07", "1:02:03"
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(room: usize, expected: &str) {
        let details = ["38,904 records", "6.2 MB", "1,200/s"].map(str::to_owned).to_vec();
        let line = LiveLine { about: "job 12 Shop → Lake".into(), details, taken: None };
        assert_eq!(line.fitted(room), expected);
        assert!(display_width(&line.fitted(room)) <= room);
    }

    #[test]
    fn a_narrow_terminal_shows_what_matters_most() {
        check(80, "job 12 Shop → Lake  38,904 records  6.2 MB  1,200/s");
        check(44, "job 12 Shop → Lake  38,904 records  6.2 MB");
        check(34, "job 12 Shop → Lake  38,904 records");
        check(30, "job 12 Shop →…  38,904 records");
        check(20, "job 12 Shop → Lake");
        check(10, "job 12 Sh…");
        check(0, "");
    }

    #[test]
    fn a_long_name_does_not_push_out_how_fast_it_goes() {
        let details = ["4,130 records", "404.9 kB", "1,376/s"].map(str::to_owned).to_vec();
        let about = "job 1 Alpha shop with a rather long name → Lake".to_owned();
        let shown = LiveLine { about, details, taken: None }.fitted(70);
        assert_eq!(shown, "job 1 Alpha shop with a rather long…  4,130 records  404.9 kB  1,376/s");
    }

    #[test]
    fn wide_characters_take_the_room_that_they_need() {
        let line = LiveLine { about: "店舗データ".into(), details: Vec::new(), taken: None };
        assert_eq!(line.fitted(10), "店舗データ");
        assert_eq!(line.fitted(9), "店舗デー…");
        assert_eq!(line.fitted(8), "店舗デ…");
    }

    #[test]
    fn time_is_a_clock() {
        assert_eq!([7, 62, 3723].map(|seconds| clock(Duration::from_secs(seconds))), ["0:07", "1:02", "1:02:03"]);
    }
}
