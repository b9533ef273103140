//! Times of cues.

use std::fmt::Write as _;
use std::time::Duration;

/// Writes `00:01:02.345`, with the mark that stands before the milliseconds.
pub(super) fn write(into: &mut String, time: Duration, mark: char) {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    // Writing into a String cannot fail.
    let _ = write!(into, "{:02}:{:02}:{:02}{mark}{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// Reads the line of a cue's times; what stands behind them is passed over.
pub(super) fn read_line(line: &str) -> Option<(Duration, Duration)> {
    let (start, rest) = line.split_once("-->")?;
    Some((read(start.trim())?, read(rest.split_whitespace().next()?)?))
}

/// Reads `[[hours:]minutes:]seconds[.fraction]`.
fn read(time: &str) -> Option<Duration> {
    let (whole, fraction) = time.split_once([',', '.']).unwrap_or((time, "0"));
    let mut seconds = 0_u64;
    for part in whole.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(number(part)?)?;
    }
    let digits = fraction.get(..fraction.len().min(3))?;
    let millis = number(digits)? * [100, 10, 1].get(digits.len() - 1)?;
    Duration::from_secs(seconds).checked_add(Duration::from_millis(millis))
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
