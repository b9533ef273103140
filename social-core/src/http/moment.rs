//! Points in time, in every form in which vendors write one.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// Reads a point in time in any form in which vendors name one: seconds from now (`30`, `1.5`), a
/// length (`6m0s`, `120ms`), Unix time in seconds or milliseconds, RFC 3339, an HTTP date.
pub(super) fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    /// Larger numbers are not lengths but Unix times: as a length it would be 31 years.
    const UNIX: f64 = 1e9;
    const UNIX_MILLIS: f64 = 1e12;
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return match number {
            n if n.is_nan() => None,
            n if n >= UNIX_MILLIS => Timestamp::from_millisecond(n as i64).ok(),
            n if n >= UNIX => Timestamp::from_millisecond((n * 1000.0) as i64).ok(),
            n => now.checked_add(Duration::try_from_secs_f64(n.max(0.0)).ok()?).ok(),
        };
    }
    if let Some(length) = length(text) {
        return now.checked_add(length).ok();
    }
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    http_date(text)
}

/// Reads the three forms of RFC 9110, section 5.6.7.
fn http_date(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let time = FORMS.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Reads `34.4s`, `1h2m3.5s` or `120ms`.
pub(super) fn length(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let (unit, after) = after.split_at(after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len()));
        seconds += number.parse::<f64>().ok()?
            * match unit {
                "d" => 86_400.0,
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = after;
    }
    Duration::try_from_secs_f64(seconds).ok()
}
