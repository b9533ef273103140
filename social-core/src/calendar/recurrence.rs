//! What recurs, and when it is due next.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::dates::Every;
use super::planned::PlannedTime;
use super::zone::{ClockChange, Zone};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// In so many days something happens again, or it never does: 29 February comes at least every
/// eight years, and an interval may be up to as many years.
const LONGEST_SEARCH: usize = 366 * 8 * 12;

/// Something that recurs: on which dates, at which local times, in which zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recurrence {
    /// How often.
    pub every: Every,
    /// At which local times; midnight where none is said. Minutes and cron expressions have times
    /// of their own.
    #[serde(default)]
    pub times: Vec<Time>,
    /// Where those times are meant.
    pub zone: Zone,
    /// What is done about clock changes.
    #[serde(default)]
    pub rule: ClockChange,
    /// Every `interval`-th day, week, month or year, counted from [`from`](Self::from).
    #[serde(default = "one")]
    pub interval: NonZeroU32,
    /// The first date; of an interval above 1 it is the anchor.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last date.
    #[serde(default)]
    pub until: Option<Date>,
    /// Local dates on which it does not happen.
    #[serde(default)]
    pub except: BTreeSet<Date>,
}

fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

impl Recurrence {
    /// So often, in this zone, at midnight.
    #[must_use]
    pub fn new(every: Every, zone: Zone) -> Self {
        let (rule, interval) = (ClockChange::default(), one());
        Self { every, times: Vec::new(), zone, rule, interval, from: None, until: None, except: BTreeSet::new() }
    }

    /// By a cron expression of five or six fields, in this zone.
    #[cfg(feature = "cron")]
    #[must_use]
    pub fn cron(expression: impl Into<String>, zone: Zone) -> Self {
        Self::new(Every::Cron { expression: expression.into() }, zone)
    }

    /// At these local times of each date.
    #[must_use]
    pub fn at_times(mut self, times: impl IntoIterator<Item = Time>) -> Self {
        self.times = times.into_iter().collect();
        self
    }

    /// What is done about clock changes.
    #[must_use]
    pub fn with_rule(mut self, rule: ClockChange) -> Self {
        self.rule = rule;
        self
    }

    /// Every `interval`-th, counted from this date.
    #[must_use]
    pub fn with_interval(mut self, interval: NonZeroU32, from: Date) -> Self {
        (self.interval, self.from) = (interval, Some(from));
        self
    }

    /// Not before this date, and not after that one.
    #[must_use]
    pub fn within(mut self, from: Option<Date>, until: Option<Date>) -> Self {
        (self.from, self.until) = (from, until);
        self
    }

    /// Not on these local dates.
    #[must_use]
    pub fn except(mut self, dates: impl IntoIterator<Item = Date>) -> Self {
        self.except.extend(dates);
        self
    }

    /// The first time after an instant; `None` where there is no further one.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): a field makes no sense, a cron
    /// expression cannot be read, or the rule refuses a time at a clock change.
    pub fn next_after(&self, after: Timestamp) -> Result<Option<PlannedTime>> {
        self.every.checked()?;
        if self.interval.get() > 1 && self.from.is_none() {
            return Err(Error::invalid(
                "from",
                format!("an interval of {} needs the first date to count from", self.interval),
            ));
        }
        let mut after = after;
        loop {
            let next = match &self.every {
                Every::Minutes { minutes, from } => self.next_minutes(*minutes, *from, after)?,
                Every::Cron { expression } => self.next_cron(expression, after)?,
                _ => return self.next_on_dates(after),
            };
            let Some(next) = next else { return Ok(None) };
            let date = next.local().date();
            if self.until.is_some_and(|until| date > until) {
                return Ok(None);
            }
            if self.allows(date) {
                return Ok(Some(next));
            }
            // On to the end of a date on which nothing happens: one step, not one for each time.
            let day_end = date
                .tomorrow()
                .and_then(|next| next.to_datetime(Time::midnight()).checked_sub(SignedDuration::from_nanos(1)));
            let day_end = day_end.ok().and_then(|end| self.zone.instant(end, ClockChange::default()).ok());
            after = day_end.filter(|end| *end > next.at()).unwrap_or_else(|| next.at());
        }
    }

    /// The times after `from` and up to `to`, at most `maximum` of them.
    ///
    /// # Errors
    /// As [`next_after`](Self::next_after).
    pub fn between(&self, from: Timestamp, to: Timestamp, maximum: usize) -> Result<Vec<PlannedTime>> {
        let mut times = Vec::new();
        let mut after = from;
        while times.len() < maximum {
            let Some(next) = self.next_after(after)?.filter(|next| next.at() <= to) else { break };
            after = next.at();
            times.push(next);
        }
        Ok(times)
    }

    fn allows(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from)
            && self.until.is_none_or(|until| date <= until)
            && !self.except.contains(&date)
    }

    fn next_minutes(&self, minutes: NonZeroU32, from: Timestamp, after: Timestamp) -> Result<Option<PlannedTime>> {
        let step = i64::from(minutes.get()) * 60;
        let passed = after.duration_since(from).as_secs();
        let count = if after < from { 0 } else { passed / step + 1 };
        let next = from.checked_add(SignedDuration::from_secs(step.saturating_mul(count)));
        Ok(next.ok().map(|next| PlannedTime::of(next, self.zone.clone())))
    }

    #[cfg(feature = "cron")]
    fn next_cron(&self, expression: &str, after: Timestamp) -> Result<Option<PlannedTime>> {
        super::cron::next_after(expression, &self.zone, after)
    }

    #[cfg(not(feature = "cron"))]
    #[expect(clippy::unused_self, reason = "the other form needs it")]
    fn next_cron(&self, _: &str, _: Timestamp) -> Result<Option<PlannedTime>> {
        Err(Error::unsupported("every", "cron expressions need the feature `cron` of social-core"))
    }

    fn next_on_dates(&self, after: Timestamp) -> Result<Option<PlannedTime>> {
        // A clock change may move a time of the day before behind this instant.
        let today = self.zone.local(after).date();
        let start = today.yesterday().unwrap_or(today);
        let start = self.from.map_or(start, |from| start.max(from));
        let anchor = self.from.unwrap_or(start);
        let interval = i64::from(self.interval.get());
        let dates = start.series(jiff::Span::new().days(1)).take(LONGEST_SEARCH);
        let mut dates = dates.take_while(|date| self.until.is_none_or(|until| *date <= until));
        let mut earliest: Option<PlannedTime> = None;
        while let Some(date) = dates.find(|date| self.allows(*date) && self.every.holds(*date, interval, anchor)) {
            let found_before = earliest.is_some();
            for next in self.times_of(date)?.into_iter().filter(|next| next.at() > after) {
                if earliest.as_ref().is_none_or(|known| next.at() < known.at()) {
                    earliest = Some(next);
                }
            }
            // Where a whole date is skipped, its times may lie behind those of the next.
            if found_before {
                break;
            }
        }
        Ok(earliest)
    }

    fn times_of(&self, date: Date) -> Result<Vec<PlannedTime>> {
        let midnight = [Time::midnight()];
        let times = if self.times.is_empty() { midnight.as_slice() } else { &self.times };
        times.iter().map(|time| PlannedTime::new(date.to_datetime(*time), self.zone.clone(), self.rule)).collect()
    }
}
