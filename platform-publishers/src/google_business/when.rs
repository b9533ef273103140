//! Dates and times of a location, which have no time zone.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;

/// A date, and a time of that day where there is one: `2026-12-24`, `2026-12-24T18:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LocalTime {
    pub(super) date: Date,
    pub(super) time: Option<TimeOfDay>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// What is zero may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TimeOfDay {
    hours: u8,
    minutes: u8,
}

impl LocalTime {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(TimeOfDay::parse(time)?)),
            None => (text, None),
        };
        Some(Self { date: Date::parse(date)?, time })
    }
}

impl Date {
    pub(super) fn parse(text: &str) -> Option<Self> {
        // The calendar is asked, so that there is no 31 November.
        let _: Timestamp = format!("{text}T00:00:00Z").parse().ok()?;
        let mut parts = text.split('-');
        let date = Self {
            year: parts.next()?.parse().ok()?,
            month: parts.next()?.parse().ok()?,
            day: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(date)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TimeOfDay {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let two = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok())?;
        let time = Self { hours: two(hours)?, minutes: two(minutes)? };
        // A day may end at 24:00.
        (time <= Self { hours: 24, minutes: 0 } && time.minutes < 60).then_some(time)
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.hours, self.minutes)
    }
}

#[cfg(test)]
mod tests {
    //! Invented.

    use super::*;

    #[test]
    fn times_are_of_the_calendar() {
        for good in ["2026-12-24", "2028-02-29", "2026-12-24T18:05"] {
            let time = LocalTime::parse(good).unwrap();
            let clock = time.time.map(|time| format!("T{time}")).unwrap_or_default();
            assert_eq!(format!("{}{clock}", time.date), good);
        }
        for bad in
            ["2026-11-31", "2027-02-29", "2026-12-24T25:00", "2026-12-24T18:60", "2026-12-24T8:00", "24.12.2026", ""]
        {
            assert_eq!(LocalTime::parse(bad), None, "{bad}");
        }
        assert!(LocalTime::parse("2026-12-24") < LocalTime::parse("2026-12-24T00:00"));
    }
}
